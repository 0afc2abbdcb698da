"""What the desk keeps for the WeChat account, on both databases: quota, token, parked messages."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa

from desk.app import Desk
from desk.model.conversations import Author, Conversation, Reply
from desk.model.wechat import Contact, allowance
from desk.services import conversations
from desk.store.tables import conversations_table, outbox
from tests.conftest import START, Moment

_MINUTE, _HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.mark.parametrize(
    ("wrote", "acted", "sent", "closed", "left"),
    [
        (None, None, 0, None, 0),
        (_HOUR, None, 0, None, 5),
        (_HOUR, None, 3, None, 2),
        (_HOUR, None, 9, None, 0),
        (47 * _HOUR, None, 0, None, 5),
        (48 * _HOUR, None, 0, None, 0),
        (None, _MINUTE / 2, 0, None, 3),
        (None, _MINUTE, 0, None, 0),
        (_HOUR, _MINUTE / 2, 5, None, 3),
        (_HOUR, None, 0, _HOUR / 2, 0),
        (_HOUR, None, 0, 2 * _HOUR, 5),
    ],
)
def test_how_much_may_be_said(
    wrote: timedelta | None,
    acted: timedelta | None,
    sent: int,
    closed: timedelta | None,
    left: int,
) -> None:
    """All times are ago; what was sent was sent 40 minutes ago."""
    contact = Contact(
        START - wrote if wrote else None,
        START - acted if acted else None,
        [START - 40 * _MINUTE] * sent,
        START - closed if closed else None,
    )
    assert allowance(contact, START) == left


def _wrote(desk: Desk, message_id: str) -> Conversation:
    accepted = desk.inbox.accept("wechat", "o-1", "你好", message_id)
    with desk.store.reading() as session:
        return session.get_one(Conversation, accepted.conversation_id)


def test_the_quota_is_taken_whole_or_not_at_all(desk: Desk, moment: Moment) -> None:
    quota = desk.wechat.quota
    assert not quota.take("o-1", 1)
    _wrote(desk, "m1")
    moment.pass_time(minutes=1)
    assert quota.take("o-1", 3) and not quota.take("o-1", 3) and quota.take("o-1", 2)
    quota.give_back("o-1", 1)
    assert quota.take("o-1", 1) and not quota.take("o-1", 1)
    moment.pass_time(seconds=1)
    _wrote(desk, "em2")  # a tap on a menu: three within a minute
    assert quota.take("o-1", 2) and not quota.take("o-1", 2)
    moment.pass_time(minutes=5)
    assert not quota.take("o-1", 1)
    _wrote(desk, "m3")
    assert quota.take("o-1", 5)
    assert quota.take("o-1", 0)


def test_two_processes_do_not_both_take_the_last_message(desk: Desk, moment: Moment) -> None:
    _wrote(desk, "m1")
    moment.pass_time(seconds=1)
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda _: desk.wechat.quota.take("o-1", 1), range(16)))
    assert taken.count(True) == 5


def test_one_process_at_a_time_fetches_the_token(desk: Desk, moment: Moment) -> None:
    tokens = desk.wechat.tokens
    with ThreadPoolExecutor(8) as pool:
        allowed = list(pool.map(lambda _: tokens.may_fetch("wx1"), range(8)))
    assert allowed.count(True) == 1
    assert tokens.current("wx1") is None
    tokens.store("wx1", "t" * 600, 7200)
    known = tokens.current("wx1")
    assert known is not None and known.token == "t" * 600
    assert tokens.may_fetch("wx1") and not tokens.may_fetch("wx1")
    moment.pass_time(seconds=31)  # who had the lease died
    assert tokens.may_fetch("wx1")
    tokens.not_fetched("wx1")
    assert tokens.may_fetch("wx1")
    moment.pass_time(hours=2)
    assert tokens.current("wx1") is None


def test_parked_messages_wait_for_the_customer_and_keep_nobody_back(desk: Desk) -> None:
    talk = _wrote(desk, "m1")

    def say(text: str) -> None:
        with desk.store.writing() as work:
            found = conversations.get(work, talk.id)
            conversations.say(work, found, Reply(text), author=Author.AGENT)

    say("一")
    (first,) = desk.outbox.claim(("wechat",))
    desk.outbox.park([first.outbox_id])
    assert desk.outbox.claim(("wechat",)) == []
    say("二")
    (second,) = desk.outbox.claim(("wechat",))
    assert second.text == "二"
    assert desk.outbox.claim_for("wechat", "o-1") == []  # the second is being sent
    desk.outbox.later([second.outbox_id], 60, "away")
    assert desk.outbox.claim(("wechat",)) == []
    again = desk.outbox.claim_for("wechat", "o-1")
    assert [(one.text, one.attempts) for one in again] == [("一", 1), ("二", 1)]
    desk.outbox.delivered(*(one.outbox_id for one in again))
    with desk.store.reading() as session:
        assert session.execute(sa.select(outbox)).all() == []


def test_who_is_answered_otherwise_is_left_alone(desk: Desk) -> None:
    talk = _wrote(desk, "m1")
    with desk.store.writing() as work:
        conversations.say(work, conversations.get(work, talk.id), Reply("一"))
    assert desk.outbox.claim(("wechat",), 50, ("o-1",)) == []
    assert len(desk.outbox.claim(("wechat",), 50, ("o-2",))) == 1


def test_first_messages_at_one_instant_open_one_conversation(desk: Desk) -> None:
    closed = _wrote(desk, "m1")
    with desk.store.writing() as work:
        conversations.get(work, closed.id).state = "closed"  # type: ignore[assignment]
    with ThreadPoolExecutor(8) as pool:
        accepted = list(
            pool.map(lambda _: desk.inbox.accept("wechat", "o-1", "在吗", "m2"), range(8))
        )
    assert sorted(one.repeated for one in accepted) == [False] + [True] * 7
    with desk.store.reading() as session:
        assert len(session.execute(sa.select(conversations_table)).all()) == 2


def test_old_rows_are_forgotten(desk: Desk, moment: Moment) -> None:
    _wrote(desk, "m1")
    assert desk.wechat.quota.take("o-1", 5)
    moment.pass_time(days=4)
    desk.tidy()
    _wrote(desk, "m2")
    assert desk.wechat.quota.take("o-1", 5)
