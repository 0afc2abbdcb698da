"""POST /webhooks/rest/webhook in Rasa's format, plus a way to fetch what a person says later."""

import asyncio
import hmac
import json
import math
import secrets
from collections import Counter
from urllib.parse import urlsplit

from aiohttp import web

from desk.app import Desk
from desk.calling import call
from desk.model.conversations import Accepted, Author, Message
from desk.rate_limit import RateLimit
from gateway.channels.rest import codec
from gateway.inbox import Inbox
from gateway.message import BadMessage, clean_id

_MAX_WAIT_SECONDS = 30.0
_POLL_SECONDS = 0.3
_TURN_MARGIN_SECONDS = 30.0


class RestChannel:
    def __init__(self, desk: Desk, inbox: Inbox, limit: RateLimit) -> None:
        self._desk, self._inbox, self._limit = desk, inbox, limit
        self._awaited: Counter[int] = Counter()  # messages whose request is open just now

    def add_routes(self, app: web.Application) -> None:
        app.router.add_get("/webhooks/rest/", self.health)
        app.router.add_post("/webhooks/rest/webhook", self.webhook)
        app.router.add_get("/webhooks/rest/messages", self.messages)

    async def health(self, _request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def webhook(self, request: web.Request) -> web.StreamResponse:
        """One message in, its replies out (and whatever a person said since the last call).

        Every request gets the replies to its own message, also when it was delivered several
        times at once; nobody takes away what another open request is waiting for.
        """
        self._authorise(request)
        inbound = codec.parse(
            await read_json(request),
            limit=self._desk.settings.max_message_chars,
            fresh_id=secrets.token_hex(12),
        )
        wait = self._limit.seconds_to_wait(f"rest:{inbound.sender}")
        if wait:
            raise TooMany(wait)
        accepted = await self._inbox.accept(inbound)
        self._awaited[accepted.message_id] += 1
        try:
            said = await self._answer_to(accepted, inbound.sender)
        finally:
            self._awaited -= Counter([accepted.message_id])
        entries = codec.render(inbound.sender, said, str(request.url))
        if request.query.get("stream") == "true":
            return await _stream(request, entries)
        return web.json_response(entries, dumps=_dumps)

    async def _answer_to(self, accepted: Accepted, sender: str) -> list[Message]:
        patience = self._desk.settings.give_up_after_seconds + _TURN_MARGIN_SECONDS
        if not await self._inbox.wait_for_turn(accepted, patience):
            raise BadMessage("timeout", "stored, but not answered yet; ask again later", 504)
        own = accepted.message_id
        others = [other for other in self._awaited if other != own]
        return await call(self._desk.outbox.collect, codec.CHANNEL, sender, others, reply_to=own)

    async def messages(self, request: web.Request) -> web.Response:
        """What was said to a sender after message `after`; waits up to `wait` seconds for news."""
        self._authorise(request)
        sender = clean_id(request.query.get("sender"), "sender")
        after = _number(request, "after", 0)
        wait = min(_number(request, "wait", 0), _MAX_WAIT_SECONDS)
        deadline = asyncio.get_running_loop().time() + wait
        while True:
            found = await self._said_to(sender, int(after))
            if found or asyncio.get_running_loop().time() >= deadline:
                break
            await asyncio.sleep(_POLL_SECONDS)
        await call(self._desk.outbox.collect, codec.CHANNEL, sender)
        return web.json_response(
            {
                "messages": codec.render(sender, found, str(request.url)),
                "last_id": found[-1].id if found else int(after),
            },
            dumps=_dumps,
        )

    async def _said_to(self, sender: str, after: int) -> list[Message]:
        _, said = await call(self._desk.conversations.history, codec.CHANNEL, sender, after)
        return [message for message in said if message.author is not Author.CUSTOMER]

    def _authorise(self, request: web.Request) -> None:
        """A token where one is set, and always in production: a sender is whoever says so here."""
        origin = request.headers.get("Origin")
        if origin is not None and urlsplit(origin).netloc != request.host:
            raise BadMessage("cross_site", "Origin: other sites may not speak here", 403)
        token = self._desk.secrets.rest_token.get_secret_value()
        if not token and not self._desk.settings.development:
            raise BadMessage("unauthorized", "no REST token is set; production needs one", 401)
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if token and not hmac.compare_digest(given.encode(errors="replace"), token.encode()):
            raise BadMessage("unauthorized", "Authorization: a valid bearer token is needed", 401)


class TooMany(BadMessage):
    """More messages than a person writes; `retry_after` goes into the header."""

    def __init__(self, wait: float) -> None:
        self.retry_after = math.ceil(wait)
        super().__init__(
            "too_many_messages", f"too many messages; try again in {self.retry_after} s", 429
        )


async def read_json(request: web.Request) -> object:
    """The body as JSON; raises `BadMessage` (the size limit is the application's)."""
    try:
        return json.loads(await request.text())
    except (ValueError, LookupError, RecursionError, web.RequestPayloadError):
        raise BadMessage("bad_json", "body: is not valid JSON in UTF-8") from None


def _number(request: web.Request, name: str, default: float) -> float:
    try:
        value = float(request.query.get(name, default))
    except ValueError:
        value = math.nan
    if not 0 <= value < float(2**53):
        raise BadMessage("bad_request", f"{name}: expected a number, 0 or more")
    return value


def _dumps(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


async def _stream(request: web.Request, entries: list[dict[str, object]]) -> web.StreamResponse:
    """`?stream=true`: one JSON object per line, with the content type Rasa sends."""
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await response.prepare(request)
    for entry in entries:
        await response.write(f"{_dumps(entry)}\n".encode())
    await response.write_eof()
    return response
