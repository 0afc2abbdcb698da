"""Service levels as a fold over the journal: the events of a subject → the state of its clocks.

`fold(events, book, zone)` is pure and the only place that decides when a clock starts, pauses,
ends or is recomputed. Services write events; `desk.services.sla` projects the result into rows.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, tzinfo

from desk.model.journal import Event
from desk.model.service_levels import (
    Axis,
    ClockRule,
    Facts,
    LevelPolicy,
    PolicyBook,
    SubjectRules,
)
from desk.model.sla import BREACHED, OWN_EVENTS, RECOMPUTED, WARNED, ClockState
from desk.model.work_orders import OPEN_STATES, State

# Read for every subject, besides the words of its rules.
ALWAYS_READ = frozenset(
    {
        "ComplaintRaised",
        "ComplaintRegraded",
        "WorkOrderMoved",
        "WorkOrderOpened",
        "WorkOrderPriorityChanged",
        "WorkOrderReopened",
    }
)
# What opens a subject; the events of work orders say their kind themselves.
OPENS = {"WorkOrderOpened": "", "ConversationQueued": "handoff", "IncidentOpened": "incident"}
_CHANGES_FACTS = frozenset(
    {"ComplaintRaised", "ComplaintRegraded", "WorkOrderReopened", "WorkOrderPriorityChanged"}
)
# A complaint that is raised because it came again keeps what was promised: only these reckon anew.
_RECKONED_BY = {"WorkOrderPriorityChanged": Axis.PRIORITY, "ComplaintRegraded": Axis.SEVERITY}
_OPEN = frozenset(map(str, OPEN_STATES))


class Subject:
    """All clocks of one work order or conversation; `apply` takes its events one after another."""

    def __init__(self, book: PolicyBook, zone: tzinfo) -> None:
        self._book, self._zone = book, zone
        self.facts: Facts | None = None
        self.policy: LevelPolicy | None = None
        self.clocks: list[ClockState] = []
        self._order_state = str(State.NEW)
        self._had_ended = False

    def running(self, kind: str) -> list[ClockState]:
        return [clock for clock in self.clocks if clock.kind == kind and clock.running]

    def latest(self, kind: str) -> ClockState | None:
        return next((clock for clock in reversed(self.clocks) if clock.kind == kind), None)

    @property
    def promise(self) -> ClockState | None:
        """The clock whose end the customer was told."""
        if self.policy is None or self.facts is None:
            return None
        kind = self.policy.promise(self.facts)
        return self.latest(kind) if kind else None

    def apply(self, event: Event) -> None:
        if event.type in OWN_EVENTS:
            self._note(event)
            return
        self._learn(event)
        if self.policy is None or self.facts is None:
            return
        words = self._words(event)
        rules = self.policy.subjects.get(self.facts.kind)
        for clock in self.clocks:
            self._move(clock, words, event)
            if words & (clock.rule.fulfilled_by | _ended_by(clock.rule, rules)):
                clock.fulfil(event.at)
        self._start(words, event)
        for clock in self.clocks:
            key = clock.rule.agreed_by.get(event.type)
            if key is not None and clock.running and key in event.data:
                clock.agree(datetime.fromisoformat(event.data[key]), event.at)

    def _learn(self, event: Event) -> None:
        """Which policy, and what it needs to know."""
        data = event.data
        if event.type in OPENS:
            day = event.at.astimezone(self._zone).date()
            named = self._book.named(data.get("policy", ""))
            self.policy = named or self._book.on(day)
            kind = OPENS[event.type] or data.get("kind", "")
            known = {key: data[key] for key in ("matter", "severity", "place") if data.get(key)}
            priority = data.get("priority") or "normal"
            self.facts = self.policy.settled(Facts(kind, priority=priority, **known))
        elif event.type in _CHANGES_FACTS and self.facts and self.policy:
            known = {key: data[key] for key in ("matter", "severity") if data.get(key)}
            if event.type == "WorkOrderPriorityChanged":
                known["priority"] = data["priority"]
            self.facts = self.policy.settled(replace(self.facts, **known))
            if event.type in _RECKONED_BY:
                self._reckon_anew(event.at, _RECKONED_BY[event.type])
        elif "level" in data and self.facts:
            self.facts = replace(self.facts, level=data["level"])

    def _words(self, event: Event) -> set[str]:
        """What the event is called in the rules of clocks."""
        words, before = {event.type}, self._order_state
        if event.type == "WorkOrderMoved":
            self._order_state = str(event.data["after"])
            words.add(self._order_state)
            if self._order_state not in _OPEN:
                self._had_ended = True
            elif before not in _OPEN:
                words.add("taken_back")
        elif event.type == "WorkOrderReopened":
            words.add("reopened")
            if before not in _OPEN:
                self._order_state = str(State.IN_PROGRESS)
        return words

    def _move(self, clock: ClockState, words: set[str], event: Event) -> None:
        if words & clock.rule.paused_in:
            clock.pause(event.at)
        elif event.type in ("WorkOrderMoved", "WorkOrderReopened"):
            clock.resume(event.at)

    def _start(self, words: set[str], event: Event) -> None:
        assert self.policy is not None
        assert self.facts is not None
        for rule, span in self.policy.clocks(self.facts):
            if not words & rule.starts:
                continue
            latest = self.latest(rule.kind)
            if latest is not None and not self._is_due_again(latest, words, event.at):
                continue
            if latest is not None and latest.started_at == event.at and not latest.running:
                latest.fulfilled_at = None  # ended and begun in one instant: it goes on
                continue
            due = span.end(rule.calendar, event.at)
            clock = ClockState(rule, self.policy.version, span, event.at, due, due)
            clock.promised = rule.kind == self.policy.promise(self.facts)
            self.clocks.append(clock)
        if "reopened" in words:
            self._had_ended = False

    def _is_due_again(self, latest: ClockState, words: set[str], at: datetime) -> bool:
        if latest.running:
            return latest.rule.renewed == "missed" and latest.due_at <= at
        # What was done while the order was open is not owed twice because of a repetition.
        return self._had_ended or "reopened" not in words

    def _note(self, event: Event) -> None:
        """What the sweeper did, or a recomputation."""
        if event.type == RECOMPUTED:
            named = self._book.named(event.data.get("policy", ""))
            self.policy = named or self.policy
            self._reckon_anew(event.at)
            return
        since = datetime.fromisoformat(event.data["since"]) if "since" in event.data else None
        for clock in self.clocks:
            if clock.kind != event.data.get("clock") or since not in (None, clock.started_at):
                continue
            clock.done.add(str(event.data.get("mark", "breach")))
            if event.type == WARNED:
                clock.warned_at = event.at
            elif event.type == BREACHED:
                clock.breached_at = event.at

    def _reckon_anew(self, at: datetime, axis: Axis | None = None) -> None:
        assert self.policy is not None
        assert self.facts is not None
        for clock in self.clocks:
            found = self.policy.clock(self.facts, clock.kind)
            if clock.running and found is not None and axis in (None, found[0].axis):
                rule, span = found
                # Other days alone do not make it another length (a complaint raised meanwhile).
                same = axis is None and clock.policy == self.policy.version
                clock.change(self.policy.version, rule, clock.span if same else span, at)


def _ended_by(rule: ClockRule, rules: SubjectRules | None) -> frozenset[str]:
    if rule.ended_by is not None:
        return rule.ended_by
    return rules.ended_by if rules else frozenset()


def fold(events: Iterable[Event], book: PolicyBook, zone: tzinfo) -> Subject:
    """The clocks of one subject after these events, oldest first."""
    subject = Subject(book, zone)
    for event in events:
        subject.apply(event)
    return subject
