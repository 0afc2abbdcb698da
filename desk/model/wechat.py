"""How much a WeChat service account may still say to somebody. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

# A little shorter than WeChat's 48 h and 1 min: our clock and the way there take some of it.
_AFTER_MESSAGE = timedelta(hours=48) - timedelta(minutes=2)
_AFTER_EVENT = timedelta(seconds=50)
_PER_MESSAGE, _PER_EVENT = 5, 3


@dataclass(frozen=True)
class Contact:
    """When a customer last wrote and last tapped, scanned or subscribed; what was sent since."""

    wrote_at: datetime | None
    acted_at: datetime | None
    sent: Sequence[datetime] = ()
    closed_at: datetime | None = None  # unsubscribed, or WeChat said that nothing more goes


def allowance(contact: Contact, now: datetime) -> int:
    """Messages that may still be sent. Never more than WeChat allows, whichever grant it charges:
    grants are not added up, and every message sent counts against each."""
    return max(
        _left(contact, contact.wrote_at, _PER_MESSAGE, _AFTER_MESSAGE, now),
        _left(contact, contact.acted_at, _PER_EVENT, _AFTER_EVENT, now),
    )


def _left(
    contact: Contact, granted_at: datetime | None, count: int, span: timedelta, now: datetime
) -> int:
    if granted_at is None or now >= granted_at + span:
        return 0
    if contact.closed_at is not None and contact.closed_at >= granted_at:
        return 0
    return max(0, count - sum(1 for at in contact.sent if at >= granted_at))


@dataclass(frozen=True)
class AccessToken:
    token: str
    expires_at: datetime
