"""What comes from the telephone, whichever platform carries it. Pure."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    BEGUN = "begun"  # the call is there, nothing was said
    WORDS = "words"
    KEYS = "keys"
    SILENCE = "silence"
    NOT_TRANSFERRED = "not_transferred"  # nobody took the call
    NOTED = "noted"  # needs no answer


@dataclass(frozen=True)
class Heard:
    """One thing heard in a call. `id` is the platform's: said twice it is answered once."""

    id: str
    kind: Kind
    text: str = ""
    caller: str = ""
