"""转人工: a place in the queue, one agent, and back to the bot."""

from functools import partial

import pytest

from desk.app import Desk
from desk.model.access import Sight
from desk.model.conversations import Conversation, Reply
from desk.model.errors import AlreadyTaken, NotYours, UnknownConversation
from desk.services.handoff_rows import locked
from desk.store.tables import handoffs
from desk.store.unit_of_work import Work
from tests.conftest import Moment
from tests.desk.concurrently import at_once
from tests.desk.talking import Customer, agent


def queued(desk: Desk, name: str) -> str:
    conversation = Customer(desk, name).opens()
    desk.handoff.request(conversation, "asked", key=f"{name}:handoff")
    return conversation


def state(desk: Desk, conversation_id: str) -> str:
    return str(desk.conversation_view.one(conversation_id)["conversation"]["state"])


def said(desk: Desk, name: str) -> list[str]:
    return [message.text for message in desk.conversations.history("rest", name)[1]]


def test_the_queue_is_first_come_first_served(desk: Desk) -> None:
    first, second, third = (queued(desk, name) for name in ("a", "b", "c"))
    assert [desk.handoff.position(c) for c in (first, second, third)] == [1, 2, 3]
    desk.handoff.take(first, agent(desk))
    assert [desk.handoff.position(c) for c in (first, second, third)] == [0, 1, 2]
    desk.handoff.withdraw(second, Reply("好的"))
    assert desk.handoff.position(third) == 1
    box = desk.conversation_view.in_box("queued", Sight(agent(desk).id))
    assert [row["id"] for row in box["conversations"]] == [third]
    assert box["counts"] == {"queued": 1, "mine": 1}


def test_the_ticket_tells_what_to_expect(desk: Desk) -> None:
    conversation = Customer(desk).opens()
    signs_in(desk)
    ticket = desk.handoff.request(conversation, "asked", key="h")
    assert (ticket.position, ticket.agents_online, ticket.promised_minutes) == (1, 1, 15)
    assert desk.handoff.request(conversation, "asked", key="h") == ticket


def test_asking_again_keeps_the_place(desk: Desk) -> None:
    first = queued(desk, "a")
    queued(desk, "b")
    assert desk.handoff.request(first, "angry", key="again").position == 1
    events = [e for e in desk.journal.after(0) if e.type == "ConversationQueued"]
    assert len(events) == 2


def test_asking_twice_at_the_same_instant_is_one_place(desk: Desk) -> None:
    conversation = Customer(desk).opens()

    def ask(key: str) -> int:
        return desk.handoff.request(conversation, "asked", key=key).position

    assert at_once(*(partial(ask, key) for key in "abcd")) == [1, 1, 1, 1]
    events = [e for e in desk.journal.after(0) if e.type == "ConversationQueued"]
    assert len(events) == 1


def test_two_agents_take_at_once_and_one_has_it(desk: Desk) -> None:
    agents = [agent(desk, "lixiao"), agent(desk, "chenyu")]
    for round_number in range(5):
        conversation = queued(desk, f"customer-{round_number}")
        results = at_once(*(partial(desk.handoff.take, conversation, a) for a in agents))
        refused = [r for r in results if isinstance(r, AlreadyTaken)]
        assert (len(refused), results.count(None)) == (1, 1)
        winner = agents[list(results).index(None)]
        row = desk.conversation_view.one(conversation)["conversation"]
        assert (row["state"], row["agent"]) == ("human", winner.name)
        greetings = [text for text in said(desk, f"customer-{round_number}") if "我是客服" in text]
        assert len(greetings) == 1
        assert winner.name in greetings[0]


def test_taking_ones_own_again_is_harmless(desk: Desk) -> None:
    conversation = queued(desk, "a")
    desk.handoff.take(conversation, agent(desk))
    before = said(desk, "a")
    desk.handoff.take(conversation, agent(desk))
    assert said(desk, "a") == before


def test_only_what_waits_can_be_taken(desk: Desk) -> None:
    with pytest.raises(AlreadyTaken):
        desk.handoff.take(Customer(desk).opens(), agent(desk))
    with pytest.raises(UnknownConversation):
        desk.handoff.take("c-nobody", agent(desk))


