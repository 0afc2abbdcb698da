"""The page to chat by hand with the account through the local platform."""

import dataclasses
from pathlib import Path
from typing import Any

from aiohttp import web

from gateway.channels.wechat.platform.server import Platform

_FOLDER = Path(__file__).parent
_EVENTS = frozenset({"subscribe", "unsubscribe", "CLICK"})
_KINDS = frozenset({"voice", "video"})


def add_page(app: web.Application, platform: Platform) -> None:
    """`/` with its two files, `/api/screen` and `/api/act`."""

    def file(name: str) -> Any:
        async def serve(_request: web.Request) -> web.FileResponse:
            return web.FileResponse(_FOLDER / name)

        return serve

    async def screen(request: web.Request) -> web.Response:
        shown = platform.user(request.query.get("openid", "o-local-1")).screen
        rows = [dataclasses.asdict(one) for one in shown]
        return web.json_response({"screen": rows, "menu": clicks(platform.menu)})

    async def act(request: web.Request) -> web.Response:
        # Only our own page sends JSON here: another site's form cannot.
        if request.content_type != "application/json":
            raise web.HTTPUnsupportedMediaType
        body = await request.json()
        openid, text = str(body.get("openid")), str(body.get("text", ""))
        if body.get("event") in _EVENTS:
            key = {"EventKey": str(body["key"])} if "key" in body else {}
            await platform.deliver(platform.event(openid, body["event"], **key))
        elif body.get("kind") in _KINDS:
            await platform.deliver(platform.message(openid, body["kind"], MediaId="m"))
        elif "choice" in body:
            platform.user(openid).show("own", text)
            tap = platform.message(openid, Content=text, bizmsgmenuid=str(body["choice"]))
            await platform.deliver(tap)
        else:
            await platform.say(openid, text)
        return web.json_response({"ok": True})

    for route, name in (("/", "page.html"), ("/page.css", "page.css"), ("/page.js", "page.js")):
        app.router.add_get(route, file(name))
    app.router.add_get("/api/screen", screen)
    app.router.add_post("/api/act", act)


def clicks(menu: dict[str, Any] | None) -> list[dict[str, str]]:
    """The menu's items that say something, in a row."""
    flat = [
        item
        for group in (menu or {}).get("button", [])
        for item in (group.get("sub_button") or [group])
    ]
    return [
        {"name": item["name"], "key": item["key"]} for item in flat if item.get("type") == "click"
    ]
