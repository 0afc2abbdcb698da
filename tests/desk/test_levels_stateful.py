"""Clocks of one order against a model that counts minutes: random lives, no difference.

The model knows no due times: it counts, minute by minute, how long each clock has run.
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from desk.app import Desk
from desk.model.order_life import LIFE
from desk.model.sla import SlaClock
from desk.model.work_orders import OPEN_STATES, Kind, State
from desk.store.tables import sla_clocks
from tests.conftest import Moment, open_desk_at
from tests.desk.talking import Customer

HANDLING = {"normal": 480, "important": 240, "urgent": 120}
FULFILS = {
    State.DISPATCHED: {"dispatch", "acknowledge"},
    State.ACKNOWLEDGED: {"dispatch", "acknowledge"},
    State.IN_PROGRESS: {"dispatch", "acknowledge"},
}


@dataclass
class Counted:
    """A clock that only counts."""

    kind: str
    limit: int
    spent: int = 0
    ended: bool = False
    missed: bool = False
    started: datetime | None = None

    def state(self, paused: bool) -> str:
        if self.ended:
            return "late" if self.spent > self.limit else "met"
        if self.missed:
            return "breached"
        return "paused" if paused else "running"


class ClockLife(RuleBasedStateMachine):
    desk: Desk
    moment: Moment
    count = 0

    @initialize()
    def report(self) -> None:
        type(self).count += 1
        here = Customer(self.desk, f"somebody-{self.count}").opens()
        self.number = self.desk.spam.report(here, "95001", "推销", key=f"s{self.count}").number
        self.clocks = [
            Counted("dispatch", 30),
            Counted("handling", 480),
        ]
        self.state = State.NEW
        self.breaches = 0
        # Whether the rules find somebody depends on the hour: every life begins with a team.
        if self.desk.work_order_view.one(self.number)["state"] == State.NEW:
            self.desk.work_orders.move(self.number, State.DISPATCHED, actor="cli")
        self._entered(State.DISPATCHED)
        self.dispatched = self._dispatched()

    @property
    def paused(self) -> bool:
        return self.state is State.PENDING

    @rule(minutes=st.sampled_from([1, 7, 29, 30, 31, 90, 121, 240, 500]))
    def time_passes(self, minutes: int) -> None:
        self.moment.pass_time(minutes=minutes)
        for clock in self.clocks:
            clock.spent += 0 if clock.ended or self.paused else minutes

    @precondition(lambda self: self.state not in (State.ARCHIVED, State.CANCELLED))
    @rule(data=st.data())
    def a_step(self, data: Any) -> None:
        targets = sorted(LIFE[Kind.BUSINESS][self.state] - {State.CANCELLED, State.ARCHIVED})
        if targets:
            target = data.draw(st.sampled_from(targets))
            self.desk.work_orders.move(self.number, target, actor="cli")
            self._entered(target)
            self.dispatched = self._dispatched()

    def _entered(self, target: State) -> None:
        self.state = target
        for clock in self.clocks:
            if clock.kind in FULFILS.get(target, set()) or target is State.RESOLVED:
                clock.ended = True
            if clock.kind == "survey" and target in OPEN_STATES:
                clock.ended = True
        if target is State.DISPATCHED:
            self._begin("acknowledge", 120)
        if target is State.CLOSED:  # no notice is sent here: the question stays owed
            self._begin("survey", 24 * 60)

    def _begin(self, kind: str, limit: int) -> None:
        """Anew; what ended in the same instant has not ended."""
        newest = next((c for c in reversed(self.clocks) if c.kind == kind), None)
        if newest is not None and newest.started == self.moment.now:
            newest.ended = False
        else:
            self.clocks.append(Counted(kind, limit, started=self.moment.now))

    @precondition(lambda self: self.state in OPEN_STATES)
    @rule()
    def the_customer_urges(self) -> None:
        self.desk.order_requests.urge("c-any", self.number, key=f"{self.number}{self.moment.now}")
        newest = [c for c in self.clocks if c.kind == "urged"][-1:]
        running = [c for c in newest if not c.ended and c.spent < c.limit]
        if not running:
            self.clocks.append(Counted("urged", 120))

    @precondition(lambda self: self.state in OPEN_STATES and self.state is not State.PENDING)
    @rule(priority=st.sampled_from(sorted(HANDLING)))
    def the_priority_changes(self, priority: str) -> None:
        with self.desk.store.writing() as work:
            work.emit("WorkOrderPriorityChanged", work_order=self.number, priority=priority)
        for clock in self.clocks:
            if clock.kind == "handling" and not clock.ended:
                longer = HANDLING[priority] > clock.limit
                clock.limit = HANDLING[priority]
                if longer and clock.limit > clock.spent:
                    clock.missed = False

    @rule()
    def a_sweep(self) -> None:
        self.desk.levels.sweep()
        for clock in self.clocks:
            due = not (clock.ended or clock.missed or self.paused) and clock.spent >= clock.limit
            if due:
                clock.missed = True
                self.breaches += 1
        # Not acknowledged: by the hour somebody else is asked, who has their own time for it.
        for _ in range(self._dispatched() - self.dispatched):
            self._entered(State.DISPATCHED)
        self.dispatched = self._dispatched()

    def _dispatched(self) -> int:
        with self.desk.store.reading() as session:
            events = self.desk.levels.events(session, self.number)
        return sum(e.data.get("after") == State.DISPATCHED for e in events)

    def _rows(self) -> list[SlaClock]:
        with self.desk.store.reading() as session:
            query = sa.select(SlaClock).where(sla_clocks.c.subject == self.number)
            return list(session.scalars(query.order_by(sla_clocks.c.id)))

    @invariant()
    def rows_are_what_the_model_counts(self) -> None:
        rows = self._rows()
        assert [(r.kind, r.state) for r in rows] == [
            (c.kind, c.state(self.paused)) for c in self.clocks
        ]
        for row, clock in zip(rows, self.clocks, strict=True):
            if not (clock.ended or self.paused):
                left = timedelta(minutes=clock.limit - clock.spent)
                assert row.due_at == self.moment.now + left, clock

    @invariant()
    def rows_are_the_projection_of_the_journal(self) -> None:
        with self.desk.store.reading() as session:
            folded = self.desk.levels.folded(session, self.number)
        assert [(c.kind, c.due_at, c.state, c.next_at()) for c in folded.clocks] == [
            (r.kind, r.due_at, r.state, r.next_at) for r in self._rows()
        ]

    @invariant()
    def each_breach_is_one_event(self) -> None:
        with self.desk.store.reading() as session:
            events = self.desk.levels.events(session, self.number)
        assert sum(e.type == "SlaBreached" for e in events) == self.breaches


@pytest.fixture
def machine(sqlite_template: Path, tmp_path: Path, moment: Moment) -> Iterator[type[ClockLife]]:
    file = shutil.copy(sqlite_template, tmp_path / "desk.db")
    desk = open_desk_at(f"sqlite:///{file}", tmp_path, moment)

    class Life(ClockLife):
        pass

    Life.desk, Life.moment = desk, moment
    yield Life
    desk.close()


def test_clocks_agree_with_a_model_that_counts(machine: type[ClockLife]) -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        machine,
        settings=settings(
            max_examples=15,
            stateful_step_count=20,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
