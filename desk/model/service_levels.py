"""Service-level policy as values: which clocks a matter has, how long each runs, who hears of it.

Built from `data/policies/service_levels/*.yml` by `desk.service_levels`; read by the fold in
`desk.model.sla`. A `PolicyBook` holds every version, an order keeps the one it was opened under.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Literal

from desk.model.calendars import Calendar


@dataclass(frozen=True)
class Span:
    """How long a clock runs: open hours of its calendar, whole working days, or until midnight."""

    hours: float = 0
    working_days: int = 0
    same_day: bool = False

    @property
    def length(self) -> timedelta:
        return timedelta(hours=self.hours)

    def end(self, calendar: Calendar, start: datetime) -> datetime:
        if self.working_days or self.same_day:
            return calendar.add_days(start, self.working_days)
        return calendar.add(start, self.length)


class Axis(StrEnum):
    """What the length of a clock may depend on."""

    NOTHING = ""
    PRIORITY = "priority"
    SEVERITY = "severity"
    PLACE = "place"


@dataclass(frozen=True)
class Facts:
    """What the policy needs to know about a subject; told by the event that opens it."""

    kind: str  # handoff, or the kind of a work order
    matter: str = ""  # which promise, e.g. visit or network_check; empty: the first of its kind
    priority: str = "normal"
    severity: str = ""
    place: str = "town"
    level: str = "normal"  # of the customer; known by the time an order ends

    def on(self, axis: Axis) -> str:
        return getattr(self, axis) if axis else ""


@dataclass(frozen=True)
class Rung:
    """One step of an escalation ladder: which role hears of it, and when."""

    role: str
    at: Literal["warning", "breach", "later"]
    after: timedelta = timedelta()


@dataclass(frozen=True)
class ClockRule:
    kind: str
    label: str
    calendar: Calendar
    axis: Axis
    spans: Mapping[str, Span]  # by the value of the axis; under "" when it depends on nothing
    starts: frozenset[str]
    fulfilled_by: frozenset[str]
    paused_in: frozenset[str]
    matters: frozenset[str] = frozenset()  # empty: all
    levels: frozenset[str] = frozenset()  # of customers; empty: all
    ended_by: frozenset[str] | None = None  # None: by what ends the others of its subject
    agreed_by: Mapping[str, str] = field(default_factory=dict)  # event → key of the agreed time
    renewed: Literal["over", "missed"] = "over"
    warn_share: float | None = None
    warn_before: timedelta | None = None
    tell_before: timedelta | None = None
    ladder: tuple[Rung, ...] = ()

    def span(self, facts: Facts) -> Span | None:
        """How long it runs for this subject; None when it has no such clock."""
        if self.matters and facts.matter not in self.matters:
            return None
        if self.levels and facts.level not in self.levels:
            return None
        return self.spans.get(facts.on(self.axis))


@dataclass(frozen=True)
class SubjectRules:
    """The clocks of one kind of subject; `promise` names, per matter, what the customer is told."""

    promise: Mapping[str, str]
    ended_by: frozenset[str]
    clocks: Mapping[str, ClockRule]


@dataclass(frozen=True)
class LevelPolicy:
    """One version of the operator's promises."""

    version: str
    effective_from: date
    subjects: Mapping[str, SubjectRules]
    roles: Mapping[str, str]
    country_areas: frozenset[str] = frozenset()

    def settled(self, facts: Facts) -> Facts:
        """The facts with the matter named; an unknown one is the usual one of its kind."""
        rules = self.subjects.get(facts.kind)
        if rules is None or facts.matter in rules.promise:
            return facts
        usual = next(iter(rules.promise))
        return replace(facts, matter=usual)

    def place(self, area: str | None) -> str:
        return "country" if area in self.country_areas else "town"

    def promise(self, facts: Facts) -> str | None:
        """The clock whose end the customer is told."""
        rules = self.subjects.get(facts.kind)
        return None if rules is None else rules.promise[self.settled(facts).matter]

    def clocks(self, facts: Facts) -> list[tuple[ClockRule, Span]]:
        """The clocks of a subject with their lengths."""
        rules = self.subjects.get(facts.kind)
        if rules is None:
            return []
        settled = self.settled(facts)
        pairs = ((rule, rule.span(settled)) for rule in rules.clocks.values())
        return [(rule, span) for rule, span in pairs if span is not None]

    def clock(self, facts: Facts, kind: str) -> tuple[ClockRule, Span] | None:
        return next((pair for pair in self.clocks(facts) if pair[0].kind == kind), None)


@dataclass(frozen=True)
class PolicyBook:
    """All versions, oldest first."""

    versions: tuple[LevelPolicy, ...]

    def on(self, day: date) -> LevelPolicy:
        """The version in force on a civil day; before the first one, the first."""
        begun = [policy for policy in self.versions if policy.effective_from <= day]
        return begun[-1] if begun else self.versions[0]

    def named(self, version: str) -> LevelPolicy | None:
        return next((policy for policy in self.versions if policy.version == version), None)

    @property
    def clock_labels(self) -> dict[str, str]:
        """What each clock is called; the newest version wins."""
        return {
            kind: rule.label
            for policy in self.versions
            for rules in policy.subjects.values()
            for kind, rule in rules.clocks.items()
        }

    @property
    def triggers(self) -> frozenset[str]:
        """Every event of the journal that some clock of some version listens to."""
        return frozenset(
            word
            for policy in self.versions
            for rules in policy.subjects.values()
            for rule in rules.clocks.values()
            for word in (
                *rule.starts,
                *rule.fulfilled_by,
                *rule.agreed_by,
                *rules.ended_by,
                *(rule.ended_by or ()),
            )
            if word[:1].isupper()
        )
