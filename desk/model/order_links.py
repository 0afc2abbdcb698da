"""What an order is tied to, and what lies with it: links and attachments."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class LinkKind(StrEnum):
    SAME_MATTER = "same_matter"
    PARENT_INCIDENT = "parent_incident"
    FOLLOW_UP = "follow_up"


LINK_LABELS = {
    LinkKind.SAME_MATTER: "同一事项",
    LinkKind.PARENT_INCIDENT: "所属故障",
    LinkKind.FOLLOW_UP: "后续于",
}


@dataclass(eq=False)
class OrderLink:
    """`number` is tied to `to`, another order or an incident."""

    number: str
    kind: LinkKind
    to: str
    at: datetime
    actor: str
    id: int = field(init=False)


@dataclass(eq=False)
class Attachment:
    """A file with an order. Its content lies in the data directory under its own hash."""

    number: str
    sha256: str
    name: str
    media_type: str
    size: int
    at: datetime
    actor: str
    id: int = field(init=False)


# The first bytes say what a file is; its name may say anything.
_SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (0, b"%PDF-", "application/pdf"),
    (4, b"ftyp", "video/mp4"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"#!AMR", "audio/amr"),
)


def media_type(content: bytes) -> str | None:
    """What a file is by its content; None when it is nothing we know."""
    for start, signature, kind in _SIGNATURES:
        if content[start : start + len(signature)] == signature:
            return kind
    return None
