"""Timers: rows that say "later". A timer's effect and the end of its row commit together.

A worker claims due rows with one statement: a lease, and a fence number that grows with every
claim. Firing deletes the row under the fence it was claimed with, in the transaction of the effect;
who slept over its lease finds another fence and does nothing. Nothing is kept in memory, so a
worker may die anywhere: what it had claimed comes back when the lease ends.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from desk.model.errors import UnknownTimer
from desk.model.sla import Timer
from desk.store.timer_tables import dead_timers, timers
from desk.store.unit_of_work import Store, Work

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=30)
# After the n-th failure it is tried again this much later; after the last it is dead.
_BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 15, 60, 240))

type TimerHandler = Callable[[Work, Timer], None]


def start(work: Work, kind: str, conversation_id: str, reference: str, after: timedelta) -> None:
    """One timer per conversation and kind: a newer one replaces the older."""
    cancel(work, kind, conversation_id)
    work.session.add(Timer(kind, conversation_id, work.now + after, reference))


def cancel(work: Work, kind: str, conversation_id: str) -> None:
    work.session.execute(
        timers.delete().where(timers.c.kind == kind, timers.c.conversation_id == conversation_id)
    )


@dataclass(frozen=True)
class DeadTimer:
    """A timer that failed too often; somebody has to look at it."""

    id: int
    kind: str
    conversation_id: str
    reference: str
    due_at: datetime
    died_at: datetime
    attempts: int
    error: str


@dataclass(frozen=True)
class _Claim:
    id: int
    fence: int
    attempts: int


class Timers:
    def __init__(
        self,
        store: Store,
        handlers: Mapping[str, TimerHandler],
        lease: timedelta = LEASE,
    ) -> None:
        self._store, self._handlers, self._lease = store, handlers, lease

    def sweep(self) -> int:
        """Fire what is due, one transaction each, so that one failure does not undo the others."""
        fired = 0
        while self._any() and (claim := self._claim()) is not None:
            try:
                fired += self._fire(claim)
            except Exception as error:
                log.exception("timer %s failed %s times", claim.id, claim.attempts)
                self._failed(claim, error)
        return fired

    def _any(self) -> bool:
        """A look that takes no write lock: almost always there is nothing to do."""
        now = self._store.clock.now()
        with self._store.reading() as session:
            return session.scalar(sa.select(timers.c.id).where(_free(now)).limit(1)) is not None

    def _claim(self) -> _Claim | None:
        """One timer at a time: a worker that dies keeps no more than one waiting for its lease."""
        with self._store.writing() as work:
            due = (
                sa.select(timers.c.id)
                .where(_free(work.now))
                .order_by(timers.c.due_at)
                .limit(1)
                .with_for_update(skip_locked=True)
            )
            claimed = work.session.execute(
                timers.update()
                .where(timers.c.id == due.scalar_subquery())
                .values(
                    lease_until=work.now + self._lease,
                    fence=timers.c.fence + 1,
                    attempts=timers.c.attempts + 1,
                )
                .returning(timers.c.id, timers.c.fence, timers.c.attempts)
                .execution_options(synchronize_session=False)
            )
            row = claimed.one_or_none()
            return None if row is None else _Claim(*row)

    def _fire(self, claim: _Claim) -> bool:
        """False when the timer is another's by now, or was taken back."""
        with self._store.writing() as work:
            timer = work.session.get(Timer, claim.id, with_for_update=True)
            if timer is None or timer.fence != claim.fence:
                return False
            self._handlers[timer.kind](work, timer)
            # A handler may start the same timer anew; then this row is gone already.
            done = timers.delete().where(timers.c.id == claim.id, timers.c.fence == claim.fence)
            work.session.expunge(timer)
            work.session.execute(done)
            return True

    def _failed(self, claim: _Claim, error: Exception) -> None:
        """A timer that cannot be fired must not keep the later ones waiting."""
        with self._store.writing() as work:
            timer = work.session.get(Timer, claim.id, with_for_update=True)
            if timer is None or timer.fence != claim.fence:
                return
            if claim.attempts <= len(_BACK_OFF):
                timer.lease_until = work.now + _BACK_OFF[claim.attempts - 1]
                return
            self._bury(work, timer, claim, f"{type(error).__name__}: {error}"[:200])

    def _bury(self, work: Work, timer: Timer, claim: _Claim, error: str) -> None:
        work.session.execute(
            dead_timers.insert().values(
                kind=timer.kind,
                conversation_id=timer.conversation_id,
                reference=timer.reference,
                due_at=timer.due_at,
                died_at=work.now,
                attempts=claim.attempts,
                error=error,
            )
        )
        work.session.delete(timer)
        work.emit("TimerDied", kind=timer.kind, about=timer.conversation_id, error=error)

    def dead(self) -> list[DeadTimer]:
        """Those that failed too often, oldest first."""
        with self._store.reading() as session:
            rows = session.execute(sa.select(dead_timers).order_by(dead_timers.c.id))
            return [DeadTimer(**row._mapping) for row in rows]

    def revive(self, dead_id: int) -> None:
        """Try a dead timer again, at once; raises `UnknownTimer`."""
        with self._store.writing() as work:
            row = work.session.execute(
                dead_timers.delete().where(dead_timers.c.id == dead_id).returning(dead_timers)
            ).one_or_none()
            if row is None:
                raise UnknownTimer(str(dead_id))
            start(work, row.kind, row.conversation_id, row.reference, timedelta())


def _free(now: datetime) -> sa.ColumnElement[bool]:
    """Due, and nobody's: never claimed, or the lease is over."""
    lease = timers.c.lease_until
    return sa.and_(timers.c.due_at <= now, sa.or_(lease.is_(None), lease <= now))
