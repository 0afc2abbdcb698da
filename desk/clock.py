"""Time and chance, injected everywhere so that tests decide both."""

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta


def _utc_now() -> datetime:
    return datetime.now(UTC)


# A difference this small is the clock being kept in step, not thrown off it.
_DRIFT = timedelta(seconds=2)
# A jump that stays this long is the right time after all.
_BELIEVED_AFTER = 120.0


def _seconds_since_boot() -> float:
    """Goes on while the machine sleeps or a process is stopped; never jumps."""
    clock = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
    return time.clock_gettime(clock)


class SteadyTime:
    """Wall time in which a jump of the machine's clock (± 1 h) is not believed for two minutes.

    Whoever sets the clock back by mistake and puts it right again fires no timer early or late.
    """

    def __init__(
        self,
        wall: Callable[[], datetime] = _utc_now,
        elapsed: Callable[[], float] = _seconds_since_boot,
    ) -> None:
        self._wall, self._elapsed = wall, elapsed
        self._anchor = (wall(), elapsed())
        self._strange_since: float | None = None
        self._lock = threading.Lock()

    def __call__(self) -> datetime:
        with self._lock:
            wall, elapsed = self._wall(), self._elapsed()
            expected = self._anchor[0] + timedelta(seconds=elapsed - self._anchor[1])
            if abs(wall - expected) > _DRIFT:
                if self._strange_since is None:
                    self._strange_since = elapsed
                if elapsed - self._strange_since < _BELIEVED_AFTER:
                    return expected
            self._anchor, self._strange_since = (wall, elapsed), None
            return wall


@dataclass(frozen=True)
class Clock:
    """`now()` is aware UTC. Tests pass `Clock(lambda: moment)`."""

    now: Callable[[], datetime] = field(default=_utc_now)


@dataclass(frozen=True)
class Chance:
    """Random digits and tokens; tests pass a seeded source."""

    below: Callable[[int], int] = field(default=secrets.randbelow)
    token: Callable[[], str] = field(default=lambda: secrets.token_urlsafe(18))
