"""The hub of TMF621: other systems say where they want to hear of changes."""

import re
from http import HTTPStatus
from typing import Any

from aiohttp import web

from api.access import Access
from api.errors import Problem
from api.reading import body
from api.schemas import HubCreate
from api.trouble_ticket import EVENTS, HUB
from desk.app import Desk
from desk.calling import call
from desk.model.tickets import Hub, Scope


class HubRoutes:
    def __init__(self, desk: Desk, access: Access) -> None:
        self._desk, self._access = desk, access

    def add_routes(self, app: web.Application) -> None:
        app.router.add_post(HUB, self.register)
        app.router.add_get(f"{HUB}/{{id}}", self.one)
        app.router.add_delete(f"{HUB}/{{id}}", self.unregister)

    async def register(self, request: web.Request) -> web.Response:
        """The answer holds the secret of the signatures, this once."""
        caller = await self._access.caller(request, Scope.HUB)
        wish = await body(request, HubCreate)
        asked = (wish.query or "").partition("=")[2].split(",")
        kinds = [kind for kind, name in EVENTS.items() if name in asked]
        hub, secret = await call(
            self._desk.hubs.register,
            caller,
            wish.callback,
            origin_of(wish.callback),
            kinds,
            wish.query,
        )
        told = {**_as_hub(hub), "secret": secret}
        headers = {"Location": f"{HUB}/{hub.id}"}
        return web.json_response(told, status=HTTPStatus.CREATED, headers=headers)

    async def one(self, request: web.Request) -> web.Response:
        caller = await self._access.caller(request, Scope.HUB)
        hub = await call(self._desk.hubs.one, caller, _id(request))
        if hub is None:
            raise Problem(HTTPStatus.NOT_FOUND, "no such listener")
        return web.json_response(_as_hub(hub))

    async def unregister(self, request: web.Request) -> web.Response:
        caller = await self._access.caller(request, Scope.HUB)
        if not await call(self._desk.hubs.unregister, caller, _id(request)):
            raise Problem(HTTPStatus.NOT_FOUND, "no such listener")
        return web.Response(status=HTTPStatus.NO_CONTENT)


def origin_of(url: str) -> str:
    """Scheme, host and port of an address that has passed `HubCreate`."""
    found = re.match(r"https?://[^/]+", url)
    return found.group().lower() if found else ""


def _id(request: web.Request) -> str:
    return request.match_info["id"].replace("\x00", "?").encode(errors="replace").decode()


def _as_hub(hub: Hub) -> dict[str, Any]:
    told = {"@type": "Hub", "id": hub.id, "href": f"{HUB}/{hub.id}", "callback": hub.callback}
    return {**told, "query": hub.query} if hub.query else told
