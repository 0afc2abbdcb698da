"""Access tokens as `stable_token` gives them: the same one while valid, two valid at the change."""

from collections.abc import Callable
from dataclasses import dataclass, field

_VALID, _OVERLAP = 7200.0, 300.0
_FORCED_PER_DAY, _FORCED_APART = 20, 30.0
INVALID, EXPIRED, DAILY_LIMIT, BUSY = 40001, 42001, 45009, -1


@dataclass
class TokenShop:
    now: Callable[[], float]
    made: list[tuple[str, float]] = field(default_factory=list)  # token, valid until
    forced_at: list[float] = field(default_factory=list)
    asked: int = 0

    def give(self, *, force: bool) -> tuple[str, float] | int:
        """(token, seconds it is valid), or an error code."""
        self.asked += 1
        now = self.now()
        if force:
            self.forced_at = [at for at in self.forced_at if at > now - 86400]
            if len(self.forced_at) >= _FORCED_PER_DAY:
                return DAILY_LIMIT
            if self.forced_at and now - self.forced_at[-1] < _FORCED_APART:
                return BUSY
            self.forced_at.append(now)
            self.made = [(token, min(until, now)) for token, until in self.made]
        if force or not self.made or self.made[-1][1] - now <= _OVERLAP:
            self.made.append((f"token-{len(self.made) + 1}-{'x' * 500}", now + _VALID))
        token, until = self.made[-1]
        return token, until - now

    def check(self, token: str) -> int:
        for known, until in self.made:
            if known == token:
                return 0 if until > self.now() else EXPIRED
        return INVALID

    def forget(self) -> None:
        """All tokens become invalid, as after a change of the secret."""
        self.made = [(f"forgotten-{token}", 0.0) for token, _ in self.made]
