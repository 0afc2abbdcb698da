"""What a customer may say about an answer just given, whatever the intent model makes of it.

The buttons under an answer say 有帮助, 没帮到我, or the title of an article. Titles are sentences
like any other (宽带移机 reads like an order), so a slot remembers what was offered and these words
are taken before anything else, inside a form too.
"""

from __future__ import annotations

import re
from string import punctuation
from typing import Any

from actions.turn import Turn

ANSWERED = "answered_article"
OFFERED = "offered_articles"
HELPFUL, UNHELPFUL = "有帮助", "没帮到我"
GIVE, JUDGE = "action_answer_question", "action_judge_answer"

_HELPFUL = re.compile(r"^(有帮助|有用|帮到我?了|解决了我的疑问)[了的]*$")
_UNHELPFUL = re.compile(
    r"^(没帮到我|没有?帮助|没用|没什么用|没帮上(忙)?|没解决|不是我(要|想)?问的|答非所问"
    r"|你?没听懂我?问的)[了的]*$"
)
_ORDINAL = re.compile(r"^(选|要|是)?第?([123一二三])(个|条|项)?$")
_PLACES = {"1": 0, "一": 0, "2": 1, "二": 1, "3": 2, "三": 2}


def next_step(turn: Turn) -> str | None:
    """The action these words are for, or None when they are about something else."""
    if turn.slot(ANSWERED) and verdict(turn) is not None:
        return JUDGE
    return GIVE if chosen_article(turn) else None


def said(turn: Turn) -> str:
    """As typed, without marks around it."""
    return turn.original_text.strip(punctuation + "\uff01\u3002 ")


def verdict(turn: Turn) -> bool | None:
    """Whether the answer helped; None when nothing was said about it."""
    if _UNHELPFUL.match(said(turn)):
        return False
    return True if _HELPFUL.match(said(turn)) else None


def chosen_article(turn: Turn) -> str | None:
    """The article whose button was pressed, or whose place was named right after the offer."""
    offered: dict[str, Any] = turn.slot(OFFERED) or {}
    if turn.original_text in offered:
        return str(offered[turn.original_text])
    place = _ORDINAL.match(said(turn))
    if place is None or not offered or not _were_just_shown(turn, offered):
        return None
    ids = list(offered.values())
    number = _PLACES[place[2]]
    return str(ids[number]) if number < len(ids) else None


def _were_just_shown(turn: Turn, offered: dict[str, Any]) -> bool:
    shown = (
        button.get("payload")
        for reply in turn.last_replies()
        for button in (reply.get("data") or {}).get("buttons") or []
    )
    return any(payload in offered for payload in shown)
