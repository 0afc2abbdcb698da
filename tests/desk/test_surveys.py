"""满意度调查: asked after the end, answered 1 to 4, low scores looked into; a 4 reopens."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from desk.app import Desk
from desk.model.errors import IdentityRequired, NotYours, SurveyClosed, UnknownWorkOrder
from desk.model.work_orders import Kind, State
from tests.conftest import Moment
from tests.desk.orders import move, open_order, order
from tests.desk.talking import Customer
from tests.desk.test_levels import MONDAY, rows, to_work

WANG = "13800000001"


@pytest.fixture(autouse=True)
def by_day(moment: Moment) -> None:
    moment.now = MONDAY


def closed(desk: Desk, here: str, kind: Kind = Kind.REPAIR, **values: object) -> str:
    number = (
        desk.complaints.file(here, "网络", "网速慢", "修好", "13911112222", key=here).number
        if kind is Kind.COMPLAINT
        else open_order(desk, here, kind, **values)
    )
    to_work(desk, number)
    move(desk, number, State.RESOLVED, State.CLOSED)
    return number


def asked(desk: Desk, moment: Moment, here: str, kind: Kind = Kind.REPAIR) -> str:
    number = closed(desk, here, kind)
    moment.pass_time(minutes=10)
    assert desk.notices.sweep() == 1
    return number


def last_said(desk: Desk) -> str:
    return str(desk.conversations.history("rest", "zhang")[1][-1].text)


def types(desk: Desk, number: str) -> list[str]:
    return [event.type for event in desk.journal.after(0) if event.work_order == number]


def test_asked_a_little_after_the_end_and_the_clock_stops(desk: Desk, moment: Moment) -> None:
    here = Customer(desk).opens()
    number = closed(desk, here)
    begun = moment.now
    assert rows(desk, number)["survey"].due_at == begun + timedelta(hours=24)
    assert desk.surveys.waiting(here) is None
    moment.pass_time(minutes=9)
    assert desk.notices.sweep() == 0
    moment.pass_time(minutes=1)
    assert desk.notices.sweep() == 1
    assert number in last_said(desk) and "1 非常满意" in last_said(desk)
    assert rows(desk, number)["survey"].fulfilled_at == moment.now
    waiting = desk.surveys.waiting(here)
    assert waiting is not None and (waiting.number, waiting.asked_at) == (number, moment.now)


def test_at_night_it_waits_for_the_morning_and_is_in_time(desk: Desk, moment: Moment) -> None:
    moment.now = MONDAY.replace(hour=15)  # 23:00 in China
    number = closed(desk, Customer(desk).opens())
    moment.pass_time(hours=8)
    assert desk.notices.sweep() == 0
    moment.pass_time(hours=1)
    assert desk.notices.sweep() == 2  # that it is done, and the question
    assert rows(desk, number)["survey"].state == "met"


def test_who_cannot_be_reached_is_not_asked(desk: Desk) -> None:
    with desk.store.writing() as work:
        opened = desk.work_orders.open(
            work, Kind.REPAIR, conversation=None, description="断网", contact_phone=None
        )
    to_work(desk, opened.number)
    move(desk, opened.number, State.RESOLVED, State.CLOSED)
    assert types(desk, opened.number)[-1] == "SurveyNotAsked"
    assert rows(desk, opened.number)["survey"].state == "met"
    with pytest.raises(SurveyClosed):
        desk.surveys.record(opened.number, 1, actor="zhuguan")


def test_reopened_before_it_was_asked_nobody_is_asked(desk: Desk, moment: Moment) -> None:
    number = closed(desk, Customer(desk).opens())
    move(desk, number, State.IN_PROGRESS)
    moment.pass_time(minutes=30)
    assert desk.notices.sweep() == 0
    assert rows(desk, number)["survey"].fulfilled_at is not None
    move(desk, number, State.RESOLVED, State.CLOSED)
    moment.pass_time(minutes=10)
    assert desk.notices.sweep() == 1


def test_a_call_before_a_visit_is_not_asked_about(desk: Desk) -> None:
    number = closed(
        desk, Customer(desk).opens(), Kind.CALLBACK, matter="call", agreed_at=desk.clock.now()
    )
    assert "survey" not in rows(desk, number)


@pytest.mark.parametrize(("score", "low"), [(1, False), (2, False), (3, True), (4, True)])
def test_a_score_and_what_follows(desk: Desk, moment: Moment, score: int, low: bool) -> None:
    here = Customer(desk).opens()
    number = asked(desk, moment, here)
    given = desk.surveys.answer(here, number, score, "师傅很快", key="s")
    assert (given.score, given.reopened) == (score, False)
    assert desk.surveys.answer(here, number, score, "师傅很快", key="s") == given
    assert desk.surveys.waiting(here) is None
    texts = [event["text"] for event in desk.work_order_view.one(number)["history"]]
    assert any(text.startswith("客户评价：") and "师傅很快" in text for text in texts)
    assert ("low_score" in rows(desk, number)) == low
    if low:
        midnight = datetime(2026, 11, 23, 23, 59, 59, tzinfo=ZoneInfo("Asia/Shanghai"))
        assert given.review_by == rows(desk, number)["low_score"].due_at == midnight
        assert types(desk, number)[-2:] == ["SurveyScoredLow", "WorkOrderEscalated"]
    assert order(desk, number).state is State.CLOSED  # a repair is not reopened by a score
    with pytest.raises(SurveyClosed):
        desk.surveys.answer(here, number, 1, key="again")


def test_a_supervisor_looks_into_a_low_score(desk: Desk, moment: Moment) -> None:
    here = Customer(desk).opens()
    number = asked(desk, moment, here)
    with pytest.raises(SurveyClosed):
        desk.surveys.review(number, "看过", actor="zhuguan")
    desk.surveys.answer(here, number, 3, "慢", key="s")
    (owed,) = desk.follow_up_view.reviews()
    assert (owed["number"], owed["score"], owed["words"]) == (number, 3, "慢")
    with pytest.raises(NotYours):
        desk.surveys.review(number, "没问题", actor=order(desk, number).owner)
    desk.surveys.review(number, "师傅迟到，已谈话", actor="zhuguan")
    assert rows(desk, number)["low_score"].state == "met"
    assert desk.follow_up_view.reviews() == []


def test_a_low_score_nobody_looks_into_goes_to_the_supervisor(desk: Desk, moment: Moment) -> None:
    here = Customer(desk).opens()
    number = asked(desk, moment, here)
    desk.surveys.answer(here, number, 4, key="s")
    moment.pass_time(days=1)
    desk.levels.sweep()
    told = [
        (e.data["clock"], e.data["role"])
        for e in desk.journal.after(0)
        if e.type == "SlaEscalated" and e.work_order == number
    ]
    assert ("low_score", "supervisor") in told


def test_a_four_on_a_complaint_reopens_it_with_its_lead(desk: Desk, moment: Moment) -> None:
    here = Customer(desk).opens()
    number = asked(desk, moment, here, Kind.COMPLAINT)
    moment.pass_time(days=2)
    assert desk.surveys.answer(here, number, 4, "根本没解决", key="s").reopened
    found = order(desk, number)
    assert (found.state, found.assignee) == (State.DISPATCHED, "zhuguan")
    running = {kind for kind, row in rows(desk, number).items() if row.fulfilled_at is None}
    assert running >= {"first_contact", "proposal", "first_result", "close", "low_score"}
    # Promised anew on a Wednesday: one working day.
    assert (
        found.promised_at.astimezone(ZoneInfo("Asia/Shanghai")).date().isoformat() == "2026-11-26"
    )
    assert "客户不满意，重新处理" in [
        event["text"] for event in desk.work_order_view.one(number)["history"]
    ]


def test_a_three_on_a_complaint_does_not_reopen_it(desk: Desk, moment: Moment) -> None:
    here = Customer(desk).opens()
    number = asked(desk, moment, here, Kind.COMPLAINT)
    assert not desk.surveys.answer(here, number, 3, key="s").reopened
    assert order(desk, number).state is State.CLOSED


def test_three_low_scores_in_a_row_of_one_handler_are_flagged(desk: Desk, moment: Moment) -> None:
    flagged = []
    for place, score in enumerate((3, 1, 4, 3, 3)):
        here = Customer(desk, f"客户{place}").opens()
        number = asked(desk, moment, here)
        desk.surveys.answer(here, number, score, key=f"s{place}")
        flagged.append("TrainingFlagged" in types(desk, number))
    assert flagged == [False, False, False, False, True]


def test_only_the_customer_or_somebody_who_is_not_the_handler(desk: Desk, moment: Moment) -> None:
    here, there = Customer(desk).opens(), Customer(desk, "li").opens()
    number = asked(desk, moment, here)
    with pytest.raises(IdentityRequired):
        desk.surveys.answer(there, number, 1, key="stranger")
    with pytest.raises(UnknownWorkOrder):
        desk.surveys.answer(here, "BX261123000000", 1, key="nobody")
    with pytest.raises(ValueError, match="no score 5"):
        desk.surveys.answer(here, number, 5, key="five")
    with pytest.raises(NotYours):
        desk.surveys.record(number, 1, actor=order(desk, number).owner)
    assert desk.surveys.record(number, 2, "电话里说的", actor="zhuguan").score == 2


def test_said_on_the_phone_before_it_was_asked(desk: Desk, moment: Moment) -> None:
    number = closed(desk, Customer(desk).opens(), Kind.COMPLAINT)
    assert desk.surveys.record(number, 4, "没解决", actor="zhuguan").reopened
    assert rows(desk, number)["survey"].state == "met"
    assert [one["words"] for one in desk.follow_up_view.reviews()] == ["没解决"]
    moment.pass_time(minutes=30)
    assert desk.notices.sweep() == 0


def test_after_a_week_no_score_is_taken(desk: Desk, moment: Moment) -> None:
    here = Customer(desk).opens()
    number = asked(desk, moment, here)
    moment.pass_time(days=8)
    assert desk.surveys.waiting(here) is None
    with pytest.raises(SurveyClosed):
        desk.surveys.answer(here, number, 1, key="late")


def test_asked_on_one_channel_answered_where_the_customer_is_proven(
    desk: Desk, moment: Moment
) -> None:
    wang = Customer(desk, "wang", "wechat")
    there = wang.opens()
    wang.proves_identity(there, WANG)
    number = asked(desk, moment, there)
    here = Customer(desk, "wang-web", "webchat")
    conversation = here.opens()
    assert desk.surveys.waiting(conversation) is None
    here.proves_identity(conversation, WANG)
    waiting = desk.surveys.waiting(conversation)
    assert waiting is not None and waiting.number == number
    assert desk.surveys.answer(conversation, number, 2, key="1").score == 2
