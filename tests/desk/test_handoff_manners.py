"""Nobody there, a call-back instead, and the way back to the bot; on both databases."""

from datetime import UTC, datetime

import pytest

from desk.app import Desk
from desk.model.access import Sight
from desk.model.conversations import HandoffTicket
from desk.model.errors import AlreadyTaken, UnknownDisposition
from tests.conftest import Moment
from tests.desk.talking import Customer, agent

SUN = "13800000004"


def at(text: str) -> datetime:
    """A moment in China."""
    return datetime.fromisoformat(f"{text}:00+08:00").astimezone(UTC)


def online(desk: Desk, username: str = "lixiao") -> None:
    desk.staff.set_password(username, "a password")
    desk.staff.sign_in(username, "a password")


def waits(desk: Desk, name: str) -> tuple[str, HandoffTicket]:
    conversation = Customer(desk, name).opens()
    return conversation, desk.handoff.request(conversation, "asked", key=f"{name}:h")


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2026-11-20T21:59", None),  # a Friday
        ("2026-11-20T22:00", "2026-11-21T09:00"),
        ("2026-11-21T17:59", None),
        ("2026-11-21T18:00", "2026-11-22T09:00"),
        ("2026-11-23T03:00", "2026-11-23T08:00"),
        ("2026-10-01T20:00", "2026-10-02T09:00"),  # a public holiday
        ("2026-10-10T20:00", None),  # a Saturday that is worked
    ],
)
def test_opening_hours_follow_the_calendar(sqlite_desk: Desk, now: str, opens: str | None) -> None:
    expected = at(opens) if opens else None
    assert sqlite_desk.people.waits.opens_at(at(now)) == expected


def test_nobody_there_at_night_is_told_with_the_next_opening(desk: Desk, moment: Moment) -> None:
    moment.now = at("2026-11-21T23:00")
    waits(desk, "a")
    conversation, ticket = waits(desk, "b")
    assert (ticket.position, ticket.agents_online) == (2, 0)
    assert (ticket.opens_at, ticket.expected_minutes) == (at("2026-11-22T09:00"), None)
    # Who is there after all answers, whatever the clock says.
    online(desk)
    assert desk.handoff.ticket(conversation).opens_at is None


def test_the_expected_wait_is_that_of_the_last_hours(desk: Desk, moment: Moment) -> None:
    online(desk)
    for number in range(5):
        conversation, ticket = waits(desk, f"c{number}")
        assert ticket.expected_minutes is None  # too few to say
        moment.pass_time(seconds=90)
        desk.handoff.take(conversation, agent(desk))
        moment.pass_time(minutes=10)
        desk.handoff.close(conversation, agent(desk), "好了", "resolved")
        online(desk)
    assert waits(desk, "free")[1].expected_minutes == 2
    for name in ("e", "f"):
        desk.handoff.take(waits(desk, name)[0], agent(desk))
    desk.handoff.take(
        desk.conversation_view.in_box("queued", Sight(0))["conversations"][0]["id"], agent(desk)
    )
    # Three places, all held: the first must wait for one of them to end.
    assert waits(desk, "g")[1].expected_minutes == 4
    assert waits(desk, "h")[1].expected_minutes == 7
    moment.pass_time(hours=5)
    online(desk)
    assert waits(desk, "i")[1].expected_minutes is None


def test_the_queue_drains_in_order_when_agents_come(desk: Desk, moment: Moment) -> None:
    moment.now = at("2026-11-21T23:00")
    order = [waits(desk, name)[0] for name in ("a", "b", "c")]
    moment.now = at("2026-11-22T09:00")
    online(desk)
    for conversation in order:
        box = desk.conversation_view.in_box("queued", Sight(0))["conversations"]
        assert box[0]["id"] == conversation
        desk.handoff.take(conversation, agent(desk))
    assert desk.conversation_view.in_box("queued", Sight(0))["counts"]["queued"] == 0


# -- call-back --------------------------------------------------------------------------------


