"""回访, 装机回访, problems in an order, questions, feedback: what starts and ends the clocks."""

from datetime import timedelta

import pytest

from desk.app import Desk
from desk.model.errors import IllegalTransition, InvalidPhone, NotYours
from desk.model.work_orders import CustomerLevel, Kind, Priority, State
from tests.conftest import Moment
from tests.desk.orders import move, open_order, order
from tests.desk.talking import Customer
from tests.desk.test_levels import MONDAY, complained, rows, to_work


@pytest.fixture(autouse=True)
def by_day(moment: Moment) -> None:
    moment.now = MONDAY


def finish(desk: Desk, number: str, *states: State) -> str:
    to_work(desk, number)
    move(desk, number, *(states or (State.RESOLVED, State.CLOSED)))
    return number


def repair(desk: Desk, level: CustomerLevel = CustomerLevel.NORMAL) -> str:
    return finish(desk, open_order(desk, Customer(desk).opens(), level=level))


def types(desk: Desk, number: str) -> list[str]:
    return [event.type for event in desk.journal.after(0) if event.work_order == number]


def test_complaints_and_vips_are_called_within_a_day(desk: Desk, moment: Moment) -> None:
    complaint = finish(desk, complained(desk))
    vip = repair(desk, CustomerLevel.VIP)
    usual = repair(desk)
    day = moment.now + timedelta(hours=24)
    assert rows(desk, complaint)["return_visit"].due_at == day
    assert rows(desk, vip)["return_visit"].due_at == day
    assert "return_visit" not in rows(desk, usual)
    assert [call["number"] for call in desk.follow_up_view.calls()] == [complaint, vip]
    desk.return_visits.record(complaint, "已恢复，满意", reached=True, actor="zhuguan")
    assert rows(desk, complaint)["return_visit"].state == "met"
    assert [call["number"] for call in desk.follow_up_view.calls()] == [vip]
    assert desk.work_order_view.one(complaint)["history"][-1]["text"] == "回访：已恢复，满意"


def test_a_missed_call_is_heard_of(desk: Desk, moment: Moment) -> None:
    number = finish(desk, complained(desk))
    moment.pass_time(hours=25)
    desk.levels.sweep()
    told = {
        e.data["role"]
        for e in desk.journal.after(0)
        if e.type == "SlaEscalated" and e.data["clock"] == "return_visit"
    }
    assert told == {"complaint_lead"}
    assert desk.follow_up_view.calls()[0]["late"]
    desk.return_visits.record(number, "满意", reached=True, actor="zhuguan")
    assert rows(desk, number)["return_visit"].state == "late"


def test_nobody_answers_three_times(desk: Desk, moment: Moment) -> None:
    number = repair(desk, CustomerLevel.VIP)
    for _ in range(2):
        desk.return_visits.record(number, "", reached=False, actor="lixiao")
        assert rows(desk, number)["return_visit"].state == "running"
    desk.return_visits.record(number, "关机", reached=False, actor="lixiao")
    assert rows(desk, number)["return_visit"].state == "met"
    assert types(desk, number)[-2:] == ["ReturnVisitTried", "ReturnVisitGivenUp"]


def test_the_handler_of_a_complaint_does_not_call_and_nobody_before_the_end(desk: Desk) -> None:
    number = complained(desk)
    with pytest.raises(NotYours):
        desk.return_visits.record(number, "好", reached=True, actor="zhuguan")
    finish(desk, number)
    with pytest.raises(NotYours):
        desk.return_visits.record(number, "好", reached=True, actor=order(desk, number).owner)


def test_reopened_it_is_owed_again_after_the_next_end(desk: Desk, moment: Moment) -> None:
    number = repair(desk, CustomerLevel.VIP)
    moment.pass_time(hours=1)
    move(desk, number, State.IN_PROGRESS)
    assert desk.follow_up_view.calls() == []
    moment.pass_time(hours=1)
    move(desk, number, State.RESOLVED, State.CLOSED)
    (call,) = desk.follow_up_view.calls()
    assert call["due_at"] == moment.now + timedelta(hours=24)


def test_after_an_installation_somebody_asks_within_three_days(desk: Desk, moment: Moment) -> None:
    here = Customer(desk).opens()
    number = finish(
        desk, open_order(desk, here, Kind.BUSINESS, matter="installation"), State.RESOLVED
    )
    other = finish(desk, open_order(desk, here, Kind.BUSINESS, matter="contact"), State.RESOLVED)
    assert rows(desk, number)["follow_up"].due_at == moment.now + timedelta(hours=72)
    assert "follow_up" not in rows(desk, other)
    move(desk, number, State.CLOSED)
    assert rows(desk, number)["follow_up"].state == "running"
    desk.return_visits.record(number, "网速正常", reached=True, actor="lixiao")
    assert rows(desk, number)["follow_up"].state == "met"


@pytest.mark.parametrize(
    ("priority", "hours", "told"), [(Priority.NORMAL, 24, False), (Priority.URGENT, 2, True)]
)
def test_a_problem_inside_a_running_order(
    desk: Desk, moment: Moment, priority: Priority, hours: int, told: bool
) -> None:
    number = open_order(desk, Customer(desk).opens(), priority=priority)
    to_work(desk, number)
    desk.order_problems.report(number, "缺备件", actor="城东一组")
    assert rows(desk, number)["problem"].due_at == moment.now + timedelta(hours=hours)
    assert ("problem_told" in rows(desk, number)) == told
    assert ("WorkOrderEscalated" in types(desk, number)) == told
    if told:
        assert rows(desk, number)["problem_told"].state == "met"
    desk.order_problems.solve(number, "备件已到", actor="城东一组")
    assert rows(desk, number)["problem"].state == "met"
    move(desk, number, State.RESOLVED)
    with pytest.raises(IllegalTransition):
        desk.order_problems.report(number, "又坏了", actor="城东一组")


def test_a_question_is_answered_in_a_day_and_wholly_in_two(desk: Desk, moment: Moment) -> None:
    here = Customer(desk).opens()
    receipt = desk.questions.ask(here, "海外漫游能开热点吗", "13911112222", key="q")
    assert receipt == desk.questions.ask(here, "海外漫游能开热点吗", "13911112222", key="q")
    assert receipt.promised_at == moment.now + timedelta(hours=24)
    clocks = rows(desk, receipt.number)
    assert clocks["first_answer"].due_at == moment.now + timedelta(hours=24)
    assert clocks["full_answer"].due_at == moment.now + timedelta(hours=48)
    assert "feedback" not in clocks
    with pytest.raises(InvalidPhone):
        desk.questions.ask(here, "？", "12", key="q2")


def test_feedback_is_answered_in_a_day(desk: Desk, moment: Moment) -> None:
    here = Customer(desk).opens()
    receipt = desk.questions.feedback(here, "希望营业厅周末开门", None, key="f")
    clocks = rows(desk, receipt.number)
    assert clocks["feedback"].due_at == receipt.promised_at == moment.now + timedelta(hours=24)
    assert "first_answer" not in clocks
    finish(desk, receipt.number, State.RESOLVED)
    assert rows(desk, receipt.number)["feedback"].state == "met"
