"""Messages → what WeCom shows. Pure. Several become as few as possible: each costs."""

from collections.abc import Sequence

from desk.model.conversations import Message
from gateway.channels.capabilities import CHANNELS
from gateway.channels.split import split
from gateway.channels.wechat.render import Wire, buttons_of, joined, text_wire
from gateway.channels.wecom.codec import CHANNEL

_CHOOSE = "请选择："
_MOST_HEAD, _MOST_TITLE = 1024, 128  # bytes; a menu's head is shorter than a text

_CAN = CHANNELS[CHANNEL]


def wires(messages: Sequence[Message], base: str) -> list[Wire]:
    """Bodies without recipient; buttons of the last message become a menu to tap.

    `base` is the public address that pictures are reached at; without one they are left out.
    """
    pieces = split(joined(messages, base), _CAN.text_bytes)
    offered = buttons_of(messages)
    if not offered:
        return [text_wire(piece) for piece in pieces]
    fits = bool(pieces) and len(pieces[-1].encode()) <= _MOST_HEAD
    head = pieces.pop() if fits else _CHOOSE
    rows = [
        {"type": "click", "click": {"id": str(place), "content": _cut(one["title"])}}
        for place, one in enumerate(offered, 1)
    ]
    menu: Wire = {"msgtype": "msgmenu", "msgmenu": {"head_content": head, "list": rows}}
    return [*(text_wire(piece) for piece in pieces), menu]


def _cut(title: str) -> str:
    return title.encode()[:_MOST_TITLE].decode(errors="ignore")
