"""What the desk keeps for WeCom customer service, on both databases: readings, codes, people."""

from concurrent.futures import ThreadPoolExecutor

import sqlalchemy as sa

from desk.app import Desk
from desk.model.conversations import Author, Message, Reply
from desk.services import conversations
from desk.store.tables import messages
from tests.conftest import Moment

KFID, SENDER = "wk-1", "wk-1/wm-1"


def _opened(desk: Desk) -> str:
    accepted = desk.inbox.accept("wecom", SENDER, "你好", "m1")
    turn = desk.inbox.claim("worker", 20)
    assert turn is not None
    desk.inbox.finish(turn, [Reply("您好")])
    return accepted.conversation_id


def test_an_account_is_read_by_one_and_on_from_where_it_was(desk: Desk, moment: Moment) -> None:
    reading = desk.wecom.reading
    assert reading.claim() is None
    reading.called(KFID, "t-1")
    first = reading.claim()
    assert first is not None
    assert (first.cursor, first.token) == ("", "t-1")
    assert reading.claim() is None
    reading.keep(KFID, "5")
    reading.called(KFID, "t-2")  # while it is read
    reading.done(first)
    second = reading.claim()
    assert second is not None
    assert (second.cursor, second.token) == ("5", "t-2")
    reading.done(second)
    assert reading.claim() is None


def test_a_reading_that_broke_off_is_taken_up_with_or_without_its_token(
    desk: Desk, moment: Moment
) -> None:
    reading = desk.wecom.reading
    reading.called(KFID, "t-1")
    assert reading.claim() is not None
    moment.pass_time(seconds=61)
    again = reading.claim()
    assert again is not None
    assert again.token == "t-1"
    reading.later(again, 5)
    assert reading.claim() is None
    moment.pass_time(minutes=10)
    late = reading.claim()
    assert late is not None
    assert late.token is None


def test_calls_at_one_instant_are_one_reading(desk: Desk) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: desk.wecom.reading.called(KFID, f"t-{number}"), range(8)))
        found = list(pool.map(lambda _: desk.wecom.reading.claim(), range(8)))
    assert len([one for one in found if one is not None]) == 1


def test_a_code_is_used_once_and_in_time(desk: Desk, moment: Moment) -> None:
    codes = desk.wecom.codes
    codes.keep(SENDER, "old", 20)
    codes.keep(SENDER, "new", 20)
    assert codes.is_there(SENDER)
    with ThreadPoolExecutor(4) as pool:
        taken = list(pool.map(lambda _: codes.take(SENDER), range(4)))
    assert sorted(filter(None, taken)) == ["new"]
    codes.keep(SENDER, "late", 20)
    moment.pass_time(seconds=20)
    assert not codes.is_there(SENDER)
    assert codes.take(SENDER) is None


def test_only_a_message_grants_messages(desk: Desk) -> None:
    desk.inbox.accept("wecom", SENDER, "你好", "wm-entered")
    assert not desk.wecom.quota.take(SENDER, 1)
    desk.inbox.accept("wecom", SENDER, "你好", "m1")
    assert desk.wecom.quota.take(SENDER, 5)
    assert not desk.wecom.quota.take(SENDER, 1)


def test_what_was_lost_is_marked_once(desk: Desk) -> None:
    conversation = _opened(desk)
    with desk.store.reading() as session:
        said = session.scalars(
            sa.select(Message).where(
                messages.c.conversation_id == conversation, messages.c.author == Author.BOT
            )
        ).one()
    lost = desk.wecom.failures.not_delivered
    assert lost("wk-1/wm-2", said.id, said.id, "5") == 0
    assert lost(SENDER, said.id - 1, said.id, "5") == 1
    assert lost(SENDER, said.id - 1, said.id, "5") == 0
    with desk.store.reading() as session:
        assert session.get_one(Message, said.id).failed_at is not None


def test_people_elsewhere_take_speak_and_give_back(desk: Desk) -> None:
    conversation, outside = _opened(desk), desk.people.outside
    desk.handoff.request(conversation, "asked", key="h-1")
    assert outside.took(conversation, "wecom")
    assert not outside.took(conversation, "wecom")
    assert desk.handoff.position(conversation) == 0
    for _ in range(2):
        outside.said(conversation, "lixiao", "我是李晓", "mm-1")
    with desk.store.reading() as session:
        words = session.scalars(sa.select(messages.c.text).order_by(messages.c.id))
        assert list(words).count("我是李晓") == 1
    assert outside.done(conversation, "wecom", tell=False)
    assert not outside.done(conversation, "wecom", tell=False)
    # The next time starts anew.
    assert desk.handoff.request(conversation, "asked", key="h-2").position == 1


def test_what_our_agent_holds_is_not_given_back_by_others(desk: Desk) -> None:
    conversation = _opened(desk)
    desk.handoff.request(conversation, "asked", key="h-1")
    desk.staff.set_password("lixiao", "a password")
    agent, _ = desk.staff.sign_in("lixiao", "a password")
    desk.handoff.take(conversation, agent)
    assert not desk.people.outside.took(conversation, "wecom")
    assert not desk.people.outside.done(conversation, "wecom", tell=True)
    with desk.store.writing() as work:
        assert conversations.get(work, conversation).state == "human"
