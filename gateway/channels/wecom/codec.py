"""What WeCom hands over → what the gateway does with it. Pure.

A call carries no content; what was said comes as items of `sync_msg`.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from gateway import placeholders
from gateway.channels.wechat.codec import GREETING, Grant
from gateway.channels.wechat.payload import Fields, text_of
from gateway.message import BadMessage, Inbound, as_typed, clean_id, clean_text

CHANNEL = "wecom"
_ENTERED = "w"  # message id of a greeting: grants nothing, it is answered with its code
_CUSTOMER, _SERVICER = 3, 5
_PLACE = re.compile(r"x(\d{1,12})-(\d{1,12})-\d{1,3}")


class Kind(StrEnum):
    SAID = "said"  # has its turn
    ENTERED = "entered"  # opened the chat, and may be greeted with `code`
    SERVICER = "servicer"  # somebody of the company wrote in the WeCom app
    TAKEN = "taken"  # somebody of the company has the session
    ENDED = "ended"  # and is done with it
    LOST = "lost"  # a message that was taken did not arrive
    IGNORED = "ignored"


@dataclass(frozen=True)
class Called:
    """There is something to read for an account, with a token of ten minutes."""

    open_kfid: str
    token: str


@dataclass(frozen=True)
class Heard:
    """One item: `sender` is account and customer in one, as the inbox knows them."""

    kind: Kind
    sender: str = ""
    sent_at: int = 0  # seconds, as WeCom counts them
    inbound: Inbound | None = None
    media_id: str | None = None
    code: str = ""
    name: str = ""  # of the servicer
    lost: str = ""  # what we called the message
    why: int = 0


def called(fields: Fields) -> Called | None:
    """A call of the interface; None for other events; raises `BadMessage` naming the field."""
    if text_of(fields, "Event") != "kf_msg_or_event":
        return None
    open_kfid = clean_id(text_of(fields, "OpenKfId"), "OpenKfId")
    return Called(open_kfid, clean_id(text_of(fields, "Token"), "Token"))


def sender_of(open_kfid: str, customer: str) -> str:
    """A customer is somebody else in every account: quota and session are per account."""
    return f"{open_kfid}/{customer}"


def account_and_customer(sender: str) -> tuple[str, str]:
    open_kfid, _, customer = sender.partition("/")
    return open_kfid, customer


def place_id(place: str) -> str:
    """The id that a message is sent with: it tells which of ours it was, should it get lost."""
    return f"x{place}"


def place_of(message_id: str) -> tuple[int, int] | None:
    """First and last of our messages in one that was sent; None when it was not ours."""
    found = _PLACE.fullmatch(message_id)
    return (int(found.group(1)), int(found.group(2))) if found else None


def parse(item: dict[str, Any], limit: int) -> Heard:
    """One item of `sync_msg`; raises `BadMessage` naming the field.

    What a customer wrote beyond `limit` characters is cut: there is nobody to refuse it to.
    """
    if item.get("msgtype") == "event":
        return _event(item)
    sender = _sender(item)
    origin = item.get("origin")
    if origin not in (_CUSTOMER, _SERVICER):
        return Heard(Kind.IGNORED)
    said, media_id = _said(item)
    message_id = clean_id(item.get("msgid"), "msgid")
    inbound = Inbound(CHANNEL, sender, _text(said, limit), f"{Grant.MESSAGE}{message_id}")
    sent_at = _seconds(item)
    if origin == _SERVICER:
        name = str(item.get("servicer_userid") or "")
        return Heard(Kind.SERVICER, sender, sent_at, inbound, name=name)
    return Heard(Kind.SAID, sender, sent_at, inbound, media_id)


def _said(item: dict[str, Any]) -> tuple[str, str | None]:
    """What an item says, as text, and its picture; what has no words becomes a placeholder."""
    kind = str(item.get("msgtype"))
    body = item.get(kind)
    if not isinstance(body, dict):
        raise BadMessage("bad_item", f"{kind}: expected an object")
    said, media_id = placeholders.OTHER, None
    match kind:
        case "text":
            said = as_typed(_string(body, "content"))
        case "image":
            said, media_id = placeholders.PICTURE, clean_id(body.get("media_id"), "media_id")
        case "voice":
            said = placeholders.VOICE
        case "video":
            said = placeholders.VIDEO
        case "location":
            place = f"{body.get('latitude')},{body.get('longitude')}"
            words = " ".join(filter(None, (_string(body, "name"), _string(body, "address"))))
            said = f"我的位置：{as_typed(words) or place}"
        case "link":
            said = f"{placeholders.LINK}{_string(body, 'title')} {_string(body, 'url')}"
    return said, media_id


def _event(item: dict[str, Any]) -> Heard:
    event = item.get("event")
    if not isinstance(event, dict):
        raise BadMessage("bad_item", "event: expected an object")
    sent_at = _seconds(item)
    match event.get("event_type"):
        case "enter_session":
            sender = _sender(event)
            message_id = f"{_ENTERED}{clean_id(item.get('msgid'), 'msgid')}"
            greeting = Inbound(CHANNEL, sender, GREETING, message_id)
            code = _string(event, "welcome_code")
            return Heard(Kind.ENTERED, sender, sent_at, greeting, code=code)
        case "msg_send_fail":
            why = event.get("fail_type")
            return Heard(
                Kind.LOST,
                _sender(event),
                sent_at,
                lost=_string(event, "fail_msgid"),
                why=why if isinstance(why, int) else 0,
            )
        case "session_status_change":
            return _status(event, sent_at)
    return Heard(Kind.IGNORED)


def _status(event: dict[str, Any], sent_at: int) -> Heard:
    """1 taken from the pool, 2 passed on, 3 ended, 4 taken up again."""
    kinds = {1: Kind.TAKEN, 2: Kind.TAKEN, 3: Kind.ENDED, 4: Kind.TAKEN}
    change = event.get("change_type")
    kind = kinds.get(change, Kind.IGNORED) if isinstance(change, int) else Kind.IGNORED
    return Heard(kind, _sender(event), sent_at, code=_string(event, "msg_code"))


def _sender(body: dict[str, Any]) -> str:
    open_kfid = clean_id(body.get("open_kfid"), "open_kfid")
    return clean_id(
        sender_of(open_kfid, clean_id(body.get("external_userid"), "external_userid")),
        "external_userid",
    )


def _string(body: dict[str, Any], name: str) -> str:
    value = body.get(name) or ""
    if not isinstance(value, str):
        raise BadMessage("bad_item", f"{name}: expected text")
    return value


def _seconds(item: dict[str, Any]) -> int:
    value = item.get("send_time")
    if not isinstance(value, int) or isinstance(value, bool):
        raise BadMessage("bad_item", "send_time: expected seconds")
    return value


def _text(said: str, limit: int) -> str:
    """Storable text, cut to `limit`; nothing to read in it is a placeholder."""
    try:
        return clean_text(said[:limit], limit)
    except BadMessage:
        return placeholders.OTHER
