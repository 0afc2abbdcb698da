"""工单的一生: who answers for it, whose step it is, what follows when nobody does anything."""

import pytest

from desk.app import Desk
from desk.model.errors import IllegalTransition, NotYours
from desk.model.work_orders import State
from tests.conftest import Moment
from tests.desk.orders import order
from tests.desk.talking import Customer


def filed(desk: Desk) -> str:
    here = Customer(desk).opens()
    return desk.complaints.file(here, "网络", "网速慢", "修好", "13911112222", key="f").number


def move(desk: Desk, number: str, *states: State, actor: str = "lixiao") -> None:
    for state in states:
        desk.work_orders.move(number, state, actor=actor)


RESOLVED = (State.DISPATCHED, State.ACKNOWLEDGED, State.IN_PROGRESS, State.RESOLVED)


def test_the_owner_stays_until_the_named_person_accepts(desk: Desk) -> None:
    number = filed(desk)
    assert order(desk, number).owner == "bot"
    desk.work_orders.assign(number, team="complaints", person="lixiao", actor="cli", why="投诉")
    assert (order(desk, number).assignee, order(desk, number).owner) == ("lixiao", "bot")
    with pytest.raises(NotYours):
        move(desk, number, State.ACKNOWLEDGED, actor="chenyu")
    move(desk, number, State.ACKNOWLEDGED)
    assert order(desk, number).owner == "lixiao"
    desk.work_orders.assign(number, team=None, person="chenyu", actor="lixiao", why="请假")
    assert (order(desk, number).assignee, order(desk, number).owner) == ("chenyu", "lixiao")
    move(desk, number, State.ACKNOWLEDGED, actor="zhuguan")
    assert order(desk, number).owner == "chenyu"


def test_every_step_says_when_who_what_and_why(desk: Desk, moment: Moment) -> None:
    number = filed(desk)
    desk.work_orders.assign(number, team="complaints", person="lixiao", actor="cli", why="投诉")
    event = [e for e in desk.journal.after(0) if e.work_order == number][-1]
    assert (event.type, event.actor, event.at) == ("WorkOrderMoved", "cli", moment.now)
    assert event.data == {
        "before": "new",
        "after": "dispatched",
        "note": "投诉",
        "team": "complaints",
        "assignee": "lixiao",
        "owner": "bot",
    }


def test_the_handler_of_a_complaint_does_not_close_it_alone(desk: Desk) -> None:
    number = filed(desk)
    move(desk, number, *RESOLVED)
    with pytest.raises(IllegalTransition, match="only customer, lead, system"):
        move(desk, number, State.CLOSED)
    move(desk, number, State.CLOSED, actor="zhuguan")


def test_silence_closes_and_time_archives(desk: Desk, moment: Moment) -> None:
    number = filed(desk)
    move(desk, number, *RESOLVED)
    moment.pass_time(days=7, minutes=-1)
    desk.order_upkeep.sweep()
    assert order(desk, number).state is State.RESOLVED
    moment.pass_time(minutes=1)
    desk.order_upkeep.sweep()
    assert order(desk, number).state is State.CLOSED
    note = desk.work_order_view.one(number)["history"][-1]["text"]
    assert note == "已办结（客户未在约定时间内回复，自动办结）"
    moment.pass_time(days=90)
    desk.order_upkeep.sweep()
    assert order(desk, number).state is State.ARCHIVED
    moment.pass_time(days=900)
    assert desk.order_upkeep.sweep() == 0


def test_a_reopened_order_is_not_closed_by_the_old_silence(desk: Desk, moment: Moment) -> None:
    number = filed(desk)
    move(desk, number, *RESOLVED)
    move(desk, number, State.IN_PROGRESS, actor="zhuguan")
    moment.pass_time(days=8)
    assert desk.order_upkeep.sweep() == 0
    assert order(desk, number).state is State.IN_PROGRESS
