"""Rasa's REST payloads ⇄ messages. Pure."""

from typing import Any
from urllib.parse import urljoin

from desk.model.conversations import Message
from gateway.message import BadMessage, Inbound, as_typed, clean_id, clean_text

CHANNEL = "rest"


def parse(body: object, *, limit: int, fresh_id: str) -> Inbound:
    """`{"sender", "message", "message_id"?, "metadata"?}` → `Inbound`; raises `BadMessage`.

    Without a `message_id` every request is a new message, as with Rasa.
    """
    if not isinstance(body, dict):
        raise BadMessage("bad_request", f"body: expected an object, got {type(body).__name__}")
    if body.get("type", "text") != "text":
        raise BadMessage("unsupported_type", "type: only text messages are understood here")
    for field in ("sender", "message"):
        if field not in body:
            raise BadMessage("bad_request", f"{field}: is missing")
    metadata = body.get("metadata")
    if metadata is not None and not isinstance(metadata, dict):
        raise BadMessage("bad_request", "metadata: expected an object")
    given = body.get("message_id")
    return Inbound(
        channel=CHANNEL,
        sender=clean_id(body["sender"], "sender"),
        text=as_typed(clean_text(body["message"], limit)),
        message_id=fresh_id if given is None else clean_id(given, "message_id"),
    )


def render(sender: str, messages: list[Message], base: str) -> list[dict[str, Any]]:
    """Messages as Rasa's collector writes them: an image is an entry of its own.

    `base` is the gateway's address: a client elsewhere cannot follow "/static/…".
    """
    entries: list[dict[str, Any]] = []
    for message in messages:
        if message.text:
            entry: dict[str, Any] = {"recipient_id": sender, "text": message.text}
            if message.buttons:
                entry["buttons"] = message.buttons
            entries.append(entry)
        if message.image:
            entries.append({"recipient_id": sender, "image": urljoin(base, message.image)})
        if message.custom:
            entries.append({"recipient_id": sender, "custom": message.custom})
    return entries
