"""Service-level clocks: the fold over the journal, projected into rows and served by the sweeper.

Services only write events. `follow` reacts to each event that some clock listens to, folds the
journal of its subject anew and writes the result down, in the transaction of the event. What the
sweeper does about a clock (warning, breach, escalation, word to the customer) is an event as well,
written exactly once: under the lock of the journal the fold says whether it is still owed.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from desk.model.journal import Event
from desk.model.service_levels import Facts, LevelPolicy, PolicyBook
from desk.model.sla import OWN_EVENTS, RECOMPUTED, ClockState, Mark, SlaClock
from desk.model.sla_fold import ALWAYS_READ, Subject, fold
from desk.store.known_orders import find_order
from desk.store.tables import journal_table, sla_clocks, work_orders_table
from desk.store.unit_of_work import Store, Work

log = logging.getLogger(__name__)

_BATCH = 200
_AFTER_FAILURE = timedelta(minutes=1)


@dataclass(frozen=True)
class Moved:
    """A clock whose end changed when it was recomputed."""

    subject: str
    clock: str
    before: datetime
    after: datetime
    provisional: bool


class ServiceLevels:
    def __init__(self, store: Store, book: PolicyBook, zone: tzinfo) -> None:
        self._store, self.book, self._zone = store, book, zone
        self.listens_to = book.triggers | ALWAYS_READ

    def policy(self, at: datetime) -> LevelPolicy:
        """The version in force."""
        return self.book.on(at.astimezone(self._zone).date())

    def due(self, facts: Facts, clock: str, at: datetime) -> datetime | None:
        """When a clock that starts now ends; None when the policy knows no such clock."""
        found = self.policy(at).clock(facts, clock)
        return None if found is None else found[1].end(found[0].calendar, at)

    def promise(self, facts: Facts, at: datetime) -> datetime:
        """What the customer is told when a matter is taken up now."""
        kind = self.policy(at).promise(facts)
        due = None if kind is None else self.due(facts, kind, at)
        if due is None:
            raise LookupError(f"no promise for {facts}")
        return due

    def opening(
        self,
        kind: str,
        at: datetime,
        *,
        matter: str = "",
        priority: str = "normal",
        severity: str = "",
        area: str | None = None,
    ) -> tuple[Facts, dict[str, str]]:
        """The facts of a new subject, and what its opening event must say for the fold."""
        policy = self.policy(at)
        place = policy.place(area)
        facts = policy.settled(Facts(kind, matter, priority, severity, place))
        said = {"matter": facts.matter, "priority": priority, "place": place}
        return facts, {**said, "severity": severity, "policy": policy.version}

    def follow(self, work: Work, event: Event) -> None:
        """The reaction to every event that a clock may listen to."""
        subject = event.work_order or event.conversation_id
        if subject is None:
            return
        if event.type == "WorkOrderOpened":
            state = fold([event], self.book, self._zone)
            work.session.add_all(_row(subject, clock) for clock in state.clocks)
            self._promise(work, subject, state)
            if not work.together:
                work.session.flush()
        else:
            self._project(work, subject, self.folded(work.session, subject))

    def of(self, session: Session, subject: str) -> list[SlaClock]:
        """The clocks of a subject that still run, newest first."""
        query = (
            sa.select(SlaClock)
            .where(sla_clocks.c.subject == subject, sla_clocks.c.fulfilled_at.is_(None))
            .order_by(sla_clocks.c.started_at.desc())
        )
        return list(session.scalars(query))

    def running_until(self, session: Session, subject: str, clock: str) -> datetime | None:
        """When the newest running clock of a kind ends."""
        return next((c.due_at for c in self.of(session, subject) if c.kind == clock), None)

    def folded(self, session: Session, subject: str) -> Subject:
        """The truth about the clocks of a subject, from its journal."""
        return fold(self.events(session, subject), self.book, self._zone)

    def events(self, session: Session, subject: str) -> list[Event]:
        table = journal_table
        if is_conversation(subject):
            whose = sa.and_(table.c.conversation_id == subject, table.c.work_order.is_(None))
        else:
            whose = table.c.work_order == subject
        query = sa.select(Event).where(whose, table.c.type.in_(self.listens_to | OWN_EVENTS))
        return list(session.scalars(query.order_by(table.c.id)))

    def _project(self, work: Work, subject: str, state: Subject) -> None:
        """Write the state down: one row for each clock, and the promise on the order."""
        rows = {
            (row.kind, row.started_at): row
            for row in work.session.scalars(
                sa.select(SlaClock).where(sla_clocks.c.subject == subject)
            )
        }
        for clock in state.clocks:
            row = rows.pop((clock.kind, clock.started_at), None)
            if row is None:
                work.session.add(_row(subject, clock))
            else:
                _write(row, clock)
        for row in rows.values():
            work.session.delete(row)
        self._promise(work, subject, state)
        work.session.flush()

    def _promise(self, work: Work, subject: str, state: Subject) -> None:
        promise = state.promise
        if promise is None or is_conversation(subject):
            return
        order = find_order(work.session, subject)
        if order is not None and order.promised_at != promise.due_at:
            order.promised_at = promise.due_at

    def sweep(self) -> int:
        """Say what is due to be said about clocks; returns about how many something was.

        Safe in several processes: each subject is looked at again under the lock of the journal.
        """
        return sum(self._serve_safely(subject) for subject in self._waiting())

    def _waiting(self) -> list[str]:
        now = self._store.clock.now()
        with self._store.reading() as session:
            found = session.scalars(
                sa.select(sla_clocks.c.subject)
                .where(sla_clocks.c.next_at <= now)
                .order_by(sla_clocks.c.next_at)
                .limit(_BATCH)
            )
            return list(dict.fromkeys(found))

    def _serve_safely(self, subject: str) -> int:
        """One subject that cannot be served must not keep the others waiting."""
        try:
            with self._store.writing() as work:
                _hold(work, subject)  # who hears of a miss may change the order
                work.lock_journal()
                return self._serve(work, subject)
        except Exception:
            log.exception("clocks of %s failed; trying again later", subject)
        with self._store.writing() as work:
            later = work.now + _AFTER_FAILURE
            whose = sla_clocks.c.subject == subject
            late = sla_clocks.update().where(whose, sla_clocks.c.next_at <= work.now)
            work.session.execute(late.values(next_at=later))
        return 0

    def _serve(self, work: Work, subject: str) -> int:
        served = 0
        state = self.folded(work.session, subject)
        for clock in state.clocks:
            marks = clock.due_marks(work.now)
            for mark in marks:
                self._say(work, subject, clock, mark)
            served += bool(marks)
        self._project(work, subject, self.folded(work.session, subject))
        return served

    def _say(self, work: Work, subject: str, clock: ClockState, mark: Mark) -> None:
        spoken = is_conversation(subject)
        role = {"role": mark.role} if mark.role else {}
        work.emit(
            mark.event,
            work_order=None if spoken else subject,
            conversation_id=subject if spoken else None,
            clock=clock.kind,
            since=clock.started_at.isoformat(),
            due_at=clock.due_at.isoformat(),
            mark=mark.name,
            **role,
        )

    def recompute(self, *, to: str | None = None, provisional: bool = False) -> list[Moved]:
        """Reckon running clocks anew: with the days known now, or under another version `to`.

        With `provisional` only those that waited for holidays to be announced. Nothing is
        written for a subject of which nothing changes.
        """
        where: list[sa.ColumnElement[bool]] = [sla_clocks.c.fulfilled_at.is_(None)]
        if provisional:
            where.append(sla_clocks.c.provisional)
        with self._store.reading() as session:
            subjects = session.scalars(
                sa.select(sla_clocks.c.subject).where(*where).distinct()
            ).all()
        return [moved for subject in subjects for moved in self._recompute(subject, to)]

    def _recompute(self, subject: str, to: str | None) -> list[Moved]:
        with self._store.writing() as work:
            _hold(work, subject)
            work.lock_journal()
            before = {(r.kind, r.started_at): r.due_at for r in self.of(work.session, subject)}
            state = self.folded(work.session, subject)
            if to is None and not _differences(subject, before, state.clocks):
                self._project(work, subject, state)  # no longer provisional, perhaps
                return []
            if to is not None and (state.policy is None or state.policy.version == to):
                return []
            spoken = is_conversation(subject)
            work.emit(
                RECOMPUTED,
                work_order=None if spoken else subject,
                conversation_id=subject if spoken else None,
                policy=to or (state.policy.version if state.policy else ""),
                reason="policy" if to else "calendar",
            )
            state = self.folded(work.session, subject)
            self._project(work, subject, state)
            return _differences(subject, before, state.clocks)


def _hold(work: Work, subject: str) -> None:
    """The row of an order comes before the journal, as with everybody who changes one."""
    if not is_conversation(subject):
        table = work_orders_table.c
        held = sa.select(table.id).where(table.number == subject).with_for_update()
        work.session.execute(held)


def is_conversation(subject: str) -> bool:
    return subject.startswith("c-")


def _differences(
    subject: str, before: dict[tuple[str, datetime], datetime], clocks: Iterable[ClockState]
) -> list[Moved]:
    found = ((clock, before.get((clock.kind, clock.started_at))) for clock in clocks)
    return [
        Moved(subject, clock.kind, old, clock.due_at, clock.provisional)
        for clock, old in found
        if old is not None and old != clock.due_at
    ]


def _row(subject: str, clock: ClockState) -> SlaClock:
    row = SlaClock(clock.kind, subject, clock.started_at, clock.due_at)
    _write(row, clock)
    return row


def _write(row: SlaClock, clock: ClockState) -> None:
    row.due_at, row.paused_at = clock.due_at, clock.paused_at
    row.fulfilled_at, row.breached_at = clock.fulfilled_at, clock.breached_at
    row.warned_at, row.next_at = clock.warned_at, clock.next_at()
    row.provisional, row.policy = clock.provisional, clock.policy
