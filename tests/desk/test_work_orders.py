"""工单: read back by the customer, moved by staff, watched by their clocks."""

from datetime import timedelta
from pathlib import Path

import pytest

from desk.app import Desk
from desk.clock import Chance
from desk.model.errors import IllegalTransition, UnknownWorkOrder
from desk.model.work_orders import State
from desk.settings import Settings
from tests.conftest import Moment, test_secrets
from tests.desk.talking import Customer

WANG = "13800000001"


def order_of(desk: Desk, customer: Customer, conversation_id: str) -> str:
    """A complaint's order: the shortest way to one."""
    return desk.complaints.file(
        conversation_id, "网络", "网速慢", "修好", "13911112222", key=customer.key()
    ).number


def clocks(desk: Desk, number: str) -> dict[str, str]:
    return {clock["label"]: clock["state"] for clock in desk.work_order_view.one(number)["clocks"]}


def move(desk: Desk, number: str, *states: State) -> None:
    for state in states:
        desk.work_orders.move(number, state, actor="lixiao", note="测试")


def test_the_customer_reads_every_step_in_chinese(desk: Desk, moment: Moment) -> None:
    wang = Customer(desk)
    here = wang.opens()
    number = order_of(desk, wang, here)
    moment.pass_time(minutes=10)
    move(desk, number, State.DISPATCHED)
    progress = desk.work_orders.progress(here, f"请问 {number.lower()} 怎么样了")
    assert (progress.number, progress.kind) == (number, "投诉工单")
    assert progress.state == "已派单，等待处理人接单"
    assert [(step.text, step.at) for step in progress.history] == [
        ("已受理", progress.opened_at),
        ("已派单，等待处理人接单", moment.now),
    ]
    assert "lixiao" not in str(progress)


@pytest.mark.parametrize("number", ["TS261121000000", "", "我的单子", "TS26112100000"])
def test_an_unknown_number(desk: Desk, number: str) -> None:
    with pytest.raises(UnknownWorkOrder):
        desk.work_orders.progress(Customer(desk).opens(), number)


def test_everybody_sees_only_their_own(desk: Desk) -> None:
    wang, li = Customer(desk, "wang"), Customer(desk, "li")
    here, there = wang.opens(), li.opens()
    first = order_of(desk, wang, here)
    other = order_of(desk, li, there)
    assert [order.number for order in desk.work_orders.mine(here)] == [first]
    assert [order.number for order in desk.work_orders.mine(there)] == [other]
    assert desk.work_orders.mine("c-nobody") == ()


def test_a_known_customer_finds_orders_of_other_conversations(desk: Desk) -> None:
    phone, web = Customer(desk, "wang"), Customer(desk, "w-1", "webchat")
    here, there = phone.opens(), web.opens()
    phone.proves_identity(here, WANG)
    number = order_of(desk, phone, here)
    assert desk.work_orders.mine(there) == ()
    web.proves_identity(there, WANG)
    assert [order.number for order in desk.work_orders.mine(there)] == [number]


def test_newest_first_and_no_more_than_ten(desk: Desk, moment: Moment) -> None:
    wang = Customer(desk)
    here = wang.opens()
    numbers = []
    for _ in range(11):
        numbers.append(order_of(desk, wang, here))
        moment.pass_time(days=31)
    found = [order.number for order in desk.work_orders.mine(here)]
    assert found == list(reversed(numbers))[:10]


def test_each_step_fulfils_its_clocks(desk: Desk) -> None:
    wang = Customer(desk)
    number = order_of(desk, wang, wang.opens())
    assert set(clocks(desk, number).values()) == {"running"}
    move(desk, number, State.DISPATCHED)
    assert clocks(desk, number)["派单"] == "met"
    assert clocks(desk, number)["接单"] == "running"
    move(desk, number, State.ACKNOWLEDGED, State.IN_PROGRESS)
    assert clocks(desk, number)["接单"] == clocks(desk, number)["首次联系客户"] == "met"
    assert clocks(desk, number)["处理方案"] == clocks(desk, number)["办结"] == "running"
    move(desk, number, State.RESOLVED)
    assert set(clocks(desk, number).values()) == {"met"}


