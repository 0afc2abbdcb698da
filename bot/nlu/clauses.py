"""Two matters in one message: 网断了三天还要扣我钱,投诉你们.

The classifier answers for the whole sentence. What else is in it is found by expressions that are
data (`matters.yml`), only in messages of some length, and is kept in the turn to be offered after
the first matter is done.
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


def _same(one: str, other: str) -> bool:
    return one == other or any(one in group and other in group for group in _KINDRED)