def test_a_call_back_needs_a_number_and_then_ends_the_waiting(desk: Desk, moment: Moment) -> None:
    moment.now = at("2026-11-21T23:00")
    conversation, _ = waits(desk, "a")
    hear = desk.people.callbacks.hear
    assert hear(conversation, "还有多久", key="0").text is None
    assert hear(conversation, "我手机是 13912345678", key="1").text is None  # nobody asked
    asked = hear(conversation, "登记回电", key="2")
    assert (asked.number, "手机号码" in (asked.text or "")) == (None, True)
    done = hear(conversation, "13912345678", key="3")
    assert hear(conversation, "13912345678", key="3") == done
    assert done.number is not None
    assert "139****5678" in (done.text or "")
    assert "11月22日 11:00" in (done.text or "")
    order = desk.work_order_view.one(done.number)
    assert order["kind"] == "回电工单"
    assert "客户要求人工服务" in order["description"]
    assert desk.handoff.position(conversation) == 0
    with pytest.raises(AlreadyTaken):
        desk.handoff.take(conversation, agent(desk))
    assert desk.people.callbacks.hear(conversation, "登记回电", key="4").text is None


def test_a_proven_customer_is_called_on_the_own_number(desk: Desk, moment: Moment) -> None:
    moment.now = at("2026-11-20T10:00")
    customer = Customer(desk)
    conversation = customer.opens()
    customer.proves_identity(conversation, SUN)
    desk.handoff.request(conversation, "asked", key="h")
    done = desk.people.callbacks.hear(conversation, "不想等了，给我打电话", key="1")
    assert "138****0004" in (done.text or "")
    assert "11月20日 12:00" in (done.text or "")


def test_who_is_with_a_person_orders_no_call_back(desk: Desk) -> None:
    conversation, _ = waits(desk, "a")
    desk.handoff.take(conversation, agent(desk))
    assert desk.people.callbacks.hear(conversation, "登记回电", key="1").text is None


# -- the way back ------------------------------------------------------------------------------


def test_a_talk_ends_with_a_result_of_the_list(desk: Desk) -> None:
    conversation, _ = waits(desk, "a")
    desk.handoff.take(conversation, agent(desk))
    for wrong in ("", "bored", "withdrawn"):
        with pytest.raises(UnknownDisposition):
            desk.handoff.close(conversation, agent(desk), "好了", wrong)
    desk.handoff.close(conversation, agent(desk), "好了", "ordered")
    closed = [e for e in desk.journal.after(0) if e.type == "ConversationClosed"]
    assert [e.data["disposition"] for e in closed] == ["ordered"]


def test_what_a_person_achieved_is_known_for_a_while(desk: Desk, moment: Moment) -> None:
    conversation, _ = waits(desk, "a")
    assert desk.people.results.newest(conversation) is None
    desk.handoff.take(conversation, agent(desk))
    desk.handoff.close(conversation, agent(desk), "好了", "unresolved")
    result = desk.people.results.newest(conversation)
    assert result is not None
    assert (result.agent, result.disposition, result.settled) == ("李晓", "unresolved", False)
    assert not desk.people.results.worth_saying(result)
    moment.pass_time(days=1)
    assert desk.people.results.worth_saying(result)
    assert desk.people.results.newest(conversation) == result
    moment.pass_time(days=30)
    assert desk.people.results.newest(conversation) is None


def test_the_next_person_reads_what_came_before_on_any_channel(desk: Desk, moment: Moment) -> None:
    def talks_with_a_person(channel: str, note: str) -> str:
        customer = Customer(desk, "sun", channel)
        conversation = customer.opens()
        customer.proves_identity(conversation, SUN)
        desk.handoff.request(conversation, "asked", key=f"{channel}:{note}")
        desk.handoff.take(conversation, agent(desk))
        desk.handoff.close(conversation, agent(desk), note, "answered")
        moment.pass_time(hours=1)
        return conversation

    talks_with_a_person("rest", "解释了账单，客户电话 13911112222")
    conversation = talks_with_a_person("webchat", "解释了合约")
    desk.handoff.request(conversation, "repeated", key="third")
    before = desk.conversation_view.one(conversation)["packet"]["before"]
    assert [(one["agent"], one["disposition"], one["note"]) for one in before] == [
        ("李晓", "已答复咨询", "解释了合约"),
        ("李晓", "已答复咨询", "解释了账单，客户电话 〔手机号〕"),
    ]
