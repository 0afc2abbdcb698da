"""The audit log: rows that each carry the hash of the one before, and what a check finds."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from desk.model.masking import mask_text

FIRST = "0" * 64  # what the first row names as the hash before it


@dataclass(frozen=True)
class AuditRow:
    seq: int
    at: datetime
    who: str
    role: str  # as it was then; empty for the command line
    what: str  # the name of an event, or of a look: `…Seen`
    subject: str
    details: str  # masked, as the JSON text that was hashed
    previous: str
    hash: str

    def expected_hash(self) -> str:
        at = self.at.astimezone(UTC).isoformat(timespec="microseconds")
        parts = [self.seq, at, self.who, self.role, self.what, self.subject, self.details]
        text = json.dumps([*parts, self.previous], ensure_ascii=False)
        return hashlib.sha256(text.encode("utf8", "surrogatepass")).hexdigest()


@dataclass(frozen=True)
class AuditFilter:
    who: str = ""
    what: str = ""
    subject: str = ""
    before: int | None = None  # rows older than this number


@dataclass(frozen=True)
class Verdict:
    """`broken` is the number of the first row that is not what was written; None: all are."""

    rows: int
    broken: int | None = None
    why: str = ""


def masked(details: Mapping[str, Any]) -> str:
    """What is kept of an event: its words without numbers, names and addresses."""
    return json.dumps(_masked(details), ensure_ascii=False, sort_keys=True, default=str)


def _masked(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _masked(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(one) for one in value]
    return mask_text(value) if isinstance(value, str) else value
