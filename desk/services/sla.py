"""Service-level clocks: started with a promise, fulfilled by an event, breached by the sweeper."""

from datetime import datetime, tzinfo

import sqlalchemy as sa

from desk.model.sla import SlaClock, Span, due_at
from desk.ports.working_days import WorkingDays
from desk.store.tables import sla_clocks
from desk.store.unit_of_work import Store, Work

_BATCH = 100


class ServiceLevels:
    def __init__(self, store: Store, calendar: WorkingDays, zone: tzinfo) -> None:
        self._store, self._calendar, self._zone = store, calendar, zone

    def due(self, start: datetime, span: Span) -> datetime:
        return due_at(start, span, self._calendar.is_working_day, self._zone)

    def start(self, work: Work, kind: str, subject: str, span: Span) -> datetime:
        """Start one clock; returns when it is due."""
        due = self.due(work.now, span)
        work.session.add(SlaClock(kind, subject, work.now, due))
        return due

    def fulfil(self, work: Work, kind: str, subject: str) -> None:
        """The promised thing happened; a clock that is not running is left as it is."""
        for clock in self.of(work, subject):
            if clock.kind == kind:
                clock.fulfil(work.now)

    def agree(self, work: Work, kind: str, subject: str, due: datetime) -> None:
        """The customer agreed to a time: that is the promise now, breached or not before."""
        for clock in self.of(work, subject):
            if clock.kind == kind:
                clock.due_at, clock.breached_at = due, None

    def fulfil_all(self, work: Work, subject: str) -> None:
        """The subject has ended: nothing is waited for any more."""
        for clock in self.of(work, subject):
            clock.fulfil(work.now)

    def of(self, work: Work, subject: str) -> list[SlaClock]:
        query = sa.select(SlaClock).where(
            sla_clocks.c.subject == subject, sla_clocks.c.fulfilled_at.is_(None)
        )
        return list(work.session.scalars(query))

    def sweep(self) -> int:
        """Mark clocks whose time has run out; each breach is one event. Returns how many.

        Safe to run in several processes: a row is claimed and its event written together.
        """
        with self._store.writing() as work:
            late = work.session.scalars(
                sa.select(SlaClock)
                .where(
                    sla_clocks.c.due_at <= work.now,
                    sla_clocks.c.fulfilled_at.is_(None),
                    sla_clocks.c.breached_at.is_(None),
                    sla_clocks.c.paused_at.is_(None),
                )
                .order_by(sla_clocks.c.due_at)
                .limit(_BATCH)
                .with_for_update(skip_locked=True)
            ).all()
            for clock in late:
                clock.breached_at = work.now
                work.emit(
                    "SlaBreached",
                    work_order=clock.subject if not clock.subject.startswith("c-") else None,
                    conversation_id=clock.subject if clock.subject.startswith("c-") else None,
                    clock=clock.kind,
                )
            return len(late)
