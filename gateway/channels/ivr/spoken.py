"""What goes to the telephone, whichever platform carries it: say, transfer, hang up. Pure."""

from dataclasses import asdict, dataclass
from typing import Any

KEY, CODE_KEYS, PHONE_KEYS, ANY_KEYS = 1, 6, 11, 20


@dataclass(frozen=True)
class Say:
    text: str
    keys: int = ANY_KEYS  # how many a caller may press before they count without "#"
    wait: float | None = None  # seconds of silence before we are asked again; None: the usual


@dataclass(frozen=True)
class Transfer:
    target: str
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class HangUp:
    reason: str


type Act = Say | Transfer | HangUp

_KINDS: dict[str, type[Say] | type[Transfer] | type[HangUp]] = {
    "say": Say,
    "transfer": Transfer,
    "hang_up": HangUp,
}
_NAMES = {kind: name for name, kind in _KINDS.items()}


def as_json(act: Act) -> dict[str, Any]:
    return {"act": _NAMES[type(act)], **asdict(act)}


def from_json(given: dict[str, Any]) -> Act:
    fields = {name: value for name, value in given.items() if name != "act"}
    if "headers" in fields:
        fields["headers"] = tuple((name, value) for name, value in fields["headers"])
    return _KINDS[given["act"]](**fields)
