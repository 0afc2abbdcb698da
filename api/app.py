"""Builds the API: /health for this process, /ready for the whole desk, trouble tickets to read."""

import hmac
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from http import HTTPStatus

import aiohttp
from aiohttp import web
from sqlalchemy.exc import DataError

from api.trouble_ticket import PATH, as_ticket
from desk.app import Desk
from desk.calling import call
from desk.model.errors import UnknownWorkOrder

log = logging.getLogger(__name__)

_PROBE_SECONDS = 2.0

type Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Api:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._session: aiohttp.ClientSession | None = None

    def add_routes(self, app: web.Application) -> None:
        app.router.add_get("/health", self.health)
        app.router.add_get("/ready", self.ready)
        app.router.add_get(PATH, self.tickets)
        app.router.add_get(f"{PATH}/{{number}}", self.ticket)
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

    async def tickets(self, request: web.Request) -> web.Response:
        self._authorise(request)
        orders = await call(self._desk.work_order_view.listed, "all", "")
        return web.json_response([as_ticket(order) for order in orders])

    async def ticket(self, request: web.Request) -> web.Response:
        self._authorise(request)
        number = request.match_info["number"]
        try:
            order = await call(self._desk.work_order_view.one, number)
        except UnknownWorkOrder:
            return _error(HTTPStatus.NOT_FOUND, "no such trouble ticket")
        return web.json_response(as_ticket(order))

    def _authorise(self, request: web.Request) -> None:
        token = self._desk.secrets.api_token.get_secret_value()
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not hmac.compare_digest(given.encode(errors="replace"), token.encode()):
            raise web.HTTPUnauthorized


@web.middleware
async def errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Errors in the form of TMF630: status, code and reason as JSON."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        if error.status < HTTPStatus.BAD_REQUEST:
            raise
        return _error(HTTPStatus(error.status), error.reason)
    except DataError:
        return _error(HTTPStatus.BAD_REQUEST, "characters that no number contains")
    except Exception:
        log.exception("%s %s", request.method, request.path)
        return _error(HTTPStatus.INTERNAL_SERVER_ERROR, "an internal error")


def _error(status: HTTPStatus, reason: str) -> web.Response:
    body = {"@type": "Error", "code": str(status.value), "reason": reason}
    return web.json_response(body, status=status)


def build(desk: Desk) -> web.Application:
    app = web.Application(middlewares=[errors])
    Api(desk).add_routes(app)
    return app