def test_what_an_agent_says_is_said_once(desk: Desk) -> None:
    conversation = queued(desk, "a")
    desk.handoff.take(conversation, agent(desk))
    first = desk.handoff.answer(conversation, agent(desk), "我来看看", "c-1")
    again = desk.handoff.answer(conversation, agent(desk), "我来看看", "c-1")
    other = desk.handoff.answer(conversation, agent(desk), "我来看看", "c-2")
    assert (first.id, other.id != first.id) == (again.id, True)
    assert said(desk, "a").count("我来看看") == 2
    assert (first.author, first.name) == ("agent", "李晓")


def test_sent_twice_at_the_same_instant_is_said_once(desk: Desk) -> None:
    conversation = queued(desk, "a")
    desk.handoff.take(conversation, agent(desk))
    results = at_once(
        *[lambda: desk.handoff.answer(conversation, agent(desk), "在的", "same").id] * 4
    )
    assert len(set(results)) == 1
    assert said(desk, "a").count("在的") == 1


@pytest.mark.parametrize("taken_by", [None, "chenyu"])
def test_nobody_speaks_in_a_conversation_of_others(desk: Desk, taken_by: str | None) -> None:
    conversation = queued(desk, "a")
    if taken_by:
        desk.handoff.take(conversation, agent(desk, taken_by))
    before = said(desk, "a")
    with pytest.raises(NotYours):
        desk.handoff.answer(conversation, agent(desk, "lixiao"), "你好", "c-1")
    with pytest.raises(NotYours):
        desk.handoff.close(conversation, agent(desk, "lixiao"), "好了", "resolved")
    assert said(desk, "a") == before


def test_closing_gives_the_customer_back_to_the_bot(desk: Desk) -> None:
    conversation = queued(desk, "a")
    desk.handoff.take(conversation, agent(desk))
    desk.handoff.close(conversation, agent(desk), "已解决", "resolved")
    assert state(desk, conversation) == "bot"
    assert "本次人工服务已结束" in said(desk, "a")[-1]
    with pytest.raises(NotYours):
        desk.handoff.answer(conversation, agent(desk), "还有", "c-9")
    assert Customer(desk, "a").says("再问一个").state == "bot"
    assert desk.handoff.request(conversation, "asked", key="second time").position == 1


def test_the_customer_may_leave_the_queue(desk: Desk) -> None:
    conversation = queued(desk, "a")
    assert desk.handoff.withdraw(conversation, Reply("好的，已取消"))
    assert (state(desk, conversation), said(desk, "a")[-1]) == ("bot", "好的，已取消")
    assert desk.people.results.newest(conversation) is None  # nobody had spoken with them
    assert not desk.handoff.withdraw(conversation, Reply("好的，已取消"))
    with pytest.raises(AlreadyTaken):
        desk.handoff.take(conversation, agent(desk))


def test_who_is_with_a_person_cannot_leave_the_queue(desk: Desk) -> None:
    conversation = queued(desk, "a")
    desk.handoff.take(conversation, agent(desk))
    assert not desk.handoff.withdraw(conversation, Reply("好的，已取消"))
    assert state(desk, conversation) == "human"


def test_taking_in_time_stops_the_clock(desk: Desk, moment: Moment) -> None:
    in_time, late = queued(desk, "a"), queued(desk, "b")
    moment.pass_time(minutes=14)
    desk.handoff.take(in_time, agent(desk))
    moment.pass_time(minutes=2)
    assert desk.levels.sweep() == 1
    breached = [e for e in desk.journal.after(0) if e.type == "SlaBreached"]
    assert [(e.conversation_id, e.data["clock"]) for e in breached] == [(late, "first_response")]


