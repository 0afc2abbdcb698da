"""What each channel can show and how much of it, in one table; docs/channels.md prints it.

Replies are written once; a channel renders them within its row.
"""

import sys
from dataclasses import dataclass
from enum import StrEnum

UNLIMITED = sys.maxsize  # no limit of ours


class Buttons(StrEnum):
    TAP = "tap"
    NUMBER = "number"  # listed, answered by typing the number
    KEY = "key"  # read out, answered by pressing it


class Images(StrEnum):
    SHOWN = "shown"
    LINK = "link"  # sending one would cost a message of the quota
    NONE = "none"  # every text is complete without its picture


@dataclass(frozen=True)
class Capabilities:
    buttons: Buttons
    images: Images
    cards: bool = False
    choices: int = UNLIMITED  # at once
    text_bytes: int = UNLIMITED  # of one message, in UTF-8
    sentences: int = UNLIMITED  # told at a time before the customer is asked to go on
    typing: bool = False
    proactive: bool = False  # may speak without having been spoken to


CHANNELS = {
    "webchat": Capabilities(Buttons.TAP, Images.SHOWN, cards=True, typing=True, proactive=True),
    "rest": Capabilities(Buttons.TAP, Images.SHOWN, cards=True),
    "wechat": Capabilities(
        Buttons.NUMBER, Images.LINK, choices=10, text_bytes=2048, typing=True, proactive=True
    ),
    "wecom": Capabilities(Buttons.TAP, Images.LINK, choices=10, text_bytes=2048, proactive=True),
    # Key 9 goes on listening, 0 asks for a person.
    "ivr": Capabilities(Buttons.KEY, Images.NONE, choices=8, sentences=3),
}
