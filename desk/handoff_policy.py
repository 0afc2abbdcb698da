"""`data/policies/handoff.yml`: reasons, ranks and words of the hand-over, validated when read."""

import re
from collections.abc import Collection, Iterable
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from desk.model.diagnosis import RunState
from desk.model.handoff import IdentityLevel, Mark, Mood, Rank, Reason
from desk.model.work_orders import Priority
from desk.policy_files import Policy, template
from desk.policy_parts import HeardPolicy, Hours

# What the desk itself writes down as the end of waiting.
WITHDRAWN, CALLBACK, OUTSIDE = "withdrawn", "callback", "outside"
BY_DESK = (WITHDRAWN, CALLBACK, OUTSIDE)

type Hears = Any  # a list of words of manners.yml: has `hears(text)`


class RankRule(Policy):
    """Whose turn comes with this rank: one of the reasons or one of the marks is enough."""

    name: str
    reasons: frozenset[Reason] = frozenset()
    marks: frozenset[Mark] = frozenset()
    priority: Priority = Priority.NORMAL

    def holds(self, reason: Reason, marks: Collection[Mark]) -> bool:
        anybody = not (self.reasons or self.marks)
        return anybody or reason in self.reasons or bool(self.marks.intersection(marks))


class MoodRule(Policy):
    name: str
    label: str
    heard: Literal["distress", "abuse"] | None = None
    match: tuple[re.Pattern[str], ...] = ()
    intents: frozenset[str] = frozenset()

    def shows(self, text: str, intent: str | None, manners: dict[str, Hears]) -> bool:
        if self.heard is not None and manners[self.heard].hears(text):
            return True
        return intent in self.intents or any(p.search(text) for p in self.match)


class DraftRule(Policy):
    title: str
    needs: tuple[str, ...] = ()
    by_matter: dict[str, tuple[str, ...]] = {}
    from_run: bool = False

    def parts(self, matter: str | None) -> tuple[str, ...]:
        """What such an order needs, in the order it is asked for."""
        return (*self.needs, *self.by_matter.get(matter or "", ()))


class NextStep(Policy):
    """A suggestion, and when it is the one: every condition given must hold."""

    say: Annotated[str, template("order")]
    reasons: frozenset[Reason] = frozenset()
    runs: frozenset[RunState] = frozenset()
    drafts: frozenset[str] = frozenset()
    orders: bool = False

    def holds(
        self, reason: Reason, run: RunState | None, drafts: Collection[str], order: str | None
    ) -> bool:
        if (self.orders or "{order}" in self.say) and order is None:
            return False
        return (
            (not self.reasons or reason in self.reasons)
            and (not self.runs or run in self.runs)
            and (not self.drafts or bool(self.drafts.intersection(drafts)))
        )

    @property
    def always(self) -> bool:
        return not (self.reasons or self.runs or self.drafts or self.orders)


class OpeningHours(Policy):
    """When people answer, on a working day and on any other."""

    working_day: Hours
    day_off: Hours


class WaitPolicy(Policy):
    hours_back: float = Field(gt=0)
    least: int = Field(ge=1)


class CallbackPolicy(HeardPolicy):
    within_hours: float = Field(gt=0)
    ask_phone: str
    confirmed: Annotated[str, template("number", "by", "phone")]
    description: Annotated[str, template("reason", "wants", "next_step")]


class Disposition(Policy):
    label: str
    says: str
    settled: bool
    by_desk: bool = False  # nothing an agent chooses


class RecallPolicy(Policy):
    after_minutes: float = Field(ge=0)
    within_days: float = Field(gt=0)


class SimilarPolicy(Policy):
    look_back: int = Field(ge=1)
    compare: int = Field(ge=1)
    least: float = Field(gt=0, le=1)
    at_most: int = Field(ge=0)
    about_letters: int = Field(ge=10)


class HandoffPolicy(Policy):
    default_queue: str
    reasons: dict[Reason, str]
    agent_taken: Annotated[str, template("agent")]
    requeued: str
    closed: str
    hours: OpeningHours
    wait: WaitPolicy
    capacity: int = Field(ge=1)
    callback: CallbackPolicy
    dispositions: dict[str, Disposition]
    recall: RecallPolicy
    before_at_most: int = Field(ge=0)
    ranks: tuple[RankRule, ...] = Field(min_length=1)
    identity: dict[IdentityLevel, str]
    marks: dict[Mark, str]
    runs: dict[RunState, str]
    talk: int = Field(ge=1)
    heard_at_most: int = Field(ge=1)
    denied_at_most: int = Field(ge=1)
    denies: frozenset[str]
    declined: dict[str, str]
    matters: dict[str, str]
    moods: tuple[MoodRule, ...]
    mood_messages: int = Field(ge=1)
    calm: str
    drafts: dict[str, DraftRule]
    values: dict[str, str]
    parts: dict[str, str]
    next_steps: tuple[NextStep, ...] = Field(min_length=1)
    similar: SimilarPolicy

    @model_validator(mode="after")
    def _complete(self) -> "HandoffPolicy":
        for name, kinds in _WORDED.items():
            _all_worded(name, getattr(self, name), kinds)
        for kind, draft in self.drafts.items():
            named = [*draft.needs, *(part for parts in draft.by_matter.values() for part in parts)]
            unknown = [part for part in named if part not in self.parts]
            if unknown:
                raise ValueError(f"drafts.{kind} needs {unknown[0]}, which has no words in parts")
        used = {kind for step in self.next_steps for kind in step.drafts}
        if unknown := sorted(used - set(self.drafts)):
            raise ValueError(
                f"next_steps name the draft {unknown[0]}, expected {list(self.drafts)}"
            )
        for name in BY_DESK:
            if name not in self.dispositions:
                raise ValueError(f"dispositions lack {name}, which the desk itself gives")
        last = self.ranks[-1]
        if last.reasons or last.marks:
            raise ValueError("the last of ranks must hold for everybody")
        if not self.next_steps[-1].always:
            raise ValueError("the last of next_steps must hold always")
        return self

    def rank(self, reason: Reason, marks: Collection[Mark]) -> Rank:
        """The first rank that fits."""
        found = next(i for i, rule in enumerate(self.ranks) if rule.holds(reason, marks))
        rule = self.ranks[found]
        return Rank(found, rule.name, rule.priority)

    def mood(
        self, newest_first: Iterable[tuple[str, str | None]], manners: dict[str, Hears]
    ) -> Mood:
        """The gravest mood that any of these (text, intent) shows."""
        said = list(newest_first)
        for rule in self.moods:
            for text, intent in said:
                if rule.shows(text, intent, manners):
                    return Mood(rule.name, rule.label, text)
        return Mood("calm", self.calm)

    def next_step(
        self, reason: Reason, run: RunState | None, drafts: Collection[str], order: str | None
    ) -> str:
        found = next(s for s in self.next_steps if s.holds(reason, run, drafts, order))
        return found.say.format(order=order)


_WORDED: dict[str, type[StrEnum]] = {
    "reasons": Reason,
    "identity": IdentityLevel,
    "marks": Mark,
    "runs": RunState,
}


def _all_worded(name: str, words: dict[Any, str], kinds: type[StrEnum]) -> None:
    missing = [str(kind) for kind in kinds if kind not in words]
    if missing:
        raise ValueError(f"{name} has no words for {', '.join(missing)}")
