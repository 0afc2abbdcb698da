"""Routes of the AudioCodes Bot API (HTTP mode), and the loop that ends calls which ran out."""

import asyncio
import hmac
import logging
from typing import Any

from aiohttp import web

from desk.app import Desk
from desk.calling import call
from gateway.channels.ivr import codec
from gateway.channels.ivr.talk import EXPIRES_SECONDS, Talk
from gateway.channels.rest.channel import read_json
from gateway.message import BadMessage, clean_id

log = logging.getLogger(__name__)

ADDRESS = "/webhooks/ivr/webhook"
_CALL = "/webhooks/ivr/conversation/{call_id}"
_EVERY_SECONDS = 1.0


class IvrChannel:
    def __init__(self, desk: Desk, talk: Talk, token: str) -> None:
        self._desk, self._talk = desk, talk
        self._expected = f"Bearer {token}".encode()

    def add_routes(self, app: web.Application) -> None:
        app.router.add_get(ADDRESS, self.probe)
        app.router.add_post(ADDRESS, self.create)
        app.router.add_post(f"{_CALL}/activities", self.activities)
        app.router.add_post(f"{_CALL}/keepalive", self.keepalive)
        app.router.add_post(f"{_CALL}/disconnect", self.disconnect)

    async def probe(self, request: web.Request) -> web.Response:
        """The platform's settings page asks whether a bot is here."""
        self._authorise(request)
        return web.json_response({"type": "ac-bot-api", "success": True})

    async def create(self, request: web.Request) -> web.Response:
        """A call comes in. Its caller is told with the first activity."""
        self._authorise(request)
        call_id = codec.parse_create(await read_json(request))
        await self._talk.open(call_id)
        return web.json_response(codec.created(call_id, EXPIRES_SECONDS))

    async def activities(self, request: web.Request) -> web.Response:
        """What was heard, answered in order; every answer is stored before it is given."""
        call_id = self._call(request)
        limit = self._desk.settings.max_message_chars
        said: list[dict[str, Any]] = []
        for heard in codec.parse_activities(await read_json(request), call_id, limit):
            acts = await self._talk.hear(call_id, heard)
            silence, now = self._desk.settings.ivr_silence_seconds, self._desk.clock.now()
            said += codec.activities(heard, acts, silence, now)
        return web.json_response({"conversation": call_id, "activities": said})

    async def keepalive(self, request: web.Request) -> web.Response:
        call_id = self._call(request)
        codec.parse_keepalive(await read_json(request), call_id)
        await self._talk.keep_alive(call_id)
        return web.json_response({"expiresSeconds": EXPIRES_SECONDS})

    async def disconnect(self, request: web.Request) -> web.Response:
        call_id = self._call(request)
        reason = codec.parse_disconnect(await read_json(request), call_id)
        await self._talk.end(call_id, reason)
        return web.json_response({})

    def _call(self, request: web.Request) -> str:
        self._authorise(request)
        return clean_id(request.match_info["call_id"], "conversation")

    def _authorise(self, request: web.Request) -> None:
        given = request.headers.get("Authorization", "").encode(errors="replace")
        if not hmac.compare_digest(given, self._expected):
            raise BadMessage("unauthorized", "Authorization: a valid bearer token is needed", 401)


async def end_calls(desk: Desk, talk: Talk) -> None:
    """Ends what ran out, and sends by SMS what an ended call cannot hear."""
    while True:
        try:
            await talk.end_expired()
            await call(desk.calls.unheard)
        except Exception:
            log.exception("cannot end calls; trying again")
        await asyncio.sleep(_EVERY_SECONDS)
