"""照片: made clean, kept once, and put with the order they belong to."""

import os
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from PIL import Image

from desk.app import Desk
from desk.model.conversations import Reply
from desk.model.errors import AttachmentRefused, UnknownWorkOrder
from tests.conftest import Moment
from tests.desk.talking import Customer
from tests.photos import drawing, photo

PLACEHOLDER = "［图片］"


def sends(
    desk: Desk, name: str, address: str | None, message_id: str, channel: str = "webchat"
) -> tuple[str, int]:
    """A photo in a conversation: (conversation, message)."""
    accepted = desk.inbox.accept(channel, name, PLACEHOLDER, message_id, image=address)
    turn = desk.inbox.claim("worker", 20)
    assert turn is not None
    desk.inbox.finish(turn, [Reply("收到")])
    return accepted.conversation_id, accepted.message_id


def filed(desk: Desk, conversation_id: str, key: str = "1") -> str:
    receipt = desk.complaints.file(
        conversation_id, "网络", "光猫老是掉线", "修好", "13911112222", key=key
    )
    return receipt.number


def attached(desk: Desk, number: str) -> list[str]:
    return [one.sha256 for one in desk.attachments.of(number)]


def test_a_kept_picture_tells_nothing_about_where_it_was_taken(sqlite_desk: Desk) -> None:
    address = sqlite_desk.pictures.keep(photo(400, 300))
    kept = Image.open(BytesIO(sqlite_desk.pictures.content(address)))
    assert (kept.format, kept.size) == ("JPEG", (300, 400))
    assert not dict(kept.getexif())


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (photo(), ("JPEG", (30, 40))),
        (drawing("PNG"), ("PNG", (8, 8))),
        (drawing("WEBP"), ("PNG", (8, 8))),
        (photo(6000, 1000), ("JPEG", (427, 2560))),
        (photo() + b"<script>alert(1)</script>", ("JPEG", (30, 40))),
    ],
)
def test_pictures_are_drawn_anew(
    sqlite_desk: Desk, content: bytes, expected: tuple[str, tuple[int, int]]
) -> None:
    again = sqlite_desk.pictures.content(sqlite_desk.pictures.keep(content))
    with Image.open(BytesIO(again)) as kept:
        assert (kept.format, kept.size) == expected
    assert b"script" not in again


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "expected 1 to 10485760 bytes, got 0"),
        (b"0" * (10 * 1024 * 1024 + 1), "got 10485761"),
        (b"\xff\xd8\xff\xe0 no picture", "expected JPEG, PNG, WEBP, GIF"),
        (photo()[:200], "expected JPEG, PNG, WEBP, GIF"),
        (b"<svg onload='alert(1)'/>", "expected JPEG, PNG, WEBP, GIF"),
        (drawing(size=(9000, 9000)), "at most 50 megapixels, got 9000×9000"),
    ],
)
def test_what_is_no_picture_is_refused(sqlite_desk: Desk, content: bytes, expected: str) -> None:
    with pytest.raises(AttachmentRefused, match=expected):
        sqlite_desk.pictures.keep(content)


@pytest.mark.parametrize("name", ["../../secrets.toml", "a" * 64, "A" * 64, ""])
def test_only_kept_pictures_are_found(sqlite_desk: Desk, name: str) -> None:
    assert sqlite_desk.pictures.find(name) is None
    assert not sqlite_desk.pictures.is_kept(f"/pictures/{name}")


def test_what_no_message_shows_is_forgotten_after_a_day(sqlite_desk: Desk, moment: Moment) -> None:
    moment.now += timedelta(days=365)  # the files' own times are the machine's
    sent, unsent = sqlite_desk.pictures.keep(photo()), sqlite_desk.pictures.keep(drawing())
    sends(sqlite_desk, "zhang", sent, "photo-1")
    moment.pass_time(days=2)
    sqlite_desk.pictures.forget_unused()
    assert sqlite_desk.pictures.is_kept(sent) and not sqlite_desk.pictures.is_kept(unsent)


