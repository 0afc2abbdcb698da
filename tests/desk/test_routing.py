"""Offers to agents, and passing on from person to person; on both databases."""

from typing import Any

import pytest

from desk.app import Desk
from desk.model.agents import AgentStatus
from desk.model.conversations import Reply, Understood
from desk.model.errors import (
    AlreadyTaken,
    BadProfile,
    NotYours,
    UnknownAgent,
    UnknownQueue,
)
from desk.store.tables import bss_accounts
from tests.conftest import Moment
from tests.desk.concurrently import at_once
from tests.desk.talking import Customer, agent

SUN = "13800000004"


@pytest.fixture
def staffed(desk: Desk) -> Desk:
    """Two agents online, with open consoles."""
    for username in ("lixiao", "chenyu"):
        online(desk, username)
    return desk


def online(desk: Desk, username: str) -> None:
    desk.staff.set_password(username, "a password")
    desk.staff.sign_in(username, "a password")


def stays(desk: Desk, moment: Moment, **span: float) -> None:
    """Time passes with the consoles open."""
    moment.pass_time(**span)
    for one in desk.staff.all():
        if one.status is not AgentStatus.OFFLINE:
            status = one.status
            online(desk, one.username)
            desk.staff.set_status(one.id, status)


def can(desk: Desk, username: str, **profile: Any) -> None:
    whole: dict[str, Any] = {"skills": [], "areas": [], "languages": [], "capacity": None}
    desk.people.profiles.set(username, **{**whole, **profile}, actor="zhuguan")


def waits(desk: Desk, name: str, reason: str = "asked", words: str = "你好") -> str:
    customer = Customer(desk, name)
    turn = customer.says(words)
    desk.inbox.finish(turn, [Reply("您好")], Understood("greet", 0.9))
    desk.handoff.request(turn.conversation_id, reason, key=f"{name}:{reason}")
    return turn.conversation_id


def shown(desk: Desk, conversation: str) -> Any:
    return desk.conversation_view.one(conversation)["conversation"]


def offered(desk: Desk, conversation: str) -> str | None:
    offer = shown(desk, conversation)["offer"]
    return offer["agent"] if offer else None


def test_what_waits_is_offered_to_one_who_is_free(staffed: Desk, moment: Moment) -> None:
    conversation = waits(staffed, "a")
    assert offered(staffed, conversation) is None
    assert staffed.people.routing.sweep() == 1
    assert staffed.people.routing.sweep() == 0
    assert offered(staffed, conversation) == "李晓"
    expires = shown(staffed, conversation)["offer"]["expires_at"]
    assert (expires - moment.now).total_seconds() == 30
    staffed.handoff.take(conversation, agent(staffed))
    assert offered(staffed, conversation) is None
    assert shown(staffed, conversation)["owner"] == "李晓"


def test_the_next_goes_to_the_other(staffed: Desk) -> None:
    first, second = waits(staffed, "a"), waits(staffed, "b")
    assert staffed.people.routing.sweep() == 2
    assert {offered(staffed, first), offered(staffed, second)} == {"李晓", "陈宇"}


@pytest.mark.parametrize("status", ["busy", "away", "offline"])
def test_only_who_is_online_is_asked(desk: Desk, status: str) -> None:
    online(desk, "lixiao")
    desk.staff.set_status(agent(desk).id, AgentStatus(status))
    conversation = waits(desk, "a")
    assert desk.people.routing.sweep() == 0
    assert offered(desk, conversation) is None
    desk.staff.set_status(agent(desk).id, AgentStatus.ONLINE)
    assert desk.people.routing.sweep() == 1


def test_a_console_that_was_closed_is_nobody(desk: Desk, moment: Moment) -> None:
    online(desk, "lixiao")
    conversation = waits(desk, "a")
    moment.pass_time(minutes=4)
    assert desk.people.routing.sweep() == 0
    assert offered(desk, conversation) is None


def test_nobody_is_offered_more_than_they_can_hold(desk: Desk) -> None:
    online(desk, "lixiao")
    can(desk, "lixiao", capacity=2)
    for name in ("a", "b", "c"):
        waits(desk, name)
    assert desk.people.routing.sweep() == 2
    (person,) = [p for p in desk.people.profiles.people() if p["username"] == "lixiao"]
    assert (person["load"], person["capacity"], person["status"]) == (2, 2, "online")


