"""Time and chance, injected everywhere so that tests decide both."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Clock:
    """`now()` is aware UTC. Tests pass `Clock(lambda: moment)`."""

    now: Callable[[], datetime] = field(default=_utc_now)


@dataclass(frozen=True)
class Chance:
    """Random digits and tokens; tests pass a seeded source."""

    below: Callable[[int], int] = field(default=secrets.randbelow)
    token: Callable[[], str] = field(default=lambda: secrets.token_urlsafe(18))
