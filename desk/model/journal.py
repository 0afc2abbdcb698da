"""The journal: what happened, append-only, in one order. Audit trail, push and reports read it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(eq=False)
class Event:
    """A fact in the past tense (`WorkOrderOpened`). `id` grows in commit order."""

    type: str
    at: datetime
    actor: str
    conversation_id: str | None = None
    work_order: str | None = None
    data: dict[str, Any] = field(default_factory=dict)
    id: int = field(init=False)
