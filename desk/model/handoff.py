"""转人工: why, how urgently, and the packet of facts that goes along to the person.

Pure values. What a packet says is fixed when the conversation is queued; what comes later is read
in the conversation itself.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from statistics import median
from typing import Any

from desk.model.matters import likeness
from desk.model.work_orders import Priority


class Reason(StrEnum):
    """Why a conversation goes to a person; the words for staff are policy data."""

    ASKED = "asked"
    NOT_UNDERSTOOD = "not_understood"
    DIAGNOSIS_FAILED = "diagnosis_failed"
    SERIOUS_COMPLAINT = "serious_complaint"
    ANGRY = "angry"  # abuse
    ELDERLY = "elderly"
    VIP = "vip"
    BOT_FAILED = "bot_failed"
    DISTRESS = "distress"
    REPEATED = "repeated"
    IDENTITY_LOCKED = "identity_locked"
    UNSUPPORTED = "unsupported"
    PREPARED = "prepared"


class Mark(StrEnum):
    """What makes somebody's need greater than another's."""

    VIP = "vip"
    ELDERLY = "elderly"
    URGENT = "urgent"  # an order that is open is urgent


class IdentityLevel(StrEnum):
    PROVEN = "proven"  # a code was entered, and the proof still holds
    KNOWN = "known"  # proved once in this conversation; the proof has ended
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class DraftTold:
    """A flow that was left half done: what was filled in so far."""

    kind: str  # of the policy's `drafts`
    values: dict[str, Any]
    matter: str | None = None  # the intent that began it, where one kind serves several


@dataclass(frozen=True)
class Told:
    """What only the dialogue knows when it hands over; everything else the desk looks up."""

    intent: str | None = None  # of the message that led here: not on its row yet
    also: str | None = None  # the intent of another matter the customer named
    declined: tuple[str, ...] = ()  # what was not given: identity, phone
    drafts: tuple[DraftTold, ...] = ()


@dataclass(frozen=True)
class Rank:
    """A place in the queue by need: lower numbers are served first."""

    number: int
    name: str
    priority: Priority


@dataclass(frozen=True)
class Who:
    identity: IdentityLevel
    identity_label: str
    marks: tuple[Mark, ...] = ()
    mark_labels: tuple[str, ...] = ()
    name: str | None = None
    phone: str | None = None  # masked


@dataclass(frozen=True)
class Heard:
    """One matter the customer named, as the dialogue understood it."""

    matter: str
    said: str
    at: datetime


@dataclass(frozen=True)
class Step:
    question: str
    answer: str
    said: str
    at: datetime | None


@dataclass(frozen=True)
class Tried:
    """One diagnosis: its steps with times, and what the line measured."""

    title: str
    state: str
    started_at: datetime
    steps: tuple[Step, ...]
    reading: str | None = None
    read_at: datetime | None = None


@dataclass(frozen=True)
class Denial:
    asked: str
    said: str
    at: datetime | None


@dataclass(frozen=True)
class Mood:
    name: str
    label: str
    because: str | None = None  # the words that show it


@dataclass(frozen=True)
class Draft:
    """An order that could be written: its parts by label, and what is still missing."""

    title: str
    filled: tuple[tuple[str, str], ...]
    missing: tuple[str, ...]


@dataclass(frozen=True)
class OpenOrder:
    number: str
    kind: str
    state: str
    promised_at: datetime


@dataclass(frozen=True)
class SimilarCase:
    """A closed order that reads alike: what it was and what came of it. Nobody's data."""

    number: str
    about: str
    result: str | None
    likeness: float


@dataclass(frozen=True)
class Before:
    """An earlier talk with a person: what came of it."""

    at: datetime
    agent: str | None
    disposition: str | None
    note: str | None


@dataclass(frozen=True)
class Packet:
    """All that the bot knows, for the person who goes on."""

    who: Who
    reason: str
    reason_label: str
    rank: str
    requested_at: datetime
    wants: str | None = None  # the newest matter
    also: str | None = None  # another one, named but not begun
    heard: tuple[Heard, ...] = ()
    tried: tuple[Tried, ...] = ()
    denied: tuple[Denial, ...] = ()
    mood: Mood | None = None
    drafts: tuple[Draft, ...] = ()
    orders: tuple[OpenOrder, ...] = ()
    next_step: str = ""
    similar: tuple[SimilarCase, ...] = ()
    before: tuple[Before, ...] = ()


@dataclass(eq=False)
class HandoffPacket:
    """The packet as kept: one row for each time a conversation was queued."""

    handoff_id: int
    conversation_id: str
    content: dict[str, Any]
    at: datetime


@dataclass(frozen=True)
class PersonResult:
    """What a person achieved, for the bot that goes on."""

    handoff_id: int
    agent: str | None
    disposition: str
    words: str  # the disposition as customers read it
    settled: bool  # nothing of what was begun before is still to be done
    closed_at: datetime


@dataclass(frozen=True)
class Pace:
    """How fast people have been answering: what is measured, nothing assumed."""

    waits: tuple[float, ...]  # seconds until taken
    handlings: tuple[float, ...]  # seconds from taken to closed
    places: int  # conversations all who are there could hold at once
    held: int  # of them taken


def expected_wait(position: int, pace: Pace, least: int) -> float | None:
    """Seconds until a person answers whoever is at `position`; None when nobody can say.

    A free place costs the usual wait. Without one, as many conversations must end first as are
    missing, and those under way end one after the other at the usual length.
    """
    if pace.places == 0 or len(pace.waits) < least:
        return None
    usual = median(pace.waits)
    missing = position - max(pace.places - pace.held, 0)
    if missing <= 0:
        return usual
    if len(pace.handlings) < least:
        return None
    return max(usual, missing * median(pace.handlings) / pace.places)


@dataclass(frozen=True)
class Case:
    """A closed order as it is compared."""

    number: str
    text: str


def most_alike(
    text: str, cases: Iterable[Case], *, least: float, at_most: int
) -> list[SimilarCase]:
    """The cases that read most like `text`, best first; among equals the newest, given first."""
    measured = [(likeness(text, case.text), case) for case in cases]
    near = sorted((one for one in measured if one[0] >= least), key=lambda one: -one[0])
    return [SimilarCase(c.number, c.text, None, round(share, 2)) for share, c in near[:at_most]]


def denials(
    talk: Sequence[tuple[bool, str, str | None, datetime]], intents: frozenset[str]
) -> list[Denial]:
    """Where the customer said no, with the question it answered.

    `talk` is (by the customer, text, intent, at), oldest first.
    """
    found: list[Denial] = []
    asked = ""
    for by_customer, text, intent, at in talk:
        if not by_customer:
            asked = text
        elif intent in intents and asked:
            found.append(Denial(asked, text, at))
    return found
