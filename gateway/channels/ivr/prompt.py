"""Replies → what is said of them at a time, which choices follow, which keys may answer. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from desk.model.conversations import Author, Message
from desk.model.phones import find_phone
from gateway import phrases
from gateway.channels.capabilities import CHANNELS
from gateway.channels.choices import Button, offered
from gateway.channels.ivr import wording
from gateway.channels.ivr.speech import sentences
from gateway.channels.ivr.spoken import ANY_KEYS, CODE_KEYS, KEY, PHONE_KEYS

_CAN = CHANNELS["ivr"]
_LONGEST_QUESTION = 3  # sentences, with what explains it
_QUESTION = re.compile(r"[？?]$|^(请|麻烦)")
# The questions of ours that a number answers; a test holds them to the texts of domain.yml.
_ASKS_PHONE = re.compile(
    r"请[^，。！？：\n]{0,16}(手机号|电话|联系方式)|(发一|留)个[^，。]{0,4}(电话|号码)|号码应该是"
)
_OTHERS_PHONE = re.compile(r"骚扰|举报")
_ASKS_CODE = re.compile(
    r"(?<!短信)(?<!获取)(?<!收不到)验证码(?!只|和|已连续)|(收到的短信|短信里|里面)的?(验证码|数字)"
)


@dataclass(frozen=True)
class Prompt:
    """One turn of ours. `rest` is told when the caller goes on listening."""

    text: str
    choices: list[Button] = field(default_factory=list)
    rest: list[str] = field(default_factory=list)
    keys: int = ANY_KEYS
    asks_phone: bool = False


def prompt(messages: Sequence[Message], caller: str = "", *, fewer: bool = False) -> Prompt:
    """The replies to one message, as one turn. `caller`: a number that saves asking for one.

    `fewer`: for somebody who needs more time, a sentence less at once.
    """
    told = _without_notices(messages)
    spoken = [sentences(_words(one)) for one in told]
    question = _asks(spoken[-1]) if spoken else 0
    lines = [line for one in spoken for line in one]
    choices = offered(told, _CAN.choices)
    last = told[-1].text if told else ""
    asks_phone = asks_for_phone(last)
    number = find_phone(caller)
    if asks_phone and number:
        choices = [{"title": wording.USE_CALLER, "payload": number}, *choices][: _CAN.choices]
    keys = ANY_KEYS
    if asks_phone:
        keys = PHONE_KEYS
    elif asks_for_code(last):
        keys = CODE_KEYS
    elif choices:
        keys = KEY
    return page(lines, choices, keys, question=question, asks_phone=asks_phone, fewer=fewer)


def page(
    lines: Sequence[str],
    choices: list[Button],
    keys: int = ANY_KEYS,
    *,
    question: int = 0,
    asks_phone: bool = False,
    fewer: bool = False,
) -> Prompt:
    """The first sentences, and always the last `question` ones, which ask something.

    One sentence more is told along rather than announced.
    """
    most = _CAN.sentences - (1 if fewer else 0)
    body, asked = list(lines[: len(lines) - question]), lines[len(lines) - question :]
    most = max(most - max(question - 1, 0), 1)
    told, rest = body, []
    if len(body) > most + 1:
        told, rest = body[:most], body[most:]
        keys = KEY if keys == ANY_KEYS else keys
    parts = [*told, *([wording.MORE] if rest else []), *asked, read_out(choices)]
    if asks_phone:
        parts.append(wording.PHONE_BY_KEYS)
    text = "".join(part for part in parts if part) or wording.NOTHING_SAID
    return Prompt(text, choices, rest, keys, asks_phone)


def _asks(lines: Sequence[str]) -> int:
    """How many sentences at the end belong to a question; 0 when nothing is asked."""
    for back, line in enumerate(reversed(lines), 1):
        if _QUESTION.search(line):
            return min(back, _LONGEST_QUESTION)
    return 0


def read_out(choices: Sequence[Button]) -> str:
    """查工单，请按1。转人工，请按2。 – what first, then the key: one remembers the last."""
    titles = ("".join(sentences(one["title"])).rstrip("。！？") for one in choices)
    return "".join(f"{title}，请按{place}。" for place, title in enumerate(titles, 1))


def asks_for_phone(text: str) -> bool:
    return _ASKS_PHONE.search(text) is not None and not _OTHERS_PHONE.search(text)


def asks_for_code(text: str) -> bool:
    return _ASKS_CODE.search(text) is not None


def _without_notices(messages: Sequence[Message]) -> list[Message]:
    """Nobody is told to wait for what follows at once."""
    waiting = {phrases.SLOW.text, phrases.WAITING_FOR_BOT.text}
    told = [one for one in messages if one.text]
    answers = [one for one in told if one.text not in waiting]
    return answers or told


def _words(message: Message) -> str:
    if message.author is Author.AGENT and message.name:
        return f"客服{message.name}：{message.text}"
    return message.text
