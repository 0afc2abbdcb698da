"""Builds the API: /health for this process, /ready for the whole desk, TMF621 with its document."""

import time
from collections.abc import AsyncIterator
from http import HTTPStatus

import aiohttp
from aiohttp import web

from api.access import Access
from api.callbacks import Callbacks
from api.errors import errors
from api.hub import HubRoutes
from api.openapi import document, page
from api.payments import PaymentRoutes
from api.reading import MAX_BODY
from api.tickets import TicketRoutes
from desk.app import Desk

_PROBE_SECONDS = 2.0


class Readiness:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._session: aiohttp.ClientSession | None = None

    def add_routes(self, app: web.Application) -> None:
        app.router.add_get("/health", self.health)
        app.router.add_get("/ready", self.ready)
        app.cleanup_ctx.append(self._connections)

    async def _connections(self, _app: web.Application) -> AsyncIterator[None]:
        timeout = aiohttp.ClientTimeout(total=_PROBE_SECONDS)
        async with aiohttp.ClientSession(timeout=timeout) as self._session:
            yield

    async def health(self, _request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def ready(self, _request: web.Request) -> web.Response:
        """Each part of the desk, as this process reaches it; 503 when one is missing."""
        settings = self._desk.settings
        ports = {
            "rasa": (settings.rasa_port, "/webhooks/gateway/"),
            "actions": (settings.actions_port, "/health"),
            "gateway": (settings.gateway_port, "/health"),
            "console": (settings.console_port, "/health"),
        }
        parts = {
            name: await self._answers(f"http://{settings.host}:{port}{path}")
            for name, (port, path) in ports.items()
        }
        status = HTTPStatus.OK if all(parts.values()) else HTTPStatus.SERVICE_UNAVAILABLE
        told = {name: "ok" if up else "unreachable" for name, up in parts.items()}
        return web.json_response({"parts": told}, status=status)

    async def _answers(self, url: str) -> bool:
        assert self._session is not None
        try:
            async with self._session.get(url) as response:
                return response.status == HTTPStatus.OK
        except (aiohttp.ClientError, TimeoutError):
            return False


async def _openapi(_request: web.Request) -> web.Response:
    return web.json_response(document())


async def _page(_request: web.Request) -> web.Response:
    headers = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}
    return web.Response(text=page(), content_type="text/html", headers=headers)


def build(desk: Desk) -> web.Application:
    app = web.Application(client_max_size=MAX_BODY, middlewares=[errors])
    access = Access(desk, time.monotonic)
    Readiness(desk).add_routes(app)
    TicketRoutes(desk, access).add_routes(app)
    HubRoutes(desk, access).add_routes(app)
    PaymentRoutes(desk).add_routes(app)
    app.router.add_get("/openapi.json", _openapi)
    app.router.add_get("/", _page)
    app.cleanup_ctx.append(Callbacks(desk).context)
    return app
