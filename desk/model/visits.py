"""上门: the time slots of repair crews, and the visits booked in them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class VisitState(StrEnum):
    BOOKED = "booked"
    CANCELLED = "cancelled"


@dataclass(eq=False)
class Crew:
    """Technicians of an area: how many visits they make in one slot."""

    name: str
    area: str
    per_slot: int
    per_slot_off_days: int
    id: int = field(init=False)


@dataclass(eq=False)
class Visit:
    """A promised call of a crew at a customer's home. `place` is its seat in the slot."""

    order_number: str
    crew_id: int
    starts_at: datetime
    ends_at: datetime
    booked_at: datetime
    place: int | None  # None once cancelled: the seat is free again
    state: VisitState = VisitState.BOOKED
    id: int = field(init=False)


@dataclass(frozen=True)
class Slot:
    """A window on a day, as a customer may choose it."""

    id: str  # stable: 2026-11-22/08:00
    day: date
    starts_at: datetime
    ends_at: datetime
    label: str  # 明天 8–10点


@dataclass(frozen=True)
class SlotWish:
    """When a customer would like the visit: a day, an hour HH:MM or part of the day, soonest."""

    day: date | None = None
    time: str | None = None
    earliest: bool = False

    @property
    def given(self) -> bool:
        return self.earliest or self.day is not None or self.time is not None


@dataclass(frozen=True)
class PlannedVisit:
    """The visit of a repair order as its customer may see it."""

    order_number: str
    label: str | None  # None: no time has been agreed yet
    movable: bool


@dataclass(frozen=True)
class SlotOffer:
    """Free slots for a wish; `met` is False when they are only the nearest to it."""

    slots: tuple[Slot, ...]
    met: bool


@dataclass(frozen=True)
class VisitReceipt:
    order_number: str
    label: str
    promised_at: datetime


_ENDINGS = "区县市镇"  # customers say 城东 for 城东区


def named_area(text: str, areas: Iterable[str]) -> str | None:
    """The area a sentence names, in full or without its ending; of several the longest name."""
    named = (area for area in areas if area in text or area.rstrip(_ENDINGS) in text)
    return max(named, key=len, default=None)
