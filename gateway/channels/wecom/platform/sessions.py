"""Customers of the local WeCom: whose their session is and what may still be said to them. Pure."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

_MESSAGE_SECONDS, _MESSAGES = 48 * 3600.0, 5
OUT_OF_COUNT, OUT_OF_TIME, WRONG_STATE, BAD_CODE = 95001, 95002, 95018, 95000
NEW, BOT, POOL, PERSON, ENDED = range(5)
_MOVES = {NEW: {BOT, POOL, PERSON}, BOT: {POOL, PERSON}, POOL: {PERSON}, PERSON: {PERSON, ENDED}}
_QUEUE_SECONDS, _END_SECONDS, WELCOME_SECONDS = 48 * 3600.0, 20.0, 20.0


@dataclass
class Shown:
    """One thing on a customer's screen. `by`: bot, code, person or own."""

    by: str
    text: str
    choices: list[str] = field(default_factory=list)


@dataclass
class Customer:
    open_kfid: str
    external_userid: str
    now: Callable[[], float]
    state: int = NEW
    screen: list[Shown] = field(default_factory=list)
    refuses: bool = False  # takes nothing, though the platform says yes
    wrote_at: float = float("-inf")
    left: int = 0
    codes: dict[str, float] = field(default_factory=dict)  # code → good until
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def wrote(self) -> None:
        self.wrote_at, self.left = self.now(), _MESSAGES
        if self.state == ENDED:
            self.state = NEW

    def move(self, to: int, by: str = "") -> int:
        """0 or the error code; `by` has to be somebody for a person."""
        if to not in _MOVES.get(self.state, ()) or (to == PERSON and not by):
            return WRONG_STATE
        self.state = to
        return 0

    def code_of_move(self) -> str | None:
        """What may be said once about the move that was just made."""
        if self.state not in (POOL, PERSON, ENDED):
            return None
        return self.new_code(_END_SECONDS if self.state == ENDED else _QUEUE_SECONDS)

    def new_code(self, seconds: float) -> str:
        code = f"code-{self.external_userid}-{next(self._numbers)}"
        self.codes[code] = self.now() + seconds
        return code

    def may_greet(self) -> bool:
        """A greeting is for whom nothing was said to for 48 hours."""
        return self.wrote_at <= self.now() - _MESSAGE_SECONDS

    def take(self) -> int:
        """Use up one message of the quota; 0 or the error code."""
        if self.state not in (NEW, BOT):
            return WRONG_STATE
        if self.wrote_at <= self.now() - _MESSAGE_SECONDS:
            return OUT_OF_TIME
        if not self.left:
            return OUT_OF_COUNT
        self.left -= 1
        return 0

    def use(self, code: str) -> int:
        return 0 if self.codes.pop(code, 0.0) > self.now() else BAD_CODE

    def texts(self, *by: str) -> list[str]:
        """What came in the given ways; without any: everything but their own."""
        return [one.text for one in self.screen if one.by in by or (not by and one.by != "own")]
