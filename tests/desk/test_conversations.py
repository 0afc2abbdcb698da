"""Stored once, answered one at a time, in order, by whoever holds the newest fence."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from desk.app import Desk
from desk.model.conversations import Accepted, Claim, Reply, Turn
from desk.model.errors import StaleTurn
from tests.conftest import Moment
from tests.desk.concurrently import at_once
from tests.desk.talking import Customer


def test_the_same_message_id_is_one_message(desk: Desk) -> None:
    first = desk.inbox.accept("rest", "wang", "你好", "m-1")
    again = desk.inbox.accept("rest", "wang", "你好", "m-1")
    assert (first.repeated, again.repeated) == (False, True)
    assert again.message_id == first.message_id
    assert desk.inbox.backlog() == 1


def test_the_same_message_id_of_another_sender_is_another_message(desk: Desk) -> None:
    first = desk.inbox.accept("rest", "wang", "你好", "m-1")
    other = desk.inbox.accept("rest", "li", "你好", "m-1")
    assert other.conversation_id != first.conversation_id
    assert not other.repeated


def test_deliveries_at_the_same_instant_are_stored_once(desk: Desk) -> None:
    start = threading.Barrier(8)

    def deliver() -> bool:
        start.wait()
        return desk.inbox.accept("rest", "wang", "宽带坏了", "same").repeated

    with ThreadPoolExecutor(8) as pool:
        repeated = list(pool.map(lambda _: deliver(), range(8)))
    assert repeated.count(False) == 1
    assert desk.inbox.backlog() == 1


def test_one_turn_at_a_time_in_order(desk: Desk) -> None:
    for number in range(3):
        desk.inbox.accept("rest", "wang", f"第{number}句", f"m-{number}")
    heard = []
    while (turn := desk.inbox.claim("a", 20)) is not None:
        assert desk.inbox.claim("b", 20) is None
        heard.append(turn.text)
        desk.inbox.finish(turn, [])
    assert heard == ["第0句", "第1句", "第2句"]


def test_two_workers_never_hold_one_conversation(desk: Desk) -> None:
    for number in range(6):
        for sender in ("wang", "li", "zhao"):
            desk.inbox.accept("rest", sender, f"{number}", f"m-{number}")
    held: set[str] = set()
    lock = threading.Lock()
    overlaps: list[str] = []
    order: dict[str, list[str]] = {}

    def work(owner: str) -> None:
        idle = 0
        while idle < 20:
            turn = desk.inbox.claim(owner, 60)
            if turn is None:
                idle += 1
                continue
            with lock:
                if turn.conversation_id in held:
                    overlaps.append(turn.conversation_id)
                held.add(turn.conversation_id)
                order.setdefault(turn.conversation_id, []).append(turn.text)
            with lock:
                held.discard(turn.conversation_id)
            desk.inbox.finish(turn, [Reply("好")])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, "abcd"))
    assert overlaps == []
    assert all(texts == [str(n) for n in range(6)] for texts in order.values())
    assert len(order) == 3


def test_a_worker_that_was_taken_over_cannot_write(desk: Desk, moment: Moment) -> None:
    slow = Customer(desk).says("宽带坏了")
    moment.pass_time(seconds=21)
    taken = desk.inbox.claim("other", 20)
    assert taken is not None
    assert taken.message_id == slow.message_id
    with pytest.raises(StaleTurn):
        desk.inbox.finish(slow, [Reply("来晚了")])
    desk.inbox.finish(taken, [Reply("准时")])
    _, said = desk.conversations.history("rest", "zhang")
    assert [message.text for message in said] == ["宽带坏了", "准时"]


def test_a_restarted_worker_goes_on_at_once(desk: Desk) -> None:
    held = Customer(desk).says("宽带坏了")
    assert desk.inbox.release_leases("worker") == 1
    again = desk.inbox.claim("worker", 20)
    assert again is not None
    assert again.message_id == held.message_id
    with pytest.raises(StaleTurn):
        desk.inbox.finish(held, [])


def test_a_turn_is_finished_once(desk: Desk) -> None:
    customer = Customer(desk)
    turn = customer.says("宽带坏了")
    customer.hears(turn, "好")
    with pytest.raises(StaleTurn):
        desk.inbox.finish(turn, [Reply("再一次")])
    _, said = desk.conversations.history("rest", "zhang")
    assert [message.text for message in said] == ["宽带坏了", "好"]


def test_a_postponed_message_keeps_its_place(desk: Desk, moment: Moment) -> None:
    customer = Customer(desk)
    turn = customer.says("第一句")
    desk.inbox.postpone(turn, 5, Reply("请稍等"))
    desk.inbox.accept("rest", "zhang", "第二句", "later")
    assert desk.inbox.claim("worker", 20) is None
    moment.pass_time(seconds=6)
    again = desk.inbox.claim("worker", 20)
    assert again is not None
    assert (again.text, again.attempts, again.notified) == ("第一句", 2, True)


def test_the_customer_is_told_once_that_it_takes_longer(desk: Desk) -> None:
    customer = Customer(desk)
    turn = customer.says("宽带坏了")
    desk.inbox.notify_slow(turn, Reply("请稍等"))
    desk.inbox.notify_slow(turn, Reply("请稍等"))
    customer.hears(turn, "好了")
    _, said = desk.conversations.history("rest", "zhang")
    assert [message.text for message in said] == ["宽带坏了", "请稍等", "好了"]


def test_history_goes_on_after_an_id(desk: Desk) -> None:
    customer = Customer(desk)
    customer.hears(customer.says("一"), "二")
    _, first = desk.conversations.history("rest", "zhang")
    customer.hears(customer.says("三"), "四")
    _, rest = desk.conversations.history("rest", "zhang", after=first[-1].id)
    assert [message.text for message in rest] == ["三", "四"]


def test_replies_belong_to_their_message(desk: Desk) -> None:
    customer = Customer(desk)
    turn: Turn = customer.says("套餐")
    customer.hears(turn, "畅享", "轻享")
    said = desk.outbox.collect("rest", "zhang", reply_to=turn.message_id)
    assert [m.text for m in said] == ["畅享", "轻享"]


def test_a_request_leaves_the_replies_to_later_messages(desk: Desk) -> None:
    customer = Customer(desk)
    first: Turn = customer.says("一")
    customer.hears(first, "答一")
    second: Turn = customer.says("二")
    customer.hears(second, "答二")
    said = desk.outbox.collect("rest", "zhang", reply_to=first.message_id)
    assert [m.text for m in said] == ["答一"]
    said = desk.outbox.collect("rest", "zhang", reply_to=second.message_id)
    assert [m.text for m in said] == ["答二"]


# -- stored and begun in one breath ----------------------------------------------------------------

MINE = Claim("gateway-1", 20)


def test_a_message_is_claimed_as_it_is_stored(desk: Desk) -> None:
    accepted = desk.inbox.accept("rest", "wang", "你好", "m-1", claim=MINE)
    assert accepted.turn is not None and accepted.turn.message_id == accepted.message_id
    assert desk.inbox.claim("gateway-2", 20) is None
    desk.inbox.finish(accepted.turn, [Reply("您好")])
    assert not desk.inbox.is_waiting(accepted.message_id)


def test_what_must_wait_its_turn_is_not_claimed(desk: Desk, moment: Moment) -> None:
    first = desk.inbox.accept("rest", "wang", "一", "m-1", claim=MINE)
    assert desk.inbox.accept("rest", "wang", "二", "m-2", claim=MINE).turn is None
    assert desk.inbox.accept("rest", "li", "别人", "m-1", claim=MINE).turn is not None
    assert first.turn is not None
    desk.inbox.finish(first.turn, [Reply("好")])
    # The second one waits: a third must not overtake it.
    assert desk.inbox.accept("rest", "wang", "三", "m-3", claim=MINE).turn is None
    second = desk.inbox.claim("gateway-1", 20)
    assert second is not None and second.text == "二"


def test_a_repeated_message_is_not_claimed_again(desk: Desk) -> None:
    desk.inbox.accept("rest", "wang", "一", "m-1", claim=MINE)
    again = desk.inbox.accept("rest", "wang", "一", "m-1", claim=MINE)
    assert again.repeated and again.turn is None


def test_two_messages_at_one_instant_are_claimed_once(desk: Desk) -> None:
    Customer(desk, "li").opens()

    def store(number: int) -> Callable[[], Accepted]:
        return lambda: desk.inbox.accept("rest", "li", "同时", f"m-{number}", claim=MINE)

    both = at_once(store(1), store(2))
    assert all(isinstance(accepted, Accepted) for accepted in both)
    assert sum(isinstance(a, Accepted) and a.turn is not None for a in both) == 1
