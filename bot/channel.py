"""The gateway's door into Rasa: /webhooks/gateway/ (health, parse, turn).

Unlike Rasa's REST channel it authenticates, knows message ids (a redelivery returns the recorded
replies), tells intent and timing, and answers an error with an error instead of an empty list.
"""

from __future__ import annotations

import hmac
import logging
import time
import unicodedata
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import InputChannel, UserMessage
from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from sanic import Blueprint, Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, json

from bot.dialogue import Dialogue, Silence, TurnFailed

logger = logging.getLogger(__name__)

MAX_BODY = 64 * 1024
MAX_TEXT = 4000
MAX_ID = 200
RANKED = 3
_SLASHES = "/／"
_UNSEEN = {"Cc", "Cf", "Zs", "Zl", "Zp"}


class BadRequest(Exception):
    """The request's body is not as agreed; the message names the field."""


def plain_text(text: str) -> str:
    """Take off what would make a sentence Rasa's own syntax (/restart, /inform{…}).

    A sentence of nothing but such characters becomes a question mark: something was said.
    """
    start = 0
    while start < len(text) and (
        text[start] in _SLASHES or unicodedata.category(text[start]) in _UNSEEN
    ):
        start += 1
    return text[start:].strip() or "?"


class GatewayChannel(InputChannel):
    """The only input channel of this Rasa server."""

    def __init__(self, dialogue: Dialogue, token: str) -> None:
        """Use a loaded dialogue and the token the gateway must show."""
        self._dialogue = dialogue
        self._expected = f"Bearer {token}".encode()

    @classmethod
    def name(cls) -> str:
        """The channel's name, also its place in the URL."""
        return "gateway"

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The three routes. `on_new_message` is not used: it would hide failures."""
        routes = Blueprint("gateway_channel")

        # Sanic marks its handlers with attributes, which bound methods do not take.
        @routes.get("/")
        async def health(request: Request) -> HTTPResponse:
            return await self.health(request)

        @routes.post("/parse")
        async def parse(request: Request) -> HTTPResponse:
            return await self.parse(request)

        @routes.post("/turn")
        async def turn(request: Request) -> HTTPResponse:
            return await self.turn(request)

        return routes

    async def health(self, request: Request) -> HTTPResponse:
        """Ready, and with which model."""
        return json({"status": "ok", "model_id": self._dialogue.model_metadata.model_id})

    async def parse(self, request: Request) -> HTTPResponse:
        """Understand a sentence without touching any conversation."""
        started = time.monotonic()
        try:
            text = plain_text(_field(_body(request), "text", str, MAX_TEXT))
        except BadRequest as error:
            return _error(400, "bad_request", str(error))
        parsed = await self._dialogue.parse_message(UserMessage(text))
        return json({"text": text, **_understood(parsed, None), "timing_ms": _ms(started)})

    async def turn(self, request: Request) -> HTTPResponse:
        """Handle one customer message."""
        given = request.headers.get("Authorization", "").encode("utf-8", "replace")
        if not hmac.compare_digest(given, self._expected):
            return _error(401, "unauthorized", "missing or wrong token")
        if len(request.body) > MAX_BODY:
            return _error(413, "too_large", f"the body may have {MAX_BODY} bytes at most")
        try:
            message = _message(_body(request))
        except BadRequest as error:
            return _error(400, "bad_request", str(error))
        try:
            return json(await self._handle(message))
        except TurnFailed as error:
            logger.error("conversation=%s turn failed: %s", message.sender_id, error)
            return _error(500, "turn_failed", str(error))
        except Exception as error:
            logger.exception("conversation=%s turn failed", message.sender_id)
            return _error(500, "turn_failed", type(error).__name__)

    async def _handle(self, message: UserMessage) -> dict[str, Any]:
        started = time.monotonic()
        dialogue = self._dialogue
        async with dialogue.lock_store.lock(message.sender_id):
            tracker = await dialogue.tracker_store.retrieve(message.sender_id)
            found = _recorded(tracker, message.message_id) if tracker else None
            repeated = found is not None
            parse_ms = 0
            if found is None:
                message.parse_data = await dialogue.parse_message(message)
                parse_ms = _ms(started)
                tracker = await dialogue.turn(message)
                found = _recorded(tracker, message.message_id)
        if found is None:
            raise TurnFailed("the message is not in the stored conversation")
        user, said = found
        answer = _answer(user, said, repeated)
        answer["awaits"] = tracker.active_loop_name if tracker else None
        answer["timing_ms"] = {"parse": parse_ms, "total": _ms(started)}
        logger.info(
            "conversation=%s message=%s intent=%s replies=%d repeated=%s ms=%d",
            message.sender_id,
            message.message_id,
            answer["intent"]["name"],
            len(answer["replies"]),
            repeated,
            answer["timing_ms"]["total"],
        )
        return answer


def _body(request: Request) -> dict[str, Any]:
    try:
        body = request.json
    except Exception as error:  # Sanic raises its own InvalidUsage, its parser RecursionError
        raise BadRequest("body: JSON expected") from error
    if not isinstance(body, dict):
        raise BadRequest("body: a JSON object expected")
    return body


def _field(body: dict[str, Any], name: str, kind: type, longest: int) -> Any:
    value = body.get(name)
    if not isinstance(value, kind) or not value:
        raise BadRequest(f"{name}: a non-empty {kind.__name__} expected")
    if len(value) > longest:
        raise BadRequest(f"{name}: at most {longest} characters expected")
    if any(unicodedata.category(c) == "Cs" for c in value):
        raise BadRequest(f"{name}: well-formed Unicode expected")
    return value


def _message(body: dict[str, Any]) -> UserMessage:
    metadata = body.get("metadata", {})
    if not isinstance(metadata, dict):
        raise BadRequest("metadata: an object expected")
    return UserMessage(
        text=plain_text(_field(body, "text", str, MAX_TEXT)),
        output_channel=Silence(),
        sender_id=_field(body, "conversation_id", str, MAX_ID),
        input_channel=GatewayChannel.name(),
        message_id=_field(body, "message_id", str, MAX_ID),
        metadata=metadata,
    )


Recorded = tuple[UserUttered, list[BotUttered]]


def _recorded(tracker: DialogueStateTracker, message_id: str) -> Recorded | None:
    """The user event with this message id and what was said to it, if the tracker holds it."""
    user: UserUttered | None = None
    said: list[BotUttered] = []
    for event in tracker.events:
        if isinstance(event, UserUttered):
            if user is not None:
                break
            if event.message_id == message_id:
                user = event
        elif isinstance(event, BotUttered) and user is not None:
            said.append(event)
    return (user, said) if user is not None else None


def _answer(user: UserUttered, said: list[BotUttered], repeated: bool) -> dict[str, Any]:
    customs = [e.data.get("custom") for e in said]
    return {
        "replies": [_reply(e) for e in said if e.text or e.data.get("image") or _shown(e)],
        **_understood(user.parse_data, RANKED),
        "silent": any(isinstance(c, dict) and c.get("silent") is True for c in customs),
        "repeated": repeated,
    }


def _shown(event: BotUttered) -> bool:
    """A custom payload is a reply, unless it only says that silence is meant."""
    custom = event.data.get("custom")
    return bool(custom) and custom != {"silent": True}


def _reply(event: BotUttered) -> dict[str, Any]:
    # A response and the action that used it may offer the same way on: one button is enough.
    buttons = {b["payload"]: b["title"] for b in event.data.get("buttons") or []}
    return {
        "text": event.text,
        "buttons": [{"title": title, "payload": says} for says, title in buttons.items()],
        "image": event.data.get("image"),
        "custom": event.data.get("custom") or None,
    }


def _understood(parsed: Any, ranked: int | None) -> dict[str, Any]:
    intent = parsed.get("intent") or {}
    keys = ("entity", "value", "start", "end")
    return {
        "intent": {"name": intent.get("name"), "confidence": intent.get("confidence", 0.0)},
        "intent_ranking": list(parsed.get("intent_ranking") or [])[:ranked],
        "entities": [{k: e.get(k) for k in keys} for e in parsed.get("entities") or []],
    }


def _ms(started: float) -> int:
    return round((time.monotonic() - started) * 1000)


def _error(status: int, code: str, message: str) -> HTTPResponse:
    return json({"error": {"code": code, "message": message}}, status=status)


def mount(app: Sanic, channel: GatewayChannel) -> None:
    """Put the channel's routes under /webhooks/gateway."""

    async def unused(message: UserMessage) -> None:
        raise NotImplementedError("GatewayChannel handles its messages itself")

    app.blueprint(channel.blueprint(unused), url_prefix=f"/webhooks/{channel.name()}")
