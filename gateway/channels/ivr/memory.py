"""What a call has in mind between two turns; kept with the call, so that any process goes on."""

from dataclasses import asdict, dataclass, field, replace
from typing import Any

from gateway.channels.choices import Button
from gateway.channels.ivr.spoken import ANY_KEYS, Act, as_json, from_json

_ANSWERS = 20  # a platform repeats what it got no answer to, not what was said long ago


@dataclass
class Memory:
    caller: str = ""  # the number shown by the network: a hint, never a proof
    last: str = ""  # what was said last
    keys: int = ANY_KEYS
    choices: list[Button] = field(default_factory=list)
    aside: list[Button] | None = None  # the choices, while something smaller is asked
    rest: list[str] = field(default_factory=list)  # sentences not told yet
    silent: int = 0  # times in a row that nothing was heard
    pending: int | None = None  # a message whose turn takes long
    number: str = ""  # read back, waiting for a yes
    asks_phone: bool = False
    calling_back: bool = False  # nobody is there; a call-back was offered
    transferred: bool = False
    elderly: bool = False
    answers: list[list[Any]] = field(default_factory=list)  # [activity id, what was answered]

    def answer_to(self, activity_id: str) -> list[Act] | None:
        """What this activity was answered, when it had been heard before."""
        for known, acts in self.answers:
            if known == activity_id:
                return [from_json(act) for act in acts]
        return None

    def answered(self, activity_id: str, acts: list[Act]) -> None:
        self.answers.append([activity_id, [as_json(act) for act in acts]])
        del self.answers[:-_ANSWERS]

    def forget_question(self) -> None:
        """Something else is asked now."""
        fresh = Memory()
        self.choices, self.rest, self.keys = fresh.choices, fresh.rest, fresh.keys
        self.number, self.asks_phone, self.aside = fresh.number, fresh.asks_phone, fresh.aside
        self.calling_back, self.pending = fresh.calling_back, fresh.pending

    def put_aside(self, instead: list[Button]) -> None:
        """A smaller question comes in between; `take_up` goes back to the one before."""
        self.aside = self.choices if self.aside is None else self.aside
        self.choices = instead

    def take_up(self) -> None:
        if self.aside is not None:
            self.choices, self.aside = self.aside, None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "Memory":
        return replace(cls(), **kept)
