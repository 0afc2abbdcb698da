"""Orders and complaints against a simple model: whatever is done in whatever order, they agree.

The model knows the table of steps written down in `test_work_order_rules` and nothing of the code.
"""

from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from desk.app import Desk
from desk.model.errors import IllegalTransition, NotYours, OrderUnderWay
from desk.model.work_orders import STATE_LABELS, Kind, State
from desk.store.tables import work_orders_table
from desk.store.team_tables import team_members_table
from tests.conftest import Moment
from tests.desk.orders import open_order, order
from tests.desk.talking import Customer
from tests.desk.test_work_order_rules import ALLOWED

LETTER = {"lixiao": "H", "zhuguan": "L", "cli": "L", "customer": "C", "system": "S"}
ACTOR = {"H": "lixiao", "L": "zhuguan", "C": "customer", "S": "system"}
SILENCE = {Kind.REPAIR: 3, Kind.COMPLAINT: 7, Kind.BUSINESS: 3, Kind.CALLBACK: 1}
_ENDED = {"resolved", "closed", "archived", "cancelled"}
_RUNNING = {"running", "paused", "breached"}
CANCELLABLE = {"new", "dispatched", "acknowledged", "pending"}


class Expected:
    """What the model says of one order."""

    def __init__(self, kind: Kind, now: object) -> None:
        self.kind, self.state, self.since = kind, "new", now
        self.assignee: str | None = None
        self.owner = "bot"


