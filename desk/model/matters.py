"""Is it the same matter? Two complaints compared by order number, object and words. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from desk.model.numbers import find_number

_NOT_WORDS = re.compile(r"[\W\d_]+")
_ENOUGH = 6  # pairs; below it a few common words prove nothing
_NEAR = 0.35  # share of common pairs of characters from which two texts tell the same story


@dataclass(frozen=True)
class Matter:
    """What a complaint is about: its category, and what its words name."""

    category: str
    text: str
    number: str | None = None  # of its own work order

    def objects(self, named: Mapping[str, tuple[re.Pattern[str], ...]]) -> frozenset[str]:
        return frozenset(
            name for name, patterns in named.items() if any(p.search(self.text) for p in patterns)
        )


def same_matter(
    new: Matter, old: Matter, named: Mapping[str, tuple[re.Pattern[str], ...]]
) -> str | None:
    """Why both are one matter, in words for staff; None when they are two."""
    mentioned = find_number(new.text)
    if mentioned is not None and mentioned in (old.number, find_number(old.text)):
        return f"提到同一工单 {mentioned}"
    if likeness(new.text, old.text) >= _NEAR:
        return "描述相近"
    if new.category != old.category:
        return None
    ours, theirs = new.objects(named), old.objects(named)
    if ours & theirs:
        return f"同为{new.category}类，都涉及{'、'.join(sorted(ours & theirs))}"
    # Who says nothing of what it is about usually means what was complained about before.
    return f"同为{new.category}类，没有提到别的事" if not (ours and theirs) else None


def likeness(one: str, other: str) -> float:
    """Common pairs of characters, as a share of the shorter text's."""
    left, right = _pairs(one), _pairs(other)
    shorter = min(len(left), len(right))
    return len(left & right) / shorter if shorter >= _ENOUGH else 0.0


def _pairs(text: str) -> set[str]:
    plain = _NOT_WORDS.sub("", text)
    return {plain[i : i + 2] for i in range(len(plain) - 1)}
