"""In the middle of a flow a silent customer is spoken to, once; nobody else is."""

import pytest

from desk.app import Desk
from desk.model.conversations import Reply, Understood
from tests.conftest import Moment
from tests.desk.concurrently import at_once
from tests.desk.talking import Customer, agent


def in_a_flow(desk: Desk, awaits: str | None = "diagnosis_form") -> str:
    turn = Customer(desk).says("宽带断了")
    understood = Understood("report_broadband_fault", 0.9, awaits)
    desk.inbox.finish(turn, [Reply("灯亮吗？")], understood)
    return turn.conversation_id


def last_said(desk: Desk) -> str:
    return desk.conversations.history("rest", "zhang")[1][-1].text


def test_spoken_to_once_after_ten_minutes(desk: Desk, moment: Moment) -> None:
    in_a_flow(desk)
    moment.pass_time(minutes=9)
    assert desk.silences.sweep() == 0
    moment.pass_time(minutes=2)
    assert desk.silences.sweep() == 1
    assert last_said(desk).startswith("您还在吗")
    moment.pass_time(minutes=30)
    assert desk.silences.sweep() == 0


def test_an_answer_starts_the_time_anew(desk: Desk, moment: Moment) -> None:
    in_a_flow(desk)
    moment.pass_time(minutes=8)
    in_a_flow(desk)
    moment.pass_time(minutes=8)
    assert desk.silences.sweep() == 0
    moment.pass_time(minutes=3)
    assert desk.silences.sweep() == 1


def test_nobody_is_spoken_to_outside_a_flow(desk: Desk, moment: Moment) -> None:
    in_a_flow(desk)
    in_a_flow(desk, awaits=None)
    moment.pass_time(minutes=11)
    assert desk.silences.sweep() == 0


@pytest.mark.parametrize("hours", [2, 48])
def test_old_silence_is_left_alone(desk: Desk, moment: Moment, hours: int) -> None:
    in_a_flow(desk)
    moment.pass_time(hours=hours)
    assert desk.silences.sweep() == 0
    assert last_said(desk) == "灯亮吗？"


def test_with_a_person_the_bot_does_not_ask(desk: Desk, moment: Moment) -> None:
    conversation = in_a_flow(desk)
    desk.handoff.request(conversation, "asked", key="h")
    desk.handoff.take(conversation, agent(desk))
    moment.pass_time(minutes=11)
    assert desk.silences.sweep() == 0


def test_two_sweepers_speak_once(desk: Desk, moment: Moment) -> None:
    in_a_flow(desk)
    moment.pass_time(minutes=11)
    assert sorted(at_once(desk.silences.sweep, desk.silences.sweep), key=str) == [0, 1]
