"""What the figures of an evaluation mean: counted from outcomes, no Rasa, no I/O."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.sentences import Sentence

FALLBACK = "nlu_fallback"
BEST = 3
# The day on which the dates of the tests are meant (a Wednesday).
REFERENCE_DAY = date(2026, 11, 18)


@dataclass(frozen=True)
class Outcome:
    """One sentence and what was made of it; `acted`: without asking the customer back."""

    sentence: Sentence
    ranking: tuple[str, ...]
    confidence: float
    acted: bool
    normalized: str

    @property
    def right(self) -> bool:
        """Whether the first guess is acceptable."""
        return bool(self.ranking) and self.ranking[0] in self.sentence.intents

    @property
    def near(self) -> bool:
        """Whether one of the first three guesses is."""
        return any(name in self.sentence.intents for name in self.ranking[:BEST])


def figures(outcomes: Iterable[Outcome]) -> dict[str, Any]:
    """n, top-1, top-3, share acted on, and share of the acted-on that was wrong."""
    rows = list(outcomes)
    acted = [o for o in rows if o.acted]
    wrong = sum(not o.right for o in acted)
    return {
        "n": len(rows),
        "top1": _share(sum(o.right for o in rows), len(rows)),
        "top3": _share(sum(o.near for o in rows), len(rows)),
        "acted": _share(len(acted), len(rows)),
        "wrong_when_acted": _share(wrong, len(acted)),
    }


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0


def _grouped(outcomes: Iterable[Outcome], key: Any) -> list[dict[str, Any]]:
    groups: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        for name in key(outcome):
            groups[name].append(outcome)
    return [{"name": name, **figures(groups[name])} for name in sorted(groups)]


def per_intent(outcomes: Iterable[Outcome]) -> list[dict[str, Any]]:
    """The figures by the intent that was meant first."""
    return _grouped(outcomes, lambda o: o.sentence.intents[:1])


def per_tag(outcomes: list[Outcome]) -> list[dict[str, Any]]:
    """The figures by tag, and what out of scope cost: recall and false alarms."""
    rows = _grouped(outcomes, lambda o: o.sentence.tags)
    outside = [o for o in outcomes if "out_of_scope" in o.sentence.intents]
    inside = [o for o in outcomes if "out_of_scope" not in o.sentence.intents]
    for name, group in (("out_of_scope recall", outside), ("false alarms", inside)):
        if group:
            hits = sum(o.ranking[:1] == ("out_of_scope",) for o in group)
            row = {"name": name, **figures(group), "top1": _share(hits, len(group))}
            rows.append(row)
    return rows


def entity_score(outcomes: Iterable[Outcome]) -> dict[str, Any]:
    """How many of the expected entity values were found exactly."""
    from bot.nlu.extractor import shared_rules  # noqa: PLC0415 - compiles all patterns

    wanted, exact, wrong = 0, 0, []
    for outcome in outcomes:
        if not outcome.sentence.entities:
            continue
        found = shared_rules().find(outcome.normalized, REFERENCE_DAY)
        values = {(str(e["entity"]), _plain(e["value"])) for e in found}
        for name, value in outcome.sentence.entities:
            wanted += 1
            if (name, value) in values:
                exact += 1
            else:
                got = sorted(v for n, v in values if n == name)
                wrong.append(f"{outcome.sentence.text}: {name}={value} expected, {got} found")
    return {"n": wanted, "exact": exact, "rate": _share(exact, wanted), "wrong": wrong}


def _plain(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
