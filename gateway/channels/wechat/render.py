"""Messages → what WeChat shows. Pure. Several messages become as few as possible: each costs."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urljoin

from desk.model.conversations import Author, Message
from gateway.channels.capabilities import CHANNELS
from gateway.channels.choices import Button, offered, picked
from gateway.channels.split import split, without_tables
from gateway.channels.wechat.codec import CHANNEL

_CHOOSE = "回复数字即可选择："

type Wire = dict[str, Any]

_CAN = CHANNELS[CHANNEL]


def texts(messages: Sequence[Message], base: str) -> list[str]:
    """Messages as texts that fit, joined; buttons of the last one as a numbered list.

    `base` is the public address that pictures are reached at; without one they are left out,
    because every text is complete without its picture.
    """
    last = buttons_of(messages)
    whole = joined(messages, base)
    if last:
        rows = "\n".join(f"{place}. {one['title']}" for place, one in enumerate(last, 1))
        whole = f"{whole}\n\n{_CHOOSE}\n{rows}".strip()
    return split(whole, _CAN.text_bytes)


def customer_service(messages: Sequence[Message], base: str, *, menus: bool) -> list[Wire]:
    """Bodies for the customer-service interface, without the recipient.

    `menus`: the account may send msgmenu; tapping is easier than typing a number.
    """
    last = buttons_of(messages)
    if menus and last:
        pieces = split(joined(messages, base), _CAN.text_bytes)
        head = pieces.pop() if pieces else _CHOOSE
        rows = [{"id": str(place), "content": one["title"]} for place, one in enumerate(last, 1)]
        menu: Wire = {"head_content": head, "list": rows, "tail_content": ""}
        return [*map(text_wire, pieces), {"msgtype": "msgmenu", "msgmenu": menu}]
    return [text_wire(piece) for piece in texts(messages, base)]


def text_wire(text: str) -> Wire:
    return {"msgtype": "text", "text": {"content": text}}


def passive(openid: str, account: str, text: str, seconds: int) -> dict[str, Any]:
    """The answer to a push; `seconds` is the time as WeChat counts it."""
    return {
        "ToUserName": openid,
        "FromUserName": account,
        "CreateTime": seconds,
        "MsgType": "text",
        "Content": text,
    }


def chosen(text: str, said_before: Sequence[Message]) -> str:
    """What the customer means: the button behind a number or title, else the words themselves.

    `said_before`: the conversation, oldest first. Buttons count only while nobody wrote since.
    """
    since: list[Message] = []
    for message in reversed(said_before):
        if message.author is Author.CUSTOMER:
            break
        since.insert(0, message)
    found = picked(text, buttons_of(since))
    return text if found is None else found


def buttons_of(messages: Sequence[Message]) -> list[Button]:
    return offered(messages, _CAN.choices)


def joined(messages: Sequence[Message], base: str) -> str:
    return "\n\n".join(part for one in messages if (part := _words(one, base)))


def _words(message: Message, base: str) -> str:
    lines = [without_tables(message.text)] if message.text else []
    if message.image and base:
        lines.append(f"看图：{urljoin(base, message.image)}")
    text = "\n".join(lines)
    if message.author is Author.AGENT and message.name and text:
        return f"客服{message.name}：{text}"
    return text
