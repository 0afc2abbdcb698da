"""附件: known by their content, kept once, refused with what is allowed."""

import pytest

from desk.app import Desk
from desk.model.errors import AttachmentRefused, UnknownWorkOrder
from desk.model.order_links import LinkKind, media_type
from desk.services.order_links import hanging_under, link, linked
from tests.desk.talking import Customer

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20


def filed(desk: Desk, name: str = "zhang") -> str:
    here = Customer(desk, name).opens()
    return desk.complaints.file(here, "网络", "网速慢", "修好", "13911112222", key=name).number


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0....JFIF", "image/jpeg"),
        (b"GIF89a....", "image/gif"),
        (b"RIFF1234WEBPVP8 ", "image/webp"),
        (b"%PDF-1.7 ...", "application/pdf"),
        (b"\x00\x00\x00\x18ftypmp42", "video/mp4"),
        (b"<svg onload=alert(1)>", None),
        (b"MZ\x90\x00", None),
        (b"", None),
        (b"\x89PN", None),
    ],
)
def test_the_content_says_what_it_is(content: bytes, kind: str | None) -> None:
    assert media_type(content) == kind


def test_a_file_is_kept_once_and_read_back(desk: Desk) -> None:
    number = filed(desk)
    first = desk.attachments.add(number, "../../modem.png", PNG, actor="lixiao")
    again = desk.attachments.add(number, "other.png", PNG, actor="chenyu")
    assert first.id == again.id and first.name == "modem.png"
    assert desk.attachments.content(desk.attachments.of(number)[0]) == PNG
    other = filed(desk, "li")
    desk.attachments.add(other, "modem.png", PNG, actor="lixiao")
    files = [p for p in (desk.settings.data_dir / "attachments").rglob("*") if p.is_file()]
    assert [file.name for file in files] == [first.sha256]
    assert desk.work_order_view.one(number)["attachments"] == [
        {"name": "modem.png", "type": "image/png", "size": len(PNG), "sha256": first.sha256}
    ]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"MZ program", "got an unknown type"),
        (b"", "expected 1 to"),
        (PNG + b"0" * (10 * 1024 * 1024), "expected 1 to 10485760 bytes"),
    ],
)
def test_what_is_refused(sqlite_desk: Desk, content: bytes, expected: str) -> None:
    number = filed(sqlite_desk)
    with pytest.raises(AttachmentRefused, match=expected):
        sqlite_desk.attachments.add(number, "a.png", content, actor="lixiao")
    assert sqlite_desk.attachments.of(number) == []


def test_no_order_no_file(sqlite_desk: Desk) -> None:
    with pytest.raises(UnknownWorkOrder):
        sqlite_desk.attachments.add("TS261121000000", "a.png", PNG, actor="lixiao")


def test_no_more_than_the_policy_says(sqlite_desk: Desk) -> None:
    number = filed(sqlite_desk)
    for one in range(20):
        sqlite_desk.attachments.add(number, "a.png", PNG + bytes([one]), actor="lixiao")
    with pytest.raises(AttachmentRefused, match="at most 20"):
        sqlite_desk.attachments.add(number, "a.png", PNG + b"x", actor="lixiao")


def test_links_are_written_once_and_seen_from_both_ends(desk: Desk) -> None:
    first, second = filed(desk), filed(desk, "li")
    with desk.store.writing() as work:
        assert link(work, second, LinkKind.SAME_MATTER, first)
        assert not link(work, second, LinkKind.SAME_MATTER, first)
        assert not link(work, first, LinkKind.SAME_MATTER, first)
        assert linked(work.session, second, LinkKind.SAME_MATTER) == [first]
        assert hanging_under(work.session, first, LinkKind.SAME_MATTER) == [second]
    for here, there, direction in ((first, second, "from"), (second, first, "to")):
        assert desk.work_order_view.one(here)["links"] == [
            {
                "kind": "same_matter",
                "label": "同一事项",
                "number": there,
                "direction": direction,
            }
        ]