def test_waiting_for_the_customer_stops_the_clocks(desk: Desk, moment: Moment) -> None:
    wang = Customer(desk)
    number = order_of(desk, wang, wang.opens())
    move(desk, number, State.DISPATCHED, State.ACKNOWLEDGED, State.IN_PROGRESS, State.PENDING)
    assert clocks(desk, number)["处理方案"] == "paused"
    moment.pass_time(days=3)
    assert desk.levels.sweep() == 0
    move(desk, number, State.IN_PROGRESS)
    (proposal,) = [
        clock
        for clock in desk.work_order_view.one(number)["clocks"]
        if clock["label"] == "处理方案"
    ]
    assert proposal["state"] == "running"
    assert proposal["due_at"] == moment.now + timedelta(hours=24)


def test_time_the_customer_took_is_not_our_delay(desk: Desk, moment: Moment) -> None:
    wang = Customer(desk)
    number = order_of(desk, wang, wang.opens())
    move(desk, number, State.DISPATCHED, State.ACKNOWLEDGED, State.IN_PROGRESS, State.PENDING)
    moment.pass_time(days=30)
    move(desk, number, State.RESOLVED)
    assert set(clocks(desk, number).values()) == {"met"}


def test_a_missed_clock_shows_until_it_is_done(desk: Desk, moment: Moment) -> None:
    wang = Customer(desk)
    number = order_of(desk, wang, wang.opens())
    moment.pass_time(minutes=31)
    assert desk.levels.sweep() == 1
    assert clocks(desk, number)["派单"] == "breached"
    assert [row["breached"] for row in desk.work_order_view.listed("open", "")] == [True]
    assert "超时：派单" in str(desk.work_order_view.one(number)["history"])
    move(desk, number, State.DISPATCHED)
    assert clocks(desk, number)["派单"] == "late"
    assert [row["breached"] for row in desk.work_order_view.listed("open", "")] == [False]


def test_a_step_that_is_not_allowed_changes_nothing(desk: Desk) -> None:
    wang = Customer(desk)
    number = order_of(desk, wang, wang.opens())
    events = len(desk.journal.after(0))
    with pytest.raises(IllegalTransition):
        move(desk, number, State.CLOSED)
    with pytest.raises(UnknownWorkOrder):
        move(desk, "TS261121999999", State.DISPATCHED)
    assert desk.work_order_view.one(number)["state"] == "new"
    assert len(desk.journal.after(0)) == events


def test_the_list_can_be_searched(desk: Desk) -> None:
    wang = Customer(desk)
    here = wang.opens()
    number = order_of(desk, wang, here)
    for query in (number, number.lower(), number[-6:], "13911112222", "2222", ""):
        assert [row["number"] for row in desk.work_order_view.listed("open", query)] == [number]
    assert desk.work_order_view.listed("open", "BX999") == []
    move(desk, number, State.CANCELLED)
    assert desk.work_order_view.listed("open", "") == []
    assert len(desk.work_order_view.listed("all", "")) == 1


def test_numbers_are_never_given_twice(database_url: str, tmp_path: Path, moment: Moment) -> None:
    """Also when chance offers a number that is taken."""
    offered = iter([5, 5, 5, 6])
    desk = Desk.open(
        Settings(data_dir=tmp_path, database_url=database_url),
        clock=moment.clock(),
        chance=Chance(below=lambda _n: next(offered)),
        secrets=test_secrets(),
    )
    wang = Customer(desk)
    here = wang.opens()
    first = order_of(desk, wang, here)
    second = desk.complaints.file(here, "服务", "态度差", "道歉", WANG, key=wang.key()).number
    assert (first[-6:], second[-6:]) == ("000005", "000006")
    desk.close()


def test_orders_of_a_customer_are_shown_only_while_the_proof_holds(
    desk: Desk, moment: Moment
) -> None:
    home, cafe = Customer(desk, "home"), Customer(desk, "cafe")
    at_home, at_cafe = home.opens(), cafe.opens()
    home.proves_identity(at_home, "13800000004")
    desk.complaints.file(at_home, "网络", "网速慢", "修好", "13800000004", key="c")
    cafe.proves_identity(at_cafe, "13800000004")
    assert len(desk.work_orders.mine(at_cafe)) == 1
    moment.pass_time(minutes=31)
    assert desk.work_orders.mine(at_cafe) == ()
    assert len(desk.work_orders.mine(at_home)) == 1
