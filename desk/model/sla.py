"""Service-level clocks: due times over a calendar, and what a clock is doing.

A clock is data (`due_at` in a row), never a timer in memory; the sweeper claims due rows.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo

IsWorkingDay = Callable[[date], bool]


@dataclass(frozen=True)
class Span:
    """How long a clock runs: elapsed hours, or whole working days (`wd`)."""

    hours: float = 0
    working_days: int = 0


@dataclass(eq=False)
class SlaClock:
    """One promise on one subject: a work order's node, or a handoff's first response."""

    kind: str
    subject: str  # work-order number or conversation id
    started_at: datetime
    due_at: datetime
    paused_at: datetime | None = None
    fulfilled_at: datetime | None = None
    breached_at: datetime | None = None
    id: int = field(init=False)

    @property
    def state(self) -> str:
        if self.fulfilled_at is not None:
            return "late" if self.fulfilled_at > self.due_at else "met"
        if self.breached_at is not None:
            return "breached"
        return "paused" if self.paused_at is not None else "running"

    def fulfil(self, now: datetime) -> None:
        if self.fulfilled_at is None:
            self.fulfilled_at = now

    def pause(self, now: datetime) -> None:
        if self.fulfilled_at is None and self.paused_at is None:
            self.paused_at = now

    def resume(self, now: datetime) -> None:
        """The time spent paused is given back."""
        if self.paused_at is not None:
            self.due_at += now - self.paused_at
            self.paused_at = None


@dataclass(eq=False)
class Timer:
    """Something to do later in a conversation, as a row (restart → ask again after 3 minutes)."""

    kind: str
    conversation_id: str
    due_at: datetime
    reference: str
    id: int = field(init=False)


def due_at(start: datetime, span: Span, is_working_day: IsWorkingDay, zone: tzinfo) -> datetime:
    """When `span` ends. Working days end at the close of the n-th working day after `start`.

    Civil days are those of `zone`; `start` and the result are aware, the result in UTC.
    """
    if span.working_days == 0:
        return start + timedelta(hours=span.hours)
    day = start.astimezone(zone).date()
    remaining = span.working_days
    while remaining:
        day += timedelta(days=1)
        remaining -= is_working_day(day)
    return datetime.combine(day, time(23, 59, 59), tzinfo=zone).astimezone(UTC)
