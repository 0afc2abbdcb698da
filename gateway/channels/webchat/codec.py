"""socket.io payloads ⇄ messages, with Rasa's event names. Pure."""

from typing import Any

from desk.model.conversations import Author, Conversation, ConversationState, Message
from gateway import placeholders
from gateway.message import BadMessage, Inbound, as_typed, clean_id, clean_text

CHANNEL = "webchat"


def parse(data: object, visitor: str, *, limit: int, fresh_id: str) -> Inbound:
    """`{"message" or "picture", "message_id"?}` of `user_uttered`; raises `BadMessage`.

    `picture` is the address that the upload was answered with.
    """
    if not isinstance(data, dict):
        raise BadMessage("bad_request", "user_uttered: expected an object")
    given, picture = data.get("message_id"), data.get("picture")
    return Inbound(
        channel=CHANNEL,
        sender=visitor,
        text=_words(data, limit) if picture is None else placeholders.PICTURE,
        message_id=fresh_id if given is None else clean_id(given, "message_id"),
        image=None if picture is None else clean_id(picture, "picture"),
    )


def _words(data: dict[str, Any], limit: int) -> str:
    return as_typed(clean_text(data.get("message"), limit))


def bot_uttered(message: Message) -> dict[str, Any]:
    """One message as Rasa's widgets expect it: text, quick replies and image in one event."""
    payload: dict[str, Any] = {
        "metadata": {
            "id": message.id,
            "author": str(message.author),
            "name": message.name,
            "at": message.at.isoformat(),
        }
    }
    if message.text:
        payload["text"] = message.text
    if message.buttons:
        payload["quick_replies"] = [
            {"content_type": "text", "title": b["title"], "payload": b["payload"]}
            for b in message.buttons
        ]
    if message.custom:
        payload["metadata"]["custom"] = message.custom
    if message.image:
        payload["attachment"] = {"type": "image", "payload": {"src": message.image}}
    return payload


def in_parts(payload: dict[str, Any]) -> list[dict[str, Any]]:
    """As Rasa sends it: words and picture in an event each; widgets of others take no other."""
    if "text" not in payload or "attachment" not in payload:
        return [payload]
    picture = {"attachment": payload["attachment"], "metadata": payload["metadata"]}
    return [{key: value for key, value in payload.items() if key != "attachment"}, picture]


def history_row(message: Message) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": message.id,
        "author": str(message.author),
        "text": message.text,
        "at": message.at.isoformat(),
    }
    if message.name:
        row["name"] = message.name
    if message.buttons:
        row["buttons"] = message.buttons
    if message.custom:
        row["custom"] = message.custom
    if message.image:
        row["image"] = message.image
    if message.author is Author.CUSTOMER:
        row["message_id"] = message.external_id
    return row


def state(conversation: Conversation | None, position: int, agent: str | None) -> dict[str, Any]:
    """Who answers now, as the chat's state bar shows it."""
    if conversation is None:
        return {"state": str(ConversationState.BOT)}
    told: dict[str, Any] = {"state": str(conversation.state)}
    if conversation.state is ConversationState.QUEUED:
        told["position"] = position
    if conversation.state is ConversationState.HUMAN and agent:
        told["agent"] = agent
    return told
