"""Timers: rows that say "later". A timer's effect and the end of its row commit together."""

import logging
from collections.abc import Callable, Mapping
from datetime import timedelta

import sqlalchemy as sa

from desk.model.sla import Timer
from desk.store.tables import timers
from desk.store.unit_of_work import Store, Work

log = logging.getLogger(__name__)

_AFTER_FAILURE = timedelta(minutes=1)

type TimerHandler = Callable[[Work, Timer], None]


def start(work: Work, kind: str, conversation_id: str, reference: str, after: timedelta) -> None:
    """One timer per conversation and kind: a newer one replaces the older."""
    cancel(work, kind, conversation_id)
    work.session.add(Timer(kind, conversation_id, work.now + after, reference))


def cancel(work: Work, kind: str, conversation_id: str) -> None:
    work.session.execute(
        timers.delete().where(timers.c.kind == kind, timers.c.conversation_id == conversation_id)
    )


class Timers:
    def __init__(self, store: Store, handlers: Mapping[str, TimerHandler]) -> None:
        self._store, self._handlers = store, handlers

    def sweep(self) -> int:
        """Fire what is due, one transaction each, so that one failure does not undo the others."""
        fired = 0
        while (due := self._next_due()) is not None:
            try:
                fired += self._fire(due)
            except Exception:
                log.exception("timer %s failed; trying again later", due)
                self._put_off(due)
        return fired

    def _next_due(self) -> int | None:
        now = self._store.clock.now()
        with self._store.reading() as session:
            return session.scalar(
                sa.select(timers.c.id)
                .where(timers.c.due_at <= now)
                .order_by(timers.c.due_at)
                .limit(1)
            )

    def _fire(self, timer_id: int) -> bool:
        """False when another process was quicker."""
        with self._store.writing() as work:
            timer = work.session.get(Timer, timer_id, with_for_update=True)
            if timer is None or timer.due_at > work.now:
                return False
            self._handlers[timer.kind](work, timer)
            work.session.delete(timer)
            return True

    def _put_off(self, timer_id: int) -> None:
        """A timer that cannot be fired must not keep the later ones waiting."""
        with self._store.writing() as work:
            due_at = work.now + _AFTER_FAILURE
            work.session.execute(
                timers.update().where(timers.c.id == timer_id).values(due_at=due_at)
            )