class Orders(RuleBasedStateMachine):
    """Nobody is on shift (no teams), so that only the steps taken here are taken."""

    desk: ClassVar[Desk]
    moment: ClassVar[Moment]
    names: ClassVar[Iterator[int]] = count()
    numbers = Bundle("numbers")

    def __init__(self) -> None:
        super().__init__()
        self.model: dict[str, Expected] = {}
        self.zhang = Customer(self.desk, f"z{next(self.names)}")
        self.here = self.zhang.opens()

    @rule(target=numbers, kind=st.sampled_from([k for k in Kind if k is not Kind.COMPLAINT]))
    def opens(self, kind: Kind) -> str:
        number = open_order(self.desk, self.here, kind)
        self.model[number] = Expected(kind, self.moment.now)
        return number

    @rule(target=numbers, about=st.sampled_from(["网络", "资费", "服务"]))
    def complains(self, about: str) -> object:
        receipt = self.desk.complaints.file(
            self.here, about, "不满意", "解决", "13911112222", key=self.zhang.key()
        )
        known = self.model.get(receipt.number)
        assert receipt.reopened == (known is not None)
        if known is None:
            self.model[receipt.number] = Expected(Kind.COMPLAINT, self.moment.now)
            return receipt.number
        if known.state in ("resolved", "closed"):
            known.state, known.since = "in_progress", self.moment.now
        return multiple()

    @rule(number=numbers, choice=st.integers(0, 99))
    def takes_a_step_that_is_allowed(self, number: str, choice: int) -> None:
        """Most steps drawn at random are refused: this one leads somewhere."""
        known = self.model[number]
        steps = sorted(
            (str(after), letter)
            for (kind, before, after), letters in ALLOWED.items()
            if (kind, before) == (known.kind, known.state)
            for letter in letters
        )
        if steps:
            after, letter = steps[choice % len(steps)]
            self._move(number, State(after), ACTOR[letter])

    @rule(
        number=numbers,
        target_state=st.sampled_from(list(State)),
        actor=st.sampled_from(["lixiao", "zhuguan", "cli", "customer", "system"]),
    )
    def takes_any_step(self, number: str, target_state: State, actor: str) -> None:
        self._move(number, target_state, actor)

    def _move(self, number: str, target_state: State, actor: str) -> None:
        known = self.model[number]
        allowed = LETTER[actor] in ALLOWED.get((known.kind, known.state, target_state), "")
        asked = known.assignee not in (None, actor) and actor == "lixiao"
        if target_state is State.ACKNOWLEDGED and asked:
            with pytest.raises((NotYours, IllegalTransition)):
                self.desk.work_orders.move(number, target_state, actor=actor)
            return
        if not allowed:
            with pytest.raises(IllegalTransition):
                self.desk.work_orders.move(number, target_state, actor=actor)
            return
        self.desk.work_orders.move(number, target_state, actor=actor)
        known.state, known.since = str(target_state), self.moment.now
        if target_state is State.ACKNOWLEDGED:
            known.assignee = known.assignee or actor
            known.owner = known.assignee

    @rule(number=numbers, person=st.sampled_from(["lixiao", "chenyu"]))
    def is_handed_over(self, number: str, person: str) -> None:
        known = self.model[number]
        give = {"team": None, "person": person, "actor": "cli", "why": "转派"}
        if "L" not in ALLOWED.get((known.kind, known.state, State.DISPATCHED), ""):
            with pytest.raises(IllegalTransition):
                self.desk.work_orders.assign(number, **give)  # type: ignore[arg-type]
            return
        self.desk.work_orders.assign(number, **give)  # type: ignore[arg-type]
        known.state, known.since, known.assignee = "dispatched", self.moment.now, person

    @rule(number=numbers)
    def customer_cancels(self, number: str) -> None:
        known = self.model[number]
        cancel = self.desk.order_requests.cancel
        if known.state in CANCELLABLE | {"cancelled"}:
            cancel(self.here, number, key=self.zhang.key())
            if known.state != "cancelled":
                known.state, known.since = "cancelled", self.moment.now
            return
        with pytest.raises(OrderUnderWay):
            cancel(self.here, number, key=self.zhang.key())

    @rule(number=numbers, actor=st.sampled_from(["lixiao", "zhuguan"]))
    def a_proposal_is_made(self, number: str, actor: str) -> None:
        known = self.model[number]
        if known.kind is not Kind.COMPLAINT:
            return
        if (Kind.COMPLAINT, known.state, State.RESOLVED) in ALLOWED:
            self.desk.complaint_results.propose(number, "减免", actor=actor)
            known.state, known.since = "resolved", self.moment.now
            return
        with pytest.raises(IllegalTransition):
            self.desk.complaint_results.propose(number, "减免", actor=actor)

    @rule(number=numbers, accepted=st.booleans())
    def customer_answers(self, number: str, accepted: bool) -> None:
        known = self.model[number]
        if known.kind is not Kind.COMPLAINT:
            return
        answer = {"accepted": accepted, "words": "", "key": self.zhang.key()}
        if known.state != "resolved":
            with pytest.raises(IllegalTransition):
                self.desk.complaint_results.answer(self.here, number, **answer)  # type: ignore[arg-type]
            return
        self.desk.complaint_results.answer(self.here, number, **answer)  # type: ignore[arg-type]
        known.state = "closed" if accepted else "dispatched"
        known.since = self.moment.now
        if not accepted:
            known.assignee = "zhuguan"

    @rule(span=st.sampled_from([{"minutes": 20}, {"days": 1}, {"days": 3}, {"days": 31}]))
    def time_passes(self, span: dict[str, int]) -> None:
        self.moment.pass_time(**span)
        while self.desk.order_upkeep.sweep():
            pass
        for known in self.model.values():
            waited = self.moment.now - known.since  # type: ignore[operator]
            if known.state == "resolved" and waited >= timedelta(days=SILENCE[known.kind]):
                known.state, known.since = "closed", self.moment.now
            elif known.state in ("closed", "cancelled") and waited >= timedelta(days=90):
                known.state, known.since = "archived", self.moment.now

    @rule(number=consumes(numbers))
    def is_forgotten(self, number: str) -> None:
        """Less about this one from here on, so that others get their turn."""

    @invariant()
    def they_agree(self) -> None:
        for number, known in self.model.items():
            found = order(self.desk, number)
            assert (str(found.state), found.assignee, found.owner) == (
                known.state,
                known.assignee,
                known.owner,
            ), number

    def teardown(self) -> None:
        with self.desk.store.writing() as work:  # the next example sweeps its own orders only
            work.session.execute(work_orders_table.update().values(look_at=None))
        for number, known in self.model.items():
            view = self.desk.work_order_view.one(number)
            running = [c["label"] for c in view["clocks"] if c["state"] in _RUNNING]
            assert not (known.state in _ENDED and running), (number, running)
            moves = [
                event
                for event in view["history"]
                if event["text"].startswith(tuple(STATE_LABELS.values()))
            ]
            assert not moves or moves[-1]["text"].startswith(STATE_LABELS[State(known.state)])


@pytest.mark.timeout(300)
def test_orders_agree_with_a_simple_model(desk: Desk, moment: Moment) -> None:
    """One desk for all examples: each has a customer of its own, time only goes on."""
    with desk.store.writing() as work:
        work.session.execute(team_members_table.delete())
    Orders.desk, Orders.moment = desk, moment
    run_state_machine_as_test(
        Orders,
        settings=settings(
            max_examples=8,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            phases=[Phase.generate],  # 25 steps can be read; making them fewer takes minutes
            suppress_health_check=list(HealthCheck),
        ),
    )
