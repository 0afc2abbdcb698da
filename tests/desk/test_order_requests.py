"""What customers do with their orders: urge, cancel, add; when two complaints are one."""

from datetime import timedelta

import pytest

from desk.app import Desk
from desk.model.errors import IdentityRequired, OrderUnderWay, UnknownWorkOrder
from desk.model.matters import Matter, likeness, same_matter
from desk.model.work_orders import OrderUpdate, State
from desk.policies import load_policies
from tests.conftest import Moment
from tests.desk.concurrently import at_once
from tests.desk.talking import Customer

OBJECTS = load_policies().complaints.objects


def filed(desk: Desk, name: str = "zhang") -> tuple[str, str]:
    """A complaint of an unproven customer: (conversation, number)."""
    here = Customer(desk, name=name).opens()
    receipt = desk.complaints.file(here, "网络", "宽带断了三天", "修好", "13900001111", key=name)
    return here, receipt.number


def test_an_urge_is_told_to_the_owner_with_a_time(desk: Desk, moment: Moment) -> None:
    here, number = filed(desk)
    first = desk.order_requests.urge(here, number, key="1")
    assert (first.times, first.escalated) == (1, None)
    assert first.answer_by == moment.now + timedelta(hours=2)
    order = desk.work_order_view.one(number)
    assert "催办答复" in {c["label"] for c in order["clocks"]}
    assert "客户催办" in {e["text"] for e in order["history"]}
    assert desk.order_requests.urge(here, number, key="1") == first


def test_the_second_urge_within_a_day_goes_to_the_supervisor(desk: Desk, moment: Moment) -> None:
    here, number = filed(desk)
    first = desk.order_requests.urge(here, number, key="1")
    moment.pass_time(hours=1)
    second = desk.order_requests.urge(here, number, key="2")
    assert second.times == 2 and second.escalated == "24 小时内第 2 次催办"
    assert second.answer_by == first.answer_by
    assert "催办升级" in desk.work_order_view.one(number)["marks"]


def test_a_day_later_counting_begins_anew(sqlite_desk: Desk, moment: Moment) -> None:
    here, number = filed(sqlite_desk)
    sqlite_desk.order_requests.urge(here, number, key="1")
    moment.pass_time(hours=25)
    assert sqlite_desk.order_requests.urge(here, number, key="2").escalated is None


def test_an_overdue_order_is_escalated_at_once(sqlite_desk: Desk, moment: Moment) -> None:
    here, number = filed(sqlite_desk)
    moment.pass_time(days=4)
    assert sqlite_desk.order_requests.urge(here, number, key="1").escalated == "已超过承诺时间"


def test_many_urges_at_once_are_all_counted(desk: Desk) -> None:
    here, number = filed(desk)
    done = at_once(
        *(lambda key=f"k{n}": desk.order_requests.urge(here, number, key=key) for n in range(4))
    )
    times = sorted(one.times for one in done if isinstance(one, OrderUpdate))
    assert times == [1, 2, 3, 4]


def test_unknown_numbers(sqlite_desk: Desk) -> None:
    here = Customer(sqlite_desk).opens()
    for act in (sqlite_desk.order_requests.urge, sqlite_desk.order_requests.cancel):
        with pytest.raises(UnknownWorkOrder):
            act(here, "BX261121000000", key=f"k{act}")


def test_cancelled_by_its_customer_the_clocks_end(desk: Desk) -> None:
    here, number = filed(desk)
    assert desk.order_requests.cancel(here, number, key="1").state is State.CANCELLED
    assert desk.order_requests.cancel(here, number, key="2").state is State.CANCELLED
    clocks = desk.work_order_view.one(number)["clocks"]
    assert {c["state"] for c in clocks} == {"met"}
    assert desk.order_requests.urge(here, number, key="3").answer_by is None


def test_strangers_do_not_cancel(desk: Desk) -> None:
    _, number = filed(desk)
    stranger = Customer(desk, name="wu")
    there = stranger.opens()
    with pytest.raises(IdentityRequired):
        desk.order_requests.cancel(there, number, key="1")
    stranger.proves_identity(there, "13800000006")
    with pytest.raises(IdentityRequired):
        desk.order_requests.cancel(there, number, key="2")


@pytest.mark.parametrize(
    ("steps", "free"),
    [
        ([], True),
        ([State.DISPATCHED], True),
        ([State.DISPATCHED, State.ACKNOWLEDGED], True),
        ([State.DISPATCHED, State.ACKNOWLEDGED, State.IN_PROGRESS], False),
    ],
)
def test_only_while_nobody_is_on_the_way(sqlite_desk: Desk, steps: list[State], free: bool) -> None:
    here, number = filed(sqlite_desk)
    for step in steps:
        sqlite_desk.work_orders.move(number, step, actor="lixiao")
    if free:
        assert sqlite_desk.order_requests.cancel(here, number, key="1").state is State.CANCELLED
    else:
        with pytest.raises(OrderUnderWay):
            sqlite_desk.order_requests.cancel(here, number, key="1")


def test_a_note_reaches_the_owner(desk: Desk) -> None:
    here, number = filed(desk)
    desk.order_requests.add(here, number, "师傅来之前打电话", key="1")
    assert desk.work_order_view.one(number)["steps"][-1]["answer"] == "师傅来之前打电话"
    progress = desk.work_orders.progress(here, number)
    assert progress.next_step and progress.open
    assert "补充" in progress.history[-1].text


def test_a_nuisance_report_becomes_an_order(desk: Desk) -> None:
    here = Customer(desk).opens()
    receipt = desk.spam.report(here, "02087654321", "天天打", key="1")
    order = desk.work_order_view.one(receipt.number)
    assert "02087654321" in order["description"] and "骚扰举报" in order["marks"]
    assert desk.spam.report(here, "02087654321", "天天打", key="1") == receipt


@pytest.mark.parametrize(
    ("new", "old", "same"),
    [
        (("网络", "宽带又断了"), ("网络", "家里宽带断了三天"), True),
        (("网络", "手机没信号"), ("网络", "宽带断了三天"), False),
        (("资费", "会员乱扣费"), ("资费", "流量费扣多了"), False),
        (("资费", "还是没退钱"), ("资费", "会员乱扣费"), True),
        (("服务", "你们没人管"), ("网络", "宽带断了三天"), False),
        (("服务", "TS261121000001 一直没人理"), ("网络", "宽带断了三天"), True),
        (
            ("服务", "师傅约好上午十点来修宽带结果没来"),
            ("网络", "约好上午十点来修宽带师傅没有来"),
            True,
        ),
        (("其他", "别的事"), ("资费", "会员乱扣费"), False),
    ],
)
def test_one_matter_or_two(new: tuple[str, str], old: tuple[str, str], same: bool) -> None:
    found = same_matter(Matter(*new), Matter(*old, number="TS261121000001"), OBJECTS)
    assert (found is not None) is same


def test_a_few_common_words_prove_nothing() -> None:
    assert likeness("退钱", "还没退钱") == 0.0
    assert likeness("", "") == 0.0


def test_different_matters_of_one_category_are_two_orders(desk: Desk) -> None:
    here, number = filed(desk)
    other = desk.complaints.file(here, "网络", "手机没信号", "修好", "13900001111", key="o")
    assert other.number != number and not other.reopened
    again = desk.complaints.file(here, "网络", "宽带还是断", "修好", "13900001111", key="a")
    assert again.number == number and again.reopened
    marks = desk.work_order_view.one(number)["marks"]
    assert any("都涉及宽带" in mark for mark in marks)
