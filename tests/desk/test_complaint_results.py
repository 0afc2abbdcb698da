"""投诉的结果: proposal, yes, no, silence; who answers for it; what lies with the order."""

from datetime import UTC, datetime, timedelta

import pytest

from desk.app import Desk
from desk.model.errors import IdentityRequired, IllegalTransition, NotYours, UnknownWorkOrder
from desk.model.work_orders import State
from tests.conftest import Moment
from tests.desk.talking import Customer, agent

MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # 10:00 in China


@pytest.fixture
def talk(desk: Desk, moment: Moment) -> tuple[Customer, str, str]:
    """(customer, conversation, number) of a complaint that chenyu works on."""
    moment.now = MONDAY
    zhang = Customer(desk)
    here = zhang.opens()
    number = desk.complaints.file(here, "网络", "网速慢", "修好", "13911112222", key="f").number
    for state in (State.ACKNOWLEDGED, State.IN_PROGRESS):
        desk.work_orders.move(number, state, actor="chenyu")
    return zhang, here, number


def state(desk: Desk, number: str) -> str:
    return str(desk.work_order_view.one(number)["state"])


def last_heard(desk: Desk, customer: Customer) -> str:
    return desk.conversations.history(customer.channel, customer.name)[1][-1].text


def running(desk: Desk, number: str) -> dict[str, datetime]:
    clocks = desk.work_order_view.one(number)["clocks"]
    return {c["label"]: c["due_at"] for c in clocks if c["state"] == "running"}


def test_a_proposal_is_told_and_the_customers_yes_closes(
    desk: Desk, talk: tuple[Customer, str, str]
) -> None:
    zhang, here, number = talk
    desk.complaint_results.propose(number, "更换光猫并减免 30 元", actor="chenyu")
    assert "更换光猫并减免 30 元" in last_heard(desk, zhang)
    assert (state(desk, number), running(desk, number)) == ("resolved", {})
    answer = {"accepted": True, "words": "可以", "key": "y"}
    done = desk.complaint_results.answer(here, number, **answer)  # type: ignore[arg-type]
    assert done.state is State.CLOSED
    assert desk.complaint_results.answer(here, number, **answer) == done  # type: ignore[arg-type]


def test_a_no_goes_to_the_lead_with_new_clocks(
    desk: Desk, moment: Moment, talk: tuple[Customer, str, str]
) -> None:
    zhang, here, number = talk
    close_by = running(desk, number)["办结"]
    desk.complaint_results.propose(number, "道歉", actor="chenyu")
    moment.pass_time(hours=3)
    desk.complaint_results.answer(here, number, accepted=False, words="没有诚意", key="n")
    view = desk.work_order_view.one(number)
    assert (view["state"], view["assignee"], view["owner"]) == ("dispatched", "zhuguan", "chenyu")
    assert running(desk, number) == {
        "接单": moment.now + timedelta(hours=2),
        "处理方案": moment.now + timedelta(hours=24),
        "办结": close_by,
    }
    assert "客户不接受方案：没有诚意" in [event["text"] for event in view["history"]]
    assert "转投诉负责人" in last_heard(desk, zhang)
    with pytest.raises(NotYours):
        desk.work_orders.move(number, State.ACKNOWLEDGED, actor="chenyu")
    with pytest.raises(IllegalTransition):
        desk.work_orders.move(number, State.CLOSED, actor="chenyu")


def test_strangers_do_not_answer(desk: Desk, talk: tuple[Customer, str, str]) -> None:
    _, _, number = talk
    desk.complaint_results.propose(number, "道歉", actor="chenyu")
    there = Customer(desk, "li").opens()
    with pytest.raises(IdentityRequired):
        desk.complaint_results.answer(there, number, accepted=True, words="", key="s")
    with pytest.raises(UnknownWorkOrder):
        desk.complaint_results.answer(there, "TS261123999999", accepted=True, words="", key="t")


def test_nothing_is_answered_before_there_is_a_proposal(
    desk: Desk, talk: tuple[Customer, str, str]
) -> None:
    _, here, number = talk
    for accepted in (True, False):
        with pytest.raises(IllegalTransition):
            desk.complaint_results.answer(
                here, number, accepted=accepted, words="", key=f"{accepted}"
            )
    assert state(desk, number) == "in_progress"


def test_a_yes_on_the_phone_is_recorded_by_somebody_else(
    desk: Desk, talk: tuple[Customer, str, str]
) -> None:
    _, _, number = talk
    desk.complaint_results.propose(number, "道歉", actor="chenyu")
    with pytest.raises(NotYours):
        desk.complaint_results.record_answer(number, accepted=True, words="可以", actor="chenyu")
    desk.complaint_results.record_answer(number, accepted=True, words="可以", actor="zhuguan")
    last = desk.work_order_view.one(number)["history"][-1]
    assert last["text"] == "已办结（客户接受方案：可以（zhuguan 电话记录））"


def test_a_major_complaint_has_a_named_leader(desk: Desk, moment: Moment) -> None:
    here = Customer(desk).opens()
    words = "断网三天了打了五次电话没人管，我要投诉到工信部"
    number = desk.complaints.file(here, "网络", words, "修好", "13911112222", key="f").number
    view = desk.work_order_view.one(number)
    assert (view["leader"], view["priority"]) == ("zhuguan", "紧急")
    assert "指定负责人：zhuguan" in [event["text"] for event in view["history"]]


def test_a_leader_is_named_when_a_repeat_makes_it_major(desk: Desk) -> None:
    here = Customer(desk).opens()
    named = []
    for count in range(3):
        number = desk.complaints.file(
            here, "网络", "网速慢", "修好", "13911112222", key=f"f{count}"
        ).number
        named.append(desk.work_order_view.one(number)["leader"])
    assert named == [None, None, "zhuguan"]


def test_what_lies_with_a_complaint_at_intake(desk: Desk, moment: Moment) -> None:
    here = Customer(desk).opens()
    number = desk.complaints.file(here, "资费", "乱扣费", "退钱", "13911112222", key="f").number
    assert desk.work_order_view.one(number)["preparation"] == {
        "asked": "乱扣费（退钱）",
        "analysis": "类别：资费；等级：一般（无）",
        "suggestion": "查订购记录和账单明细，核实后先说明费用再谈退费",
        "by": "bot",
        "at": moment.now.isoformat(),
    }


def test_the_agent_who_takes_the_case_owns_it(desk: Desk) -> None:
    zhang = Customer(desk)
    here = zhang.opens()
    desk.handoff.request(here, "asked", key="h")
    desk.handoff.take(here, agent(desk, "chenyu"))
    number = desk.complaints.file(here, "网络", "网速慢", "修好", "13911112222", key="f").number
    view = desk.work_order_view.one(number)
    assert (view["owner"], view["preparation"]["by"]) == ("chenyu", "chenyu")