def test_who_waits_while_nobody_can_take_it_locks_nothing(
    staffed: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    can(staffed, "lixiao", capacity=1)
    can(staffed, "chenyu", skills=["业务办理"])
    waits(staffed, "a")
    assert staffed.people.routing.sweep() == 1
    waits(staffed, "b", "serious_complaint")  # 李晓 is full, and 陈宇 lacks the skill

    def refused(*_: object) -> None:
        raise AssertionError("a transaction that changes nothing")

    with monkeypatch.context() as patched:
        patched.setattr(type(staffed.store), "writing", refused)
        assert staffed.people.routing.sweep() == 0
    can(staffed, "chenyu", skills=["投诉处理"])
    assert staffed.people.routing.sweep() == 1


def test_two_sweepers_offer_each_conversation_once(staffed: Desk) -> None:
    for name in ("a", "b", "c", "d"):
        waits(staffed, name)
    done = at_once(*[staffed.people.routing.sweep] * 4)
    assert sum(one for one in done if isinstance(one, int)) == 4
    made = [e.conversation_id for e in staffed.journal.after(0) if e.type == "OfferMade"]
    assert len(made) == len(set(made)) == 4


def test_who_declines_is_not_asked_again_for_a_while(staffed: Desk, moment: Moment) -> None:
    conversation = waits(staffed, "a")
    staffed.people.routing.sweep()
    with pytest.raises(NotYours):
        staffed.people.routing.decline(conversation, agent(staffed, "chenyu"))
    staffed.people.routing.decline(conversation, agent(staffed))
    assert offered(staffed, conversation) is None
    staffed.people.routing.sweep()
    assert offered(staffed, conversation) == "陈宇"
    staffed.people.routing.decline(conversation, agent(staffed, "chenyu"))
    assert staffed.people.routing.sweep() == 0
    stays(staffed, moment, seconds=121)
    assert staffed.people.routing.sweep() == 1


def test_an_offer_nobody_answers_goes_to_the_next(staffed: Desk, moment: Moment) -> None:
    conversation = waits(staffed, "a")
    staffed.people.routing.sweep()
    stays(staffed, moment, seconds=29)
    assert staffed.timers.sweep() == 0
    stays(staffed, moment, seconds=2)
    assert staffed.timers.sweep() == 1
    assert offered(staffed, conversation) is None
    staffed.people.routing.sweep()
    assert offered(staffed, conversation) == "陈宇"
    assert agent(staffed).status is AgentStatus.ONLINE


def test_who_lets_several_pass_is_away(desk: Desk, moment: Moment) -> None:
    online(desk, "lixiao")
    can(desk, "lixiao", capacity=1)
    for name in ("a", "b", "c"):
        waits(desk, name)
        assert desk.people.routing.sweep() == 1
        stays(desk, moment, seconds=31)
        assert desk.timers.sweep() == 1
    assert agent(desk).status is AgentStatus.AWAY
    assert desk.people.routing.sweep() == 0


def test_who_comes_back_may_let_as_many_pass_again(desk: Desk, moment: Moment) -> None:
    online(desk, "lixiao")
    for name in ("a", "b", "c"):
        waits(desk, name)
    assert desk.people.routing.sweep() == 3
    stays(desk, moment, seconds=31)
    assert desk.timers.sweep() == 3
    assert agent(desk).status is AgentStatus.AWAY
    moment.pass_time(minutes=1)
    for _ in range(2):
        desk.staff.set_status(agent(desk).id, AgentStatus.ONLINE)
    waits(desk, "d")
    assert desk.people.routing.sweep() == 1
    stays(desk, moment, seconds=31)
    assert desk.timers.sweep() == 1
    assert agent(desk).status is AgentStatus.ONLINE
    changed = [e.data["status"] for e in desk.journal.after(0) if e.type == "AgentStatusChanged"]
    assert changed == ["away", "online"]


def test_taking_declined_and_timed_out_offers_end_but_once(staffed: Desk, moment: Moment) -> None:
    """Another takes what was offered: the offer is over, and its timer does nothing."""
    conversation = waits(staffed, "a")
    staffed.people.routing.sweep()
    staffed.handoff.take(conversation, agent(staffed, "chenyu"))
    stays(staffed, moment, minutes=1)
    assert staffed.timers.sweep() == 0
    with pytest.raises(NotYours):
        staffed.people.routing.decline(conversation, agent(staffed))
    assert shown(staffed, conversation)["owner"] == "陈宇"
    assert not [e for e in staffed.journal.after(0) if e.type == "OfferTimedOut"]


def test_leaving_the_queue_ends_the_offer(staffed: Desk, moment: Moment) -> None:
    conversation = waits(staffed, "a")
    staffed.people.routing.sweep()
    staffed.handoff.withdraw(conversation, Reply("好的"))
    stays(staffed, moment, minutes=1)
    assert staffed.timers.sweep() == 0
    assert staffed.people.routing.sweep() == 0


def test_skill_area_and_language_choose_and_widen_in_time(desk: Desk, moment: Moment) -> None:
    online(desk, "lixiao")
    can(desk, "lixiao", skills=["业务办理"], languages=["zh"])
    severe = waits(desk, "a", "serious_complaint")
    cantonese = waits(desk, "b", words="冇网络啊")
    assert shown(desk, severe)["queue"] == "complaints"
    assert desk.people.routing.sweep() == 0
    stays(desk, moment, seconds=91)
    assert desk.people.routing.sweep() == 1
    assert (offered(desk, severe), offered(desk, cantonese)) == ("李晓", None)
    online(desk, "chenyu")
    assert desk.people.routing.sweep() == 1
    assert offered(desk, cantonese) == "陈宇"


def test_the_area_is_that_of_the_account(staffed: Desk) -> None:
    with staffed.store.engine.begin() as connection:
        connection.execute(bss_accounts.update().values(area="城东"))
    can(staffed, "lixiao", areas=["城西"])
    customer = Customer(staffed)
    conversation = customer.opens()
    customer.proves_identity(conversation, SUN)
    staffed.handoff.request(conversation, "asked", key="h")
    staffed.people.routing.sweep()
    assert offered(staffed, conversation) == "陈宇"


def test_who_talked_with_the_customer_last_is_asked_first(staffed: Desk, moment: Moment) -> None:
    customer = Customer(staffed, "sun")
    conversation = customer.opens()
    customer.proves_identity(conversation, SUN)
    staffed.handoff.request(conversation, "asked", key="1")
    staffed.handoff.take(conversation, agent(staffed, "chenyu"))
    staffed.handoff.close(conversation, agent(staffed, "chenyu"), "好了", "resolved")
    elsewhere = Customer(staffed, "sun", "webchat")
    there = elsewhere.opens()
    elsewhere.proves_identity(there, SUN)
    staffed.handoff.request(there, "asked", key="2")
    staffed.people.routing.sweep()
    assert offered(staffed, there) == "陈宇"


# -- passing on ------------------------------------------------------------------------------------


def test_passed_on_to_a_person_with_a_note(staffed: Desk) -> None:
    online(staffed, "zhuguan")
    conversation = waits(staffed, "a")
    with pytest.raises(NotYours):
        staffed.people.transfers.to_agent(conversation, agent(staffed), "chenyu", "计费问题")
    staffed.handoff.take(conversation, agent(staffed))
    before = staffed.handoff.position(waits(staffed, "b"))
    for wrong in ("nobody", "lixiao"):
        with pytest.raises(UnknownAgent):
            staffed.people.transfers.to_agent(conversation, agent(staffed), wrong, "计费问题")
    staffed.people.transfers.to_agent(conversation, agent(staffed), "zhuguan", "计费问题")
    # Back at the old place, before who came later; the one who passed it on still answers for it.
    assert (before, staffed.handoff.position(conversation)) == (1, 1)
    row = shown(staffed, conversation)
    assert (row["state"], row["agent"], row["owner"]) == ("queued", None, "李晓")
    (passed,) = staffed.conversation_view.one(conversation)["transfers"]
    supervisor = agent(staffed, "zhuguan")
    assert (passed["by"], passed["to_agent"]) == ("李晓", supervisor.name)
    assert (passed["to_queue"], passed["note"]) == (None, "计费问题")
    said = staffed.conversations.history("rest", "a")[1][-1].text
    assert "转给更合适的同事" in said
    staffed.people.routing.sweep()
    assert offered(staffed, conversation) == supervisor.name
    staffed.handoff.take(conversation, supervisor)
    assert shown(staffed, conversation)["owner"] == supervisor.name


def test_who_was_named_and_does_not_answer_leaves_it_to_all(staffed: Desk, moment: Moment) -> None:
    conversation = waits(staffed, "a")
    staffed.handoff.take(conversation, agent(staffed))
    staffed.people.transfers.to_agent(conversation, agent(staffed), "chenyu", "请接")
    staffed.people.routing.sweep()
    assert offered(staffed, conversation) == "陈宇"
    staffed.people.routing.decline(conversation, agent(staffed, "chenyu"))
    staffed.people.routing.sweep()
    assert offered(staffed, conversation) == "李晓"
    assert shown(staffed, conversation)["owner"] == "李晓"


@pytest.mark.parametrize("status", ["busy", "away", "offline"])
def test_who_was_named_and_is_not_there_leaves_it_to_others(staffed: Desk, status: str) -> None:
    online(staffed, "zhuguan")
    staffed.staff.set_status(agent(staffed, "chenyu").id, AgentStatus(status))
    conversation = waits(staffed, "a")
    staffed.handoff.take(conversation, agent(staffed))
    staffed.people.transfers.to_agent(conversation, agent(staffed), "chenyu", "请接")
    assert staffed.people.routing.sweep() == 1
    assert offered(staffed, conversation) == agent(staffed, "zhuguan").name


def test_who_was_named_and_is_full_is_waited_for_a_while(staffed: Desk, moment: Moment) -> None:
    can(staffed, "chenyu", capacity=1)
    staffed.handoff.take(waits(staffed, "b"), agent(staffed, "chenyu"))
    conversation = waits(staffed, "a")
    staffed.handoff.take(conversation, agent(staffed))
    staffed.people.transfers.to_agent(conversation, agent(staffed), "chenyu", "请接")
    assert staffed.people.routing.sweep() == 0
    stays(staffed, moment, seconds=91)
    assert staffed.people.routing.sweep() == 1
    assert offered(staffed, conversation) == "李晓"


def test_a_queue_asks_who_passed_it_on_last_of_all(staffed: Desk, moment: Moment) -> None:
    staffed.handoff.take(waits(staffed, "b"), agent(staffed, "chenyu"))
    conversation = waits(staffed, "a")
    staffed.handoff.take(conversation, agent(staffed))
    staffed.people.transfers.to_queue(conversation, agent(staffed), "technical", "请接")
    staffed.people.routing.sweep()
    assert offered(staffed, conversation) == "陈宇"
    staffed.people.routing.decline(conversation, agent(staffed, "chenyu"))
    assert staffed.people.routing.sweep() == 0
    stays(staffed, moment, seconds=91)
    assert staffed.people.routing.sweep() == 1
    assert offered(staffed, conversation) == "李晓"


def test_passed_on_to_a_queue_asks_for_its_skill(staffed: Desk) -> None:
    can(staffed, "lixiao", skills=["业务办理"])
    can(staffed, "chenyu", skills=["投诉处理"])
    conversation = waits(staffed, "a")
    staffed.handoff.take(conversation, agent(staffed))
    with pytest.raises(UnknownQueue):
        staffed.people.transfers.to_queue(conversation, agent(staffed), "moon", "投诉")
    staffed.people.transfers.to_queue(conversation, agent(staffed), "complaints", "客户要投诉")
    assert shown(staffed, conversation)["queue"] == "complaints"
    (passed,) = staffed.conversation_view.one(conversation)["transfers"]
    assert (passed["to_agent"], passed["to_queue"]) == (None, "投诉")
    staffed.people.routing.sweep()
    assert offered(staffed, conversation) == "陈宇"
    with pytest.raises(NotYours):
        staffed.handoff.answer(conversation, agent(staffed), "还在吗", "c")
    staffed.handoff.take(conversation, agent(staffed, "chenyu"))
    with pytest.raises(AlreadyTaken):
        staffed.handoff.take(conversation, agent(staffed))


def test_a_profile_is_checked(desk: Desk) -> None:
    with pytest.raises(UnknownAgent):
        can(desk, "nobody")
    with pytest.raises(BadProfile, match="唱歌"):
        can(desk, "lixiao", skills=["唱歌"])
    for capacity in (0, 21):
        with pytest.raises(BadProfile, match="capacity"):
            can(desk, "lixiao", capacity=capacity)
    can(desk, "lixiao", skills=["排障"], areas=["城东"], capacity=5)
    can(desk, "lixiao", skills=["投诉处理"])
    (person,) = [p for p in desk.people.profiles.people() if p["username"] == "lixiao"]
    assert (person["skills"], person["areas"], person["capacity"]) == (["投诉处理"], [], 3)
    assert person["status"] == "offline"
