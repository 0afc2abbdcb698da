"""Two matters in one message: 网断了三天还要扣我钱,投诉你们.

The classifier answers for the whole sentence. What else is in it is found by expressions that are
data (`matters.yml`), only in messages of some length, and is kept in the turn to be offered after
the first matter is done. Where the customer says 另外, what comes before it is the first matter.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

MATTERS = Path(__file__).with_name("matters.yml")
SHORTEST = 9
# These say the same thing with another weight; one of them offered after the other would annoy.
_KINDRED = (
    frozenset({"query_bill", "dispute_charge", "query_balance"}),
    frozenset({"query_work_order", "urge_work_order", "cancel_work_order"}),
    frozenset({"query_package", "browse_packages", "change_package"}),
    frozenset({"unsubscribe_service", "close_account"}),
)
# 宽带上不去，另外问下什么时候到期: what comes before such a word was the reason to write.
_BESIDES = re.compile("另外|还有(?!多少)|再说|再帮|顺便|对了")
NO_SECOND = frozenset({"out_of_scope", "inform", "request_human", "cancel", "correct_value"})


@lru_cache(maxsize=1)
def _matters() -> tuple[tuple[str, re.Pattern[str]], ...]:
    content: dict[str, list[str]] = yaml.safe_load(MATTERS.read_text(encoding="utf-8"))
    return tuple((name, re.compile("|".join(parts))) for name, parts in content.items())


def second_matter(text: str, ranking: list[dict[str, Any]]) -> str | None:
    """The intent of another matter in the sentence, or None."""
    first = str(ranking[0]["name"])
    if len(text) < SHORTEST or first in NO_SECOND:
        return None
    found = [name for name, pattern in _matters() if pattern.search(text)]
    others = [name for name in found if not _same(name, first)]
    order = [str(r["name"]) for r in ranking]
    return min(others, key=lambda n: order.index(n) if n in order else len(order), default=None)


def said_first(text: str, ranking: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The ranking with the matter on top that was said before "另外", or as it was."""
    cut = _BESIDES.search(text)
    if cut is None or not ranking:
        return ranking
    head, top = text[: cut.start()], str(ranking[0]["name"])
    before = [name for name, pattern in _matters() if pattern.search(head)]
    if not before or any(_same(name, top) for name in before):
        return ranking
    # The two change places; how sure we are of a place stays.
    swap = {top: before[0], before[0]: top}
    known = {str(row["name"]) for row in ranking}
    rows = [{**row, "name": swap.get(str(row["name"]), row["name"])} for row in ranking]
    return rows if before[0] in known else [*rows, {"name": top, "confidence": 0.0}]


def _same(one: str, other: str) -> bool:
    return one == other or any(one in group and other in group for group in _KINDRED)