def test_a_photo_is_given_to_an_order_once(desk: Desk) -> None:
    here = Customer(desk, "zhang", "webchat").opens()
    number = filed(desk, here)
    conversation, message = sends(desk, "zhang", desk.pictures.keep(photo()), "photo-1")
    for key in ("1", "1", "2"):
        assert desk.order_pictures.give(conversation, number, message, key=f"photo-{key}") == number
    assert len(attached(desk, number)) == 1
    shown = desk.work_order_view.one(number)
    assert shown["attachments"][0]["name"] == "客户照片"
    assert "您补充了照片" in {step.text for step in desk.work_orders.progress(here, number).history}


def test_photos_from_before_belong_to_the_order_that_follows(desk: Desk, moment: Moment) -> None:
    sends(desk, "zhang", desk.pictures.keep(drawing()), "old")
    moment.pass_time(hours=25)
    conversation, _ = sends(desk, "zhang", desk.pictures.keep(photo()), "new")
    sends(desk, "li", desk.pictures.keep(photo(50, 50)), "another's")
    first = filed(desk, conversation)
    assert len(attached(desk, first)) == 1
    second = desk.spam.report(conversation, "02087654321", "天天打", key="2").number
    assert attached(desk, second) == []


def test_a_photo_on_its_way_follows(desk: Desk) -> None:
    """WeChat names a picture; it is fetched after the order has been opened."""
    conversation, message = sends(desk, "zhang", None, "photo-1", "wechat")
    desk.wechat.pictures.want(message, "media-1")
    number = filed(desk, conversation)
    assert attached(desk, number) == []
    wanted = desk.wechat.pictures.claim()
    assert wanted is not None
    assert desk.wechat.pictures.keep(wanted.message_id, photo())
    assert len(attached(desk, number)) == 1


def test_a_full_order_keeps_what_it_has(sqlite_desk: Desk) -> None:
    here = Customer(sqlite_desk, "zhang", "webchat").opens()
    number = filed(sqlite_desk, here)
    for size in range(20):
        sqlite_desk.attachments.add(number, "a", photo(40 + size), actor="lixiao")
    conversation, message = sends(
        sqlite_desk, "zhang", sqlite_desk.pictures.keep(photo(99, 99)), "m1"
    )
    with pytest.raises(AttachmentRefused, match="at most 20 files"):
        sqlite_desk.order_pictures.give(conversation, number, message, key="photo-1")
    assert len(attached(sqlite_desk, number)) == 20


def test_nobody_gives_the_photo_of_another_conversation(sqlite_desk: Desk) -> None:
    here = Customer(sqlite_desk, "zhang", "webchat").opens()
    number = filed(sqlite_desk, here)
    _, foreign = sends(sqlite_desk, "li", sqlite_desk.pictures.keep(photo()), "photo-1")
    with pytest.raises(UnknownWorkOrder):
        sqlite_desk.order_pictures.give(here, number, foreign, key="photo-1")


def test_a_picture_sent_again_is_not_forgotten_before_its_message(
    sqlite_desk: Desk, moment: Moment
) -> None:
    address = sqlite_desk.pictures.keep(photo())
    path = sqlite_desk.pictures.path(address.rsplit("/", 1)[1])
    os.utime(path, (0, 0))
    assert sqlite_desk.pictures.keep(photo()) == address
    moment.now = datetime.now(UTC)
    sqlite_desk.pictures.forget_unused()
    assert sqlite_desk.pictures.is_kept(address)


def test_a_lost_picture_does_not_keep_an_order_from_being_opened(sqlite_desk: Desk) -> None:
    address = sqlite_desk.pictures.keep(photo())
    conversation, _ = sends(sqlite_desk, "zhang", address, "photo-1")
    sqlite_desk.pictures.path(address.rsplit("/", 1)[1]).unlink()
    number = filed(sqlite_desk, conversation)
    assert attached(sqlite_desk, number) == []
    assert "PictureLost" in {e.type for e in sqlite_desk.journal.after(0)}
