"""One service-level clock: when it is due, what is said before and after, and its row.

A clock is data, never a timer in memory. `desk.model.sla_fold` makes clocks out of a journal; a row
of `sla_clocks` (`SlaClock`) is the projection of one, so that the sweeper finds what is due without
reading every journal.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from desk.model.service_levels import ClockRule, Span

# Written by the sweeper; `since` is the start of the clock they are about.
WARNED, BREACHED, ESCALATED = "SlaWarned", "SlaBreached", "SlaEscalated"
CUSTOMER_WARNED = "CustomerToBeWarned"
RECOMPUTED = "SlaRecomputed"
OWN_EVENTS = frozenset({WARNED, BREACHED, ESCALATED, CUSTOMER_WARNED, RECOMPUTED})


@dataclass(eq=False)
class SlaClock:
    """One clock as a row: the projection of a `ClockState`."""

    kind: str
    subject: str  # work-order number or conversation id
    started_at: datetime
    due_at: datetime
    paused_at: datetime | None = None
    fulfilled_at: datetime | None = None
    breached_at: datetime | None = None
    warned_at: datetime | None = None
    next_at: datetime | None = None  # when the sweeper has something to do
    provisional: bool = False
    policy: str = ""
    id: int = field(init=False)

    @property
    def state(self) -> str:
        return clock_state(self.due_at, self.paused_at, self.fulfilled_at, self.breached_at)


@dataclass(eq=False)
class Timer:
    """Something to do later in a conversation, as a row (restart → ask again after 3 minutes)."""

    kind: str
    conversation_id: str
    due_at: datetime
    reference: str
    lease_until: datetime | None = None  # somebody is at it until then
    fence: int = 0  # grows with every claim
    attempts: int = 0
    id: int = field(init=False)


def clock_state(
    due_at: datetime,
    paused_at: datetime | None,
    fulfilled_at: datetime | None,
    breached_at: datetime | None,
) -> str:
    if fulfilled_at is not None:
        return "late" if fulfilled_at > due_at else "met"
    if breached_at is not None:
        return "breached"
    return "paused" if paused_at is not None else "running"


@dataclass(frozen=True)
class Mark:
    """Something that happens to a running clock at a moment: `name` is unique within it."""

    at: datetime
    name: str
    event: str
    role: str = ""


@dataclass
class ClockState:
    """One clock: `due_at` is `base` plus the open time that was spent paused."""

    rule: ClockRule
    policy: str
    span: Span
    started_at: datetime
    base: datetime
    due_at: datetime
    paused: timedelta = timedelta()
    paused_at: datetime | None = None
    fulfilled_at: datetime | None = None
    breached_at: datetime | None = None
    warned_at: datetime | None = None
    promised: bool = False  # whether the customer was told its end
    agreed: bool = False
    done: set[str] = field(default_factory=set)  # names of marks that were made

    @property
    def kind(self) -> str:
        return self.rule.kind

    @property
    def running(self) -> bool:
        return self.fulfilled_at is None

    @property
    def state(self) -> str:
        return clock_state(self.due_at, self.paused_at, self.fulfilled_at, self.breached_at)

    @property
    def provisional(self) -> bool:
        return self.rule.calendar.is_provisional(self.started_at, self.due_at)

    def marks(self) -> list[Mark]:
        """What is still to happen, in order of time."""
        if not self.running or self.paused_at is not None:
            return []
        rule, calendar, marks = self.rule, self.rule.calendar, []
        warn_at = self._warn_at()
        if warn_at is not None:
            marks.append(Mark(warn_at, "warning", WARNED))
        if rule.tell_before is not None and self.promised:
            told_at = calendar.subtract(self.due_at, rule.tell_before)
            marks.append(Mark(told_at, "told", CUSTOMER_WARNED))
        marks.append(Mark(self.due_at, "breach", BREACHED))
        for number, rung in enumerate(rule.ladder):
            at = {"warning": warn_at, "breach": self.due_at}.get(rung.at, self.due_at + rung.after)
            if at is not None:
                marks.append(Mark(at, f"rung {number}", ESCALATED, rung.role))
        # A word before the miss is of no use after it.
        over = "breach" in self.done
        left = (m for m in marks if m.name not in self.done and not (over and m.at < self.due_at))
        return sorted(left, key=lambda mark: mark.at)

    def due_marks(self, now: datetime) -> list[Mark]:
        """What the sweeper owes now; once the time is up nothing that was to come before it."""
        reached = [mark for mark in self.marks() if mark.at <= now]
        return [mark for mark in reached if now < self.due_at or mark.at >= self.due_at]

    def next_at(self) -> datetime | None:
        marks = self.marks()
        return marks[0].at if marks else None

    def pause(self, at: datetime) -> None:
        if self.running and self.paused_at is None:
            self.paused_at = at

    def resume(self, at: datetime) -> None:
        """The open time spent paused is given back."""
        if self.paused_at is None:
            return
        self.paused += self.rule.calendar.between(self.paused_at, at)
        self.paused_at = None
        self._reckon(at)

    def fulfil(self, at: datetime) -> None:
        self.resume(at)
        if self.running:
            self.fulfilled_at = at

    def agree(self, due: datetime, at: datetime) -> None:
        """The customer agreed to a time: that is the promise now, missed or not before."""
        self.base, self.agreed, self.paused = due, True, timedelta()
        self.paused_at = at if self.paused_at is not None else None
        self._reckon(at)
        self.breached_at = self.warned_at = None
        self.done.clear()

    def change(self, policy: str, rule: ClockRule, span: Span, at: datetime) -> None:
        """Another rule or length from the same start; time spent paused stays given back."""
        self.policy, self.rule, self.span = policy, rule, span
        if not self.agreed:
            self.base = span.end(rule.calendar, self.started_at)
        self._reckon(at)

    def _reckon(self, at: datetime) -> None:
        before = self.due_at
        self.due_at = self.rule.calendar.add(self.base, self.paused)
        if self.due_at > before and self.due_at > at:
            # There is time again: what was said about the old end is said anew about this one.
            fresh = replace(self, done=set(), paused_at=None)
            self.done -= {mark.name for mark in fresh.marks() if mark.at > at}
            self.breached_at = None
            self.warned_at = self.warned_at if "warning" in self.done else None

    def _warn_at(self) -> datetime | None:
        calendar, rule = self.rule.calendar, self.rule
        if rule.warn_before is not None:
            return calendar.subtract(self.due_at, rule.warn_before)
        if rule.warn_share is None:
            return None
        whole = calendar.between(self.started_at, self.due_at) - self.paused
        return calendar.subtract(self.due_at, whole * (1 - rule.warn_share))
