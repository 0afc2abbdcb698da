"""Pictures of the web chat: uploaded before they are sent, read back by their address.

An upload answers with the picture's address; the message that shows it then goes the way of all
messages (`user_uttered` with `picture`), with its order, its retries and its id.
"""

import asyncio
import logging
from http import HTTPStatus

from aiohttp import web

from desk.app import Desk
from desk.calling import call
from desk.model.errors import AttachmentRefused
from desk.model.order_links import media_type
from desk.rate_limit import RateLimit
from gateway.channels.webchat.session import visitor_of
from gateway.message import BadMessage

log = logging.getLogger(__name__)

_SESSION = "X-Session-Id"
_PIECE = 64 * 1024
_HEAD = 16
# Unpacked, a large photo takes 150 MB.
_AT_ONCE = 2
_UNKNOWN_SESSION = "会话已经失效，请刷新页面后再发。"
_TOO_LARGE = "图片太大了，请发 {megabytes} MB 以内的图片。"
_UNREADABLE = "这个文件不是能看的图片，请发 JPG、PNG、WebP 或 GIF 图片。"


class PictureRoutes:
    def __init__(self, desk: Desk, limit: RateLimit) -> None:
        self._desk, self._limit = desk, limit
        self._key = desk.secrets.session_key.get_secret_value()
        self._places = asyncio.Semaphore(_AT_ONCE)

    def add_routes(self, app: web.Application) -> None:
        app.router.add_post("/webchat/pictures", self.upload)
        app.router.add_get("/pictures/{digest}", self.show)

    async def upload(self, request: web.Request) -> web.Response:
        """The picture as the body, the chat's session in a header; answers `{"picture"}`."""
        visitor = visitor_of(request.headers.get(_SESSION), self._key)
        if visitor is None:
            raise BadMessage("unknown_session", _UNKNOWN_SESSION, 401)
        if self._limit.seconds_to_wait(f"webchat:{visitor}"):
            raise BadMessage("too_many_messages", "您发得太快了，请稍等几秒再发。", 429)
        content = await self._read(request)
        async with self._places:
            try:
                address = await call(self._desk.pictures.keep, content)
            except AttachmentRefused as error:
                log.info("webchat: picture of %s refused: %s", visitor, error)
                raise BadMessage("not_a_picture", _UNREADABLE, 415) from None
        return web.json_response({"picture": address}, status=HTTPStatus.CREATED)

    async def _read(self, request: web.Request) -> bytes:
        """The body, as far as it may go: pictures are larger than what other routes take."""
        limit = self._desk.pictures.max_bytes
        content = bytearray()
        while piece := await request.content.read(_PIECE):
            content += piece
            if len(content) > limit:
                raise BadMessage(
                    "picture_too_large", _TOO_LARGE.format(megabytes=limit // 1024**2), 413
                )
        return bytes(content)

    async def show(self, request: web.Request) -> web.StreamResponse:
        """Whoever has the address may look: it is the hash of what is seen there."""
        path = await call(self._desk.pictures.find, request.match_info["digest"])
        if path is None:
            raise web.HTTPNotFound
        with path.open("rb") as file:
            kind = media_type(file.read(_HEAD))
        headers = {
            "Content-Type": kind or "application/octet-stream",
            "Cache-Control": "private, max-age=86400, immutable",
        }
        return web.FileResponse(path, headers=headers)