def test_the_agent_finds_what_was_already_done(desk: Desk) -> None:
    customer = Customer(desk)
    conversation = customer.opens()
    customer.proves_identity(conversation, "13800000004")
    desk.diagnosis.start(conversation, "broadband", key="d1")
    desk.diagnosis.answer(conversation, "还是红灯", signal=None, key="d2")
    desk.handoff.request(conversation, "not_understood", key="h")
    shown = desk.conversation_view.one(conversation)
    row, context = shown["conversation"], shown["context"]
    assert row["reason_label"] == "连续两次未能理解客户"
    assert row["customer"] == {"name": "孙建国", "masked_phone": "138****0004"}
    assert {"label": "身份", "value": "已核验"} in context["summary"]
    assert context["diagnosis"] == [{"question": "光纤连接", "answer": "还是红灯"}]


def test_a_proof_that_has_ended_is_not_shown_as_one(desk: Desk, moment: Moment) -> None:
    customer = Customer(desk)
    conversation = customer.opens()
    customer.proves_identity(conversation, "13800000004")
    moment.pass_time(minutes=31)
    summary = desk.conversation_view.one(conversation)["context"]["summary"]
    assert {"label": "身份", "value": "未核验"} in summary


def signs_in(desk: Desk, username: str = "lixiao") -> str:
    """An agent with an open console; returns the session id."""
    desk.staff.set_password(username, "a password")
    return desk.staff.sign_in(username, "a password")[1]


def test_who_closed_the_browser_is_not_counted_as_there(desk: Desk, moment: Moment) -> None:
    session_id = signs_in(desk)
    moment.pass_time(minutes=2)
    assert desk.staff.by_session(session_id) is not None  # an open console asks all the time
    moment.pass_time(minutes=2)
    assert desk.handoff.request(queued(desk, "a"), "asked", key="1").agents_online == 1
    moment.pass_time(minutes=2)
    assert desk.handoff.request(queued(desk, "b"), "asked", key="2").agents_online == 0


def test_what_an_agent_leaves_behind_is_queued_again_with_a_word(desk: Desk) -> None:
    conversation = queued(desk, "a")
    signs_in(desk)
    desk.handoff.take(conversation, agent(desk))
    assert desk.handoff.release(agent(desk)) == 1
    assert desk.handoff.position(conversation) == 1
    _, said = desk.conversations.history("rest", "a")
    assert "重新" not in said[-1].text and "优先排回队列" in said[-1].text
    other = agent(desk, "chenyu")
    desk.handoff.take(conversation, other)
    assert desk.handoff.answer(conversation, other, "我来接着处理", "c").name == "陈宇"


@pytest.mark.parametrize("ends", ["closed", "taken over"])
def test_what_ended_meanwhile_is_not_left_behind(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, ends: str
) -> None:
    """Between the look at what an agent holds and the lock, somebody else was quicker."""
    first, second = queued(desk, "a"), queued(desk, "b")
    for conversation in (first, second):
        desk.handoff.take(conversation, agent(desk))
    other = agent(desk, "chenyu").id

    def late(work: Work, conversation_id: str) -> Conversation:
        if conversation_id == first:
            after = {"closed_at": work.now} if ends == "closed" else {"agent_id": other}
            own = handoffs.c.conversation_id == first
            work.session.execute(handoffs.update().where(own).values(**after))
        return locked(work, conversation_id)

    monkeypatch.setattr("desk.services.handoff.locked", late)
    assert desk.handoff.release(agent(desk)) == 1
    assert (desk.handoff.position(first), desk.handoff.position(second)) == (0, 1)


def test_an_absent_agents_conversations_are_found_by_the_sweeper(
    desk: Desk, moment: Moment
) -> None:
    conversation = queued(desk, "a")
    signs_in(desk)
    desk.handoff.take(conversation, agent(desk))
    assert desk.handoff.release_absent() == 0
    moment.pass_time(minutes=4)
    assert desk.handoff.release_absent() == 1
    assert desk.handoff.release_absent() == 0
    assert desk.handoff.position(conversation) == 1


def test_a_supervisor_may_take_over(desk: Desk) -> None:
    conversation = queued(desk, "a")
    desk.handoff.take(conversation, agent(desk))
    desk.handoff.take(conversation, agent(desk, "zhuguan"))
    with pytest.raises(NotYours):
        desk.handoff.answer(conversation, agent(desk), "还在吗", "c")
    desk.handoff.close(conversation, agent(desk, "zhuguan"), "已处理", "resolved")
