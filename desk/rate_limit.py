"""A brake per sender: a steady rate and how much at once (token bucket)."""

from collections import OrderedDict
from collections.abc import Callable

_REMEMBERED = 50_000


class RateLimit:
    def __init__(self, per_minute: int, now: Callable[[], float], burst: int | None = None) -> None:
        self._burst, self._rate, self._now = float(burst or per_minute), per_minute / 60, now
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def seconds_to_wait(self, sender: str) -> float:
        """0 when the message may pass; otherwise how long the sender should wait."""
        now = self._now()
        level, seen = self._levels.pop(sender, (self._burst, now))
        level = min(self._burst, level + (now - seen) * self._rate)
        passes = level >= 1
        self._levels[sender] = (level - 1 if passes else level, now)
        if len(self._levels) > _REMEMBERED:
            self._levels.popitem(last=False)
        return 0.0 if passes else (1 - level) / self._rate
