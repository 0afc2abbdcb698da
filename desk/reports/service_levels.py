"""Why a clock is due when it is, and what another policy would have made of past orders.

Read only: both fold the journal, as `desk.services.sla` does when it writes the rows.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.orm import Session

from desk.model.errors import UnknownWorkOrder
from desk.model.journal import Event
from desk.model.service_levels import Facts, LevelPolicy, PolicyBook
from desk.model.sla import OWN_EVENTS, RECOMPUTED, ClockState
from desk.model.sla_fold import ALWAYS_READ, Subject, fold
from desk.store.tables import journal_table, work_orders_table
from desk.store.unit_of_work import Store

_ORDERS_AT_ONCE = 500


@dataclass(frozen=True)
class Step:
    """One event of a clock's life: what it did, and the open time counted since the one before."""

    event: Event
    what: str  # started, paused, resumed, changed, agreed, fulfilled, or what the sweeper said
    counted: timedelta
    due_at: datetime


@dataclass
class ClockLife:
    clock: ClockState
    steps: list[Step] = field(default_factory=list)

    @property
    def counted(self) -> timedelta:
        return sum((step.counted for step in self.steps), timedelta())


@dataclass(frozen=True)
class Explanation:
    number: str
    facts: Facts
    policy: str
    clocks: tuple[ClockLife, ...]


@dataclass(frozen=True)
class Outcome:
    """One clock of a past order, as it was and as it would have been."""

    number: str
    clock: str
    before: str | None  # met, late, open; None: there is no such clock
    after: str | None


@dataclass(frozen=True)
class Replay:
    orders: int
    outcomes: tuple[Outcome, ...]

    @property
    def totals(self) -> dict[str, tuple[Counter[str], Counter[str]]]:
        """Per clock: how many met, late and open, before and after."""
        totals: dict[str, tuple[Counter[str], Counter[str]]] = {}
        for outcome in self.outcomes:
            before, after = totals.setdefault(outcome.clock, (Counter(), Counter()))
            before.update([outcome.before] if outcome.before else [])
            after.update([outcome.after] if outcome.after else [])
        return totals


class ServiceLevelView:
    def __init__(self, store: Store, book: PolicyBook, zone: tzinfo) -> None:
        self._store, self._book, self._zone = store, book, zone

    def explain(self, number: str) -> Explanation:
        """Every event of an order's clocks, in order; raises `UnknownWorkOrder`."""
        with self._store.reading() as session:
            known = sa.select(work_orders_table.c.id).where(work_orders_table.c.number == number)
            if session.scalar(known) is None:
                raise UnknownWorkOrder(number)
            events = list(self._events(session, [number], self._book))
        subject = Subject(self._book, self._zone)
        lives: list[ClockLife] = []
        for event in events:
            before = [replace(clock, done=set(clock.done)) for clock in subject.clocks]
            subject.apply(event)
            lives += [ClockLife(clock) for clock in subject.clocks[len(lives) :]]
            for place, life in enumerate(lives):
                _follow(life, before[place] if place < len(before) else None, event)
        facts = subject.facts or Facts("")
        policy = subject.policy.version if subject.policy else ""
        return Explanation(number, facts, policy, tuple(lives))

    def replay(self, policy: LevelPolicy, begin: datetime, end: datetime) -> Replay:
        """What `policy` would have done to the orders opened from `begin` until before `end`."""
        other = PolicyBook((policy,))
        now = self._store.clock.now()
        outcomes: list[Outcome] = []
        orders = 0
        with self._store.reading() as session:
            numbers = session.scalars(
                sa.select(work_orders_table.c.number)
                .where(work_orders_table.c.opened_at >= begin, work_orders_table.c.opened_at < end)
                .order_by(work_orders_table.c.id)
            ).all()
            for place in range(0, len(numbers), _ORDERS_AT_ONCE):
                some = list(numbers[place : place + _ORDERS_AT_ONCE])
                events = self._events(session, some, self._book, other)
                for number, own in groupby(events, key=lambda event: event.work_order or ""):
                    orders += 1
                    outcomes += _compare(number, list(own), self._book, other, self._zone, now)
        return Replay(orders, tuple(outcomes))

    def _events(self, session: Session, numbers: list[str], *books: PolicyBook) -> Iterator[Event]:
        """The events of these orders that clocks listen to, order by order."""
        types = ALWAYS_READ.union(OWN_EVENTS, *(book.triggers for book in books))
        table = journal_table
        query = sa.select(Event).where(table.c.work_order.in_(numbers), table.c.type.in_(types))
        yield from session.scalars(query.order_by(table.c.work_order, table.c.id))


def _follow(life: ClockLife, before: ClockState | None, event: Event) -> None:
    """Add the step that `event` was in the life of a clock, if it was one."""
    now, steps = life.clock, life.steps
    what = _what(before, now, event)
    if what is None:
        return
    since = steps[-1].event.at if steps else event.at
    was_paused = before is not None and before.paused_at is not None
    done = before is not None and before.fulfilled_at is not None
    calendar = now.rule.calendar
    counted = timedelta() if was_paused or done else calendar.between(since, event.at)
    steps.append(Step(event, what, counted, now.due_at))


def _what(before: ClockState | None, now: ClockState, event: Event) -> str | None:
    if before is None:
        return "agreed" if now.agreed else "started"
    said = now.done - before.done
    for changed, what in (
        (now.fulfilled_at != before.fulfilled_at, "fulfilled"),
        (now.paused_at is not None and before.paused_at is None, "paused"),
        (now.paused_at is None and before.paused_at is not None, "resumed"),
        (now.base != before.base and now.agreed, "agreed"),
        (now.due_at != before.due_at, "changed"),
        (bool(said), event.type),
    ):
        if changed:
            return what
    return None


def _compare(
    number: str,
    events: list[Event],
    book: PolicyBook,
    other: PolicyBook,
    zone: tzinfo,
    now: datetime,
) -> Iterator[Outcome]:
    # What the sweeper said belongs to the old ends; the outcome is reckoned from the times.
    facts = [event for event in events if event.type not in OWN_EVENTS - {RECOMPUTED}]
    plain = [event for event in facts if event.type != RECOMPUTED]
    before, after = (
        _outcomes(fold(facts, book, zone), now),
        _outcomes(fold(plain, other, zone), now),
    )
    for clock, start in before | after:
        key = (clock, start)
        yield Outcome(number, clock, before.get(key), after.get(key))


def _outcomes(subject: Subject, now: datetime) -> dict[tuple[str, datetime], str]:
    return {(c.kind, c.started_at): _outcome(c, now) for c in subject.clocks}


def _outcome(clock: ClockState, now: datetime) -> str:
    if clock.fulfilled_at is not None:
        return "late" if clock.fulfilled_at > clock.due_at else "met"
    return "late" if clock.paused_at is None and clock.due_at < now else "open"
