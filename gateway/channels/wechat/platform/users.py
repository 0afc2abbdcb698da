"""Followers of the local platform: what they saw, and how much may still be said to them. Pure."""

from collections.abc import Callable
from dataclasses import dataclass, field

_MESSAGE_SECONDS, _MESSAGES = 48 * 3600.0, 5
_EVENT_SECONDS, _EVENTS = 60.0, 3
OUT_OF_TIME, OUT_OF_COUNT, NOT_FOLLOWING = 45015, 45047, 43004


@dataclass
class Shown:
    """One thing on a follower's screen. `by`: passive, service, template, platform or own."""

    by: str
    text: str
    at: float
    choices: list[tuple[str, str]] = field(default_factory=list)  # (id, text) of a menu


@dataclass
class _Grant:
    until: float
    left: int


@dataclass
class User:
    openid: str
    now: Callable[[], float]
    following: bool = True
    takes_templates: bool = True
    screen: list[Shown] = field(default_factory=list)
    typing: int = 0
    acted_at: float = float("-inf")
    _message: _Grant | None = None
    _events: list[_Grant] = field(default_factory=list)

    def wrote(self) -> None:
        """A message of the user: five answers within 48 hours, counted anew."""
        self.acted_at = self.now()
        self._message = _Grant(self.now() + _MESSAGE_SECONDS, _MESSAGES)

    def acted(self) -> None:
        """Menu, scan or subscription: three answers within a minute."""
        self.acted_at = self.now()
        self._events = [one for one in self._events if one.until > self.now()]
        self._events.append(_Grant(self.now() + _EVENT_SECONDS, _EVENTS))

    def take(self) -> int:
        """Use up one message of the quota; 0 or the error code."""
        if not self.following:
            return NOT_FOLLOWING
        grants = [*self._events, *([self._message] if self._message else [])]
        alive = [one for one in grants if one.until > self.now()]
        if not alive:
            return OUT_OF_TIME
        for grant in alive:
            if grant.left:
                grant.left -= 1
                return 0
        return OUT_OF_COUNT

    def show(self, by: str, text: str, choices: list[tuple[str, str]] | None = None) -> None:
        self.screen.append(Shown(by, text, self.now(), choices or []))

    def texts(self, *by: str) -> list[str]:
        """What came in the given ways, oldest first; without any: everything but their own."""
        return [one.text for one in self.screen if one.by in by or (not by and one.by != "own")]
