"""What staff keep beside conversations and orders: notes, signs of presence, their own views."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from desk.model.conversations import Author


class NoteKind(StrEnum):
    NOTE = "note"  # for every colleague
    WHISPER = "whisper"  # from a supervisor to whoever talks with the customer


@dataclass(eq=False)
class Note:
    """Written beside a conversation. In a table of its own, so that no channel can send it."""

    conversation_id: str
    kind: NoteKind
    by: str
    text: str
    at: datetime
    to_agent: int | None = None  # whom a whisper is for
    id: int = field(init=False)


@dataclass(eq=False)
class Sign:
    """What passes: whether one side types, and how far it has read. One row for each side."""

    conversation_id: str
    author: Author
    at: datetime
    typing_until: datetime | None = None
    read_to: int = 0


@dataclass(frozen=True)
class SignNow:
    """A sign as it stands at the moment of asking."""

    conversation_id: str
    author: Author
    typing: bool
    read_to: int


@dataclass(eq=False)
class SavedView:
    """A filter of the order board that an agent keeps under a name."""

    agent_id: int
    name: str
    filter: dict[str, Any]
    at: datetime
    id: int = field(init=False)


@dataclass(frozen=True)
class BoardFilter:
    """What the order board shows. Empty means everything; `state` is one, "open" or "all"."""

    state: str = "open"
    query: str = ""
    kind: str = ""
    area: str = ""
    priority: str = ""
    team: str = ""
    overdue: bool = False


@dataclass(frozen=True)
class StaffOrder:
    """What an agent says of an order to be opened for the customer they talk with."""

    kind: str
    description: str
    phone: str = ""
    priority: str = ""
    category: str = ""
