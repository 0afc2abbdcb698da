"""Sweepers: whoever looks first marks a missed clock or fires a timer, and only once."""

from desk.app import Desk
from desk.model.sla import Timer
from desk.services.timers import Timers
from desk.store.unit_of_work import Work
from tests.conftest import Moment
from tests.desk.concurrently import at_once
from tests.desk.talking import Customer


def events(desk: Desk, event_type: str) -> list[str]:
    return [e.conversation_id or "" for e in desk.journal.after(0) if e.type == event_type]


def test_two_sweepers_mark_each_missed_clock_once(desk: Desk, moment: Moment) -> None:
    waiting = []
    for number in range(8):
        conversation = Customer(desk, f"customer-{number}").opens()
        desk.handoff.request(conversation, "asked", key=f"h{number}")
        waiting.append(conversation)
    assert desk.levels.sweep() == 0
    moment.pass_time(minutes=15)
    marked = [at_once(*[desk.levels.sweep] * 3), [desk.levels.sweep(), desk.levels.sweep()]]
    assert sum(sum(results) for results in marked) == 8  # type: ignore[arg-type, misc]
    assert sorted(events(desk, "SlaBreached")) == sorted(waiting)


def test_two_sweepers_fire_each_timer_once(desk: Desk, moment: Moment) -> None:
    for number in range(6):
        customer = Customer(desk, f"customer-{number}")
        conversation = customer.opens()
        desk.diagnosis.start(conversation, "broadband", key=f"s{number}")
        desk.diagnosis.answer(conversation, "灯都是绿的", signal=None, key=f"a{number}")
    moment.pass_time(minutes=3)
    fired = at_once(*[desk.timers.sweep] * 3)
    assert sum(fired) + desk.timers.sweep() == 6  # type: ignore[arg-type]
    for number in range(6):
        _, said = desk.conversations.history("rest", f"customer-{number}")
        assert [m.text for m in said].count("3 分钟到了，光猫应该已经重启好。现在能上网了吗？") == 1


def test_a_timer_that_fails_is_tried_later_and_keeps_no_other_waiting(
    desk: Desk, moment: Moment
) -> None:
    """Effect and end of a timer commit together: nothing is lost, nothing is done by half."""
    conversations = []
    for name in ("unlucky", "lucky"):
        conversation = Customer(desk, name).opens()
        desk.diagnosis.start(conversation, "broadband", key=f"{name}:s")
        desk.diagnosis.answer(conversation, "灯都是绿的", signal=None, key=f"{name}:a")
        conversations.append(conversation)
        moment.pass_time(seconds=1)
    moment.pass_time(minutes=3)

    def fails_for_the_first(work: Work, timer: Timer) -> None:
        desk.diagnosis.remind(work, timer)
        if timer.conversation_id == conversations[0]:
            raise ConnectionError("the database went away")

    broken = Timers(desk.store, {"diagnosis_wait": fails_for_the_first})
    assert broken.sweep() == 1
    assert reminders(desk, "unlucky") == 0
    assert reminders(desk, "lucky") == 1
    assert desk.timers.sweep() == 0
    moment.pass_time(minutes=1)
    assert desk.timers.sweep() == 1
    assert (reminders(desk, "unlucky"), reminders(desk, "lucky")) == (1, 1)


def reminders(desk: Desk, name: str) -> int:
    _, said = desk.conversations.history("rest", name)
    return sum(message.text.startswith("3 分钟到了") for message in said)
