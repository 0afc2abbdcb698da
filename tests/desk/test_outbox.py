"""Outgoing messages: at least once, in order, retried ever slower, given up loudly."""

import sqlalchemy as sa

from desk.app import Desk
from desk.model.conversations import Delivery, Reply
from desk.store.tables import outbox
from tests.conftest import Moment
from tests.desk.concurrently import at_once
from tests.desk.talking import Customer


def say(desk: Desk, name: str, *texts: str) -> None:
    customer = Customer(desk, name)
    customer.hears(customer.says("问"), *texts)


def texts(deliveries: list[Delivery]) -> list[str]:
    return [delivery.text for delivery in deliveries]


def seconds_until_due(desk: Desk, moment: Moment) -> int | None:
    """Lets time pass until something would be claimed; None when nothing is left."""
    with desk.store.reading() as session:
        due = session.scalar(sa.select(sa.func.min(outbox.c.not_before)))
    if due is None:
        return None
    pause = int((due - moment.now).total_seconds())
    moment.pass_time(seconds=pause - 1)
    assert desk.outbox.claim(["rest"]) == []
    moment.pass_time(seconds=1)
    return pause


def test_what_was_said_goes_out_in_order_and_once(desk: Desk) -> None:
    say(desk, "wang", "一", "二")
    say(desk, "li", "三")
    assert desk.outbox.claim(["webchat"]) == []
    claimed = desk.outbox.claim(["rest"])
    assert [(d.recipient, d.text) for d in claimed] == [
        ("wang", "一"),
        ("wang", "二"),
        ("li", "三"),
    ]
    assert desk.outbox.claim(["rest"]) == []
    for delivery in claimed:
        desk.outbox.delivered(delivery.outbox_id)
        desk.outbox.delivered(delivery.outbox_id)
    _, said = desk.conversations.history("rest", "wang")
    assert all(message.delivered_at for message in said if message.author == "bot")


def test_who_crashed_after_claiming_gets_it_again(desk: Desk, moment: Moment) -> None:
    say(desk, "wang", "一")
    assert texts(desk.outbox.claim(["rest"])) == ["一"]
    moment.pass_time(seconds=29)
    assert desk.outbox.claim(["rest"]) == []
    moment.pass_time(seconds=1)
    (again,) = desk.outbox.claim(["rest"])
    assert (again.text, again.attempts) == ("一", 2)


def test_a_failed_message_keeps_the_later_ones_behind_it(desk: Desk, moment: Moment) -> None:
    say(desk, "wang", "一")
    say(desk, "li", "别人的")
    (first, other) = desk.outbox.claim(["rest"])
    desk.outbox.failed(first.outbox_id, "connection refused")
    desk.outbox.delivered(other.outbox_id)
    say(desk, "wang", "二")
    say(desk, "li", "还是别人的")
    assert texts(desk.outbox.claim(["rest"])) == ["还是别人的"]
    moment.pass_time(seconds=2)
    assert texts(desk.outbox.claim(["rest"])) == ["一", "二"]


def test_the_pauses_grow_and_then_it_is_given_up_loudly(desk: Desk, moment: Moment) -> None:
    say(desk, "wang", "一")
    pauses = []
    for _ in range(8):
        (delivery,) = desk.outbox.claim(["rest"])
        desk.outbox.failed(delivery.outbox_id, "x" * 300)
        pauses.append(seconds_until_due(desk, moment))
    assert pauses == [2, 4, 8, 16, 32, 64, 128, None]
    _, said = desk.conversations.history("rest", "wang")
    assert said[-1].failed_at is not None
    (lost,) = [e for e in desk.journal.after(0) if e.type == "DeliveryFailed"]
    assert (lost.data["channel"], len(lost.data["error"])) == ("rest", 200)
    assert lost.conversation_id is not None


def test_two_senders_never_get_the_same_message(desk: Desk) -> None:
    for number in range(12):
        say(desk, f"customer-{number}", f"{number}")
    results = at_once(*[lambda: desk.outbox.claim(["rest"])] * 3)
    claimed = [delivery.outbox_id for result in results for delivery in result]  # type: ignore[union-attr]
    assert len(claimed) == len(set(claimed))
    assert len(claimed) + len(desk.outbox.claim(["rest"])) == 12


def test_who_fetches_gets_everything_that_waits_once(desk: Desk) -> None:
    say(desk, "wang", "一", "二")
    say(desk, "li", "三")
    assert [m.text for m in desk.outbox.collect("rest", "wang")] == ["一", "二"]
    assert desk.outbox.collect("rest", "wang") == []
    assert texts(desk.outbox.claim(["rest"])) == ["三"]


def test_buttons_and_images_go_along(desk: Desk) -> None:
    customer = Customer(desk)
    buttons = ({"title": "好", "payload": "好"},)
    desk.inbox.finish(customer.says("问"), [Reply("一", buttons, "/static/a.svg")])
    (delivery,) = desk.outbox.claim(["rest"])
    assert delivery.message is not None
    assert (delivery.message.buttons, delivery.message.image) == (list(buttons), "/static/a.svg")
