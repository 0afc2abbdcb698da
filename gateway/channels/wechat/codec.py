"""Fields of a push → what the gateway does with it. Pure."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from gateway import placeholders
from gateway.channels.wechat.payload import Fields, text_of
from gateway.message import BadMessage, Inbound, as_typed, clean_id, clean_text

CHANNEL = "wechat"
GREETING = "你好"
_MAX_DIGITS = 20


class Grant(StrEnum):
    """What a push allows us to send: the first letter of the message id, kept with the message."""

    MESSAGE = "m"  # the customer wrote
    EVENT = "e"  # tapped a menu, subscribed, scanned


class Kind(StrEnum):
    SAID = "said"  # has its turn
    LEFT = "left"  # unsubscribed
    REPORT = "report"  # result of a template message
    IGNORED = "ignored"


@dataclass(frozen=True)
class Push:
    """One push: who, what for, and the message it makes."""

    kind: Kind
    openid: str
    account: str
    inbound: Inbound | None = None
    media_id: str | None = None  # a picture to fetch
    picture_url: str | None = None
    choice: str | None = None  # id of the tapped msgmenu item
    report: str = ""


def parse(fields: Fields, limit: int) -> Push:
    """A push of the service account; raises `BadMessage` (400) naming the field.

    `limit`: longest text in characters; what a customer wrote beyond it is cut, never refused,
    because WeChat would show the customer an error for it.
    """
    openid = clean_id(text_of(fields, "FromUserName"), "FromUserName")
    account = clean_id(text_of(fields, "ToUserName"), "ToUserName")
    _number(fields, "CreateTime")
    if text_of(fields, "MsgType") == "event":
        return _event(fields, openid, account)
    said = _said(fields)
    message_id = f"{Grant.MESSAGE}{_number(fields, 'MsgId')}"
    choice = text_of(fields, "bizmsgmenuid")
    if choice:
        # A tap on a menu item in a message counts as a menu click, not as a message.
        message_id = f"{Grant.EVENT}{message_id}"
    inbound = Inbound(CHANNEL, openid, _text(said, limit), message_id)
    return Push(
        Kind.SAID,
        openid,
        account,
        inbound,
        media_id=text_of(fields, "MediaId") if said == placeholders.PICTURE else None,
        picture_url=text_of(fields, "PicUrl") if said == placeholders.PICTURE else None,
        choice=choice or None,
    )


def _said(fields: Fields) -> str:
    """What a message says, as text; what has none becomes a placeholder."""
    said = placeholders.OTHER
    match text_of(fields, "MsgType"):
        case "text":
            said = as_typed(text_of(fields, "Content"))
        case "voice":
            said = as_typed(text_of(fields, "Recognition")) or placeholders.VOICE
        case "image":
            said = placeholders.PICTURE
        case "location":
            label = text_of(fields, "Label").strip()
            place = f"{text_of(fields, 'Location_X')},{text_of(fields, 'Location_Y')}"
            said = f"我的位置：{label or place}"
        case "link":
            said = f"{placeholders.LINK}{text_of(fields, 'Title')} {text_of(fields, 'Url')}"
        case "video" | "shortvideo":
            said = placeholders.VIDEO
        case "":
            raise BadMessage("bad_push", "MsgType: is missing")
    return said


def _event(fields: Fields, openid: str, account: str) -> Push:
    event, key = text_of(fields, "Event"), text_of(fields, "EventKey")
    if not event:
        raise BadMessage("bad_push", "Event: is missing")
    match event.lower():
        case "subscribe" | "scan":
            text = GREETING
        case "click":
            text = key
        case "unsubscribe":
            return Push(Kind.LEFT, openid, account)
        case "templatesendjobfinish":
            return Push(Kind.REPORT, openid, account, report=text_of(fields, "Status"))
        case _:
            return Push(Kind.IGNORED, openid, account)
    words = "|".join((openid, _number(fields, "CreateTime"), event, key))
    digest = hashlib.sha256(words.encode(errors="replace")).hexdigest()[:40]
    return Push(
        Kind.SAID,
        openid,
        account,
        Inbound(CHANNEL, openid, _text(text, len(text)), f"{Grant.EVENT}{digest}"),
    )


def _text(said: str, limit: int) -> str:
    """Storable text, cut to `limit`; nothing to read in it is a placeholder."""
    try:
        return clean_text(said[:limit], limit)
    except BadMessage:
        return placeholders.OTHER


def _number(fields: Fields, name: str) -> str:
    value = text_of(fields, name)
    if not value.isascii() or not value.isdigit() or len(value) > _MAX_DIGITS:
        raise BadMessage("bad_push", f"{name}: expected a number")
    return value
