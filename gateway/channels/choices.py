"""Choices where nothing can be tapped: offered in a row, answered by number or title. Pure."""

import re
from collections.abc import Sequence

from desk.model.conversations import Message

type Button = dict[str, str]

_NUMBER = re.compile(r"[（(]?([0-9０-９]{1,2})[)）.。、]?")


def offered(messages: Sequence[Message], most: int) -> list[Button]:
    """Those of the last message that has any: an earlier question is answered by a later one."""
    for message in reversed(messages):
        if message.buttons:
            return list(message.buttons[:most])
    return []


def picked(text: str, buttons: Sequence[Button]) -> str | None:
    """What the button behind a title or number says; None when no button is meant."""
    for button in buttons:
        if text.strip() == button["title"]:
            return button["payload"]
    number = _NUMBER.fullmatch(text.strip())
    if number and 1 <= int(number.group(1)) <= len(buttons):
        return buttons[int(number.group(1)) - 1]["payload"]
    return None
