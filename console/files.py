"""What customers sent and what lies with orders, for signed-in staff only."""

from http import HTTPStatus
from pathlib import Path
from urllib.parse import quote

from aiohttp import web

from console.http import Problem
from desk.app import Desk
from desk.calling import call
from desk.model.order_links import media_type

_HEAD = 16


class Files:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def add_routes(self, app: web.Application) -> None:
        app.router.add_get("/pictures/{digest}", self.picture)
        app.router.add_get("/api/work-orders/{number}/attachments/{digest}", self.attachment)

    async def picture(self, request: web.Request) -> web.StreamResponse:
        """A photo inside a conversation."""
        path = await call(self._desk.pictures.find, request.match_info["digest"])
        if path is None:
            raise _missing()
        with path.open("rb") as file:
            kind = media_type(file.read(_HEAD))
        return _file(path, kind or "application/octet-stream", None)

    async def attachment(self, request: web.Request) -> web.StreamResponse:
        number, digest = request.match_info["number"], request.match_info["digest"]
        kept = await call(self._desk.attachments.of, number)
        found = next((one for one in kept if one.sha256 == digest), None)
        if found is None:
            raise _missing()
        path = self._desk.attachments.path(found.sha256)
        shown = found.media_type.startswith("image/")
        return _file(path, found.media_type, None if shown else found.name)


def _missing() -> Problem:
    return Problem(HTTPStatus.NOT_FOUND, "not_found", "没有这个文件。")


def _file(path: Path, kind: str, name: str | None) -> web.FileResponse:
    """A picture is shown; everything else is only ever saved, whatever is inside."""
    headers = {"Content-Type": kind, "Cache-Control": "private, max-age=86400"}
    if name is not None:
        headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return web.FileResponse(path, headers=headers)
