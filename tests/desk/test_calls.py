"""Telephone calls as the desk keeps them, on both databases."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from desk.app import Desk
from desk.model.conversations import Author, Conversation, ConversationState, Message, Reply
from desk.model.errors import InvalidPhone
from desk.services import conversations
from desk.store.call_tables import calls
from desk.store.tables import outbox
from tests.conftest import Moment

_SECONDS = 120.0


def ring(desk: Desk, call_id: str = "call-1") -> str:
    assert desk.calls.open(call_id, _SECONDS)
    return desk.inbox.accept("ivr", call_id, "你好", "1").conversation_id


def state(desk: Desk, conversation_id: str) -> ConversationState:
    with desk.store.reading() as session:
        return session.get_one(Conversation, conversation_id).state


def say(desk: Desk, conversation_id: str, text: str, author: Author, typed: str | None) -> int:
    with desk.store.writing() as work:
        conversation = conversations.get(work, conversation_id)
        said = conversations.say(work, conversation, Reply(text), author=author, external_id=typed)
        return said.id


def test_a_call_lives_as_long_as_it_is_kept(desk: Desk, moment: Moment) -> None:
    assert desk.calls.get("call-1") is None
    assert not desk.calls.keep("call-1", _SECONDS)
    assert desk.calls.open("call-1", _SECONDS)
    assert desk.calls.open("call-1", _SECONDS)
    moment.pass_time(seconds=119)
    assert desk.calls.keep("call-1", _SECONDS, {"last": "您好"})
    moment.pass_time(seconds=119)
    kept = desk.calls.get("call-1")
    assert kept is not None and kept.memory == {"last": "您好"}
    moment.pass_time(seconds=1)
    assert desk.calls.get("call-1") is None
    assert not desk.calls.keep("call-1", _SECONDS)
    assert not desk.calls.open("call-1", _SECONDS)
    assert [lost.id for lost in desk.calls.run_out()] == ["call-1"]


def test_the_same_call_at_the_same_instant_is_one(desk: Desk) -> None:
    with ThreadPoolExecutor(8) as pool:
        opened = list(pool.map(lambda _: desk.calls.open("call-1", _SECONDS), range(8)))
    assert opened == [True] * 8
    with desk.store.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(calls)) == 1


def test_the_end_closes_the_conversation_and_forgets_what_was_said(
    desk: Desk, moment: Moment
) -> None:
    conversation_id = ring(desk)
    desk.calls.keep("call-1", _SECONDS, {"caller": "13800000004"})
    assert desk.calls.end("call-1", "client-disconnected")
    assert not desk.calls.end("call-1", "client-disconnected")
    assert state(desk, conversation_id) is ConversationState.CLOSED
    with desk.store.reading() as session:
        assert session.scalar(sa.select(calls.c.memory)) == {}
    moment.pass_time(hours=25)
    desk.calls.forget()
    with desk.store.reading() as session:
        assert session.scalar(sa.select(calls.c.id)) is None


def test_who_rings_again_is_somebody_new(desk: Desk) -> None:
    first = ring(desk)
    desk.calls.end("call-1", "over")
    assert ring(desk, "call-2") != first


def test_a_conversation_with_a_person_outlives_the_call(desk: Desk) -> None:
    conversation_id = ring(desk)
    desk.handoff.request(conversation_id, "asked", key="k")
    assert desk.calls.end("call-1", "transferred")
    assert state(desk, conversation_id) is ConversationState.QUEUED


def test_what_an_ended_call_cannot_hear_goes_by_sms(desk: Desk) -> None:
    conversation_id = ring(desk)
    desk.handoff.request(conversation_id, "asked", key="k")
    desk.identity.send_code(conversation_id, "13800000004", key="code")
    desk.people.callbacks.register(conversation_id, "13800000004", key="back")
    waiting = say(desk, conversation_id, "还在线上", Author.SYSTEM, None)
    assert desk.calls.unheard() == 0
    desk.calls.end("call-1", "client-disconnected")
    bot = say(desk, conversation_id, "机器人的话", Author.BOT, None)
    greeting = say(desk, conversation_id, "您好，我是客服李晓", Author.AGENT, None)
    typed = say(desk, conversation_id, "师傅明天到", Author.AGENT, "agent:1:x")
    assert desk.calls.unheard() >= 4
    assert desk.calls.unheard() == 0
    with desk.store.reading() as session:
        rows = session.execute(sa.select(outbox.c.recipient, outbox.c.text, outbox.c.channel))
        texts = {row.text: row.recipient for row in rows if row.channel == "sms"}
        assert texts["师傅明天到"] == texts["还在线上"] == "13800000004"
        lost = {one: session.get_one(Message, one).failed_at for one in (bot, greeting, typed)}
    assert lost[typed] is None
    assert lost[bot] is not None and lost[greeting] is not None
    assert waiting


def test_without_a_number_it_is_lost_and_that_shows(desk: Desk) -> None:
    conversation_id = ring(desk)
    desk.calls.end("call-1", "over")
    said = say(desk, conversation_id, "师傅明天到", Author.AGENT, "agent:1:x")
    assert desk.calls.unheard() == 1
    with desk.store.reading() as session:
        assert session.get_one(Message, said).failed_at is not None


def test_when_the_person_is_done_the_conversation_is_closed(desk: Desk) -> None:
    conversation_id = ring(desk)
    desk.handoff.request(conversation_id, "asked", key="k")
    desk.calls.end("call-1", "transferred")
    desk.staff.set_password("lixiao", "a password")
    agent, _ = desk.staff.sign_in("lixiao", "a password")
    desk.handoff.take(conversation_id, agent)
    desk.calls.unheard()
    assert state(desk, conversation_id) is ConversationState.HUMAN
    desk.handoff.close(conversation_id, agent, "好了", "resolved")
    desk.calls.unheard()
    assert state(desk, conversation_id) is ConversationState.CLOSED


def test_a_call_back_by_key_is_registered_once(desk: Desk) -> None:
    conversation_id = ring(desk)
    register = desk.people.callbacks.register
    assert register(conversation_id, "13800000004", key="early").number is None
    desk.handoff.request(conversation_id, "asked", key="k")
    with pytest.raises(InvalidPhone):
        register(conversation_id, "123", key="bad")
    assert register(conversation_id, None, key="none").number is None
    answer = register(conversation_id, "13800000004", key="back")
    assert answer.number is not None and "138****0004" in (answer.text or "")
    assert register(conversation_id, "13800000004", key="back") == answer
    assert state(desk, conversation_id) is ConversationState.BOT
    order = desk.work_order_view.one(answer.number)
    assert order["kind"] == "回电工单"
