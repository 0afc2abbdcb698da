"""Other systems at the desk: who they are, what they may, what they said of an order, who listens.

A trouble ticket of TMF621 is a work order plus the row `Ticket` with what only the other system
knows. The mapping of names and states is the business of `api/`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from desk.model.work_orders import Kind, Priority, State, WorkOrder


class Scope(StrEnum):
    READ = "tickets:read"
    WRITE = "tickets:write"
    HUB = "hub:write"


class TicketSeverity(StrEnum):
    MINOR = "Minor"
    MAJOR = "Major"
    CRITICAL = "Critical"


@dataclass(eq=False)
class ApiKey:
    """A key of another system; only its hash is stored. No areas: it sees all of them."""

    name: str
    prefix: str  # the first letters, to recognise it in a list
    key_hash: str
    scopes: list[str]
    areas: list[str]
    per_minute: int
    created_at: datetime
    revoked_at: datetime | None = None
    id: int = field(init=False)


@dataclass(frozen=True)
class Caller:
    """Who is asking, as the services see it."""

    key_id: int
    name: str
    scopes: frozenset[Scope]
    areas: frozenset[str]
    per_minute: int

    @property
    def actor(self) -> str:
        return f"api:{self.name}"

    def sees(self, area: str | None) -> bool:
        return not self.areas or area in self.areas


@dataclass(eq=False)
class Ticket:
    """What another system said of a work order, besides what every order has."""

    work_order_id: int
    key_id: int | None  # who created it; None: an order of our own that somebody added to
    name: str | None = None
    severity: TicketSeverity | None = None
    requested_at: datetime | None = None
    external_ids: list[dict[str, Any]] = field(default_factory=list)
    parties: list[dict[str, Any]] = field(default_factory=list)
    withdrawn_at: datetime | None = None


@dataclass(frozen=True)
class NewTicket:
    kind: Kind
    description: str
    severity: TicketSeverity
    priority: Priority = Priority.NORMAL
    name: str | None = None
    area: str | None = None
    contact_phone: str | None = None
    requested_at: datetime | None = None
    external_ids: tuple[dict[str, Any], ...] = ()
    parties: tuple[dict[str, Any], ...] = ()
    notes: tuple[str, ...] = ()
    fingerprint: str = ""  # of the whole request, to tell a repetition from a mistake


OF_ORDER = frozenset({"description", "priority"})


@dataclass(frozen=True)
class TicketChange:
    """`values` holds what was given: fields of `Ticket` and of the order (`OF_ORDER`)."""

    values: Mapping[str, Any]
    target: State | None = None
    reason: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class TicketQuery:
    """Which tickets, and which page of them. Empty sets: no filter."""

    kinds: frozenset[Kind] = frozenset()
    states: frozenset[State] = frozenset()
    severities: frozenset[TicketSeverity] = frozenset()
    created_from: datetime | None = None
    created_after: datetime | None = None
    created_until: datetime | None = None
    created_before: datetime | None = None
    external_id: str | None = None
    offset: int = 0
    limit: int = 50
    newest_first: bool = True


@dataclass(frozen=True)
class StatusStep:
    at: datetime
    state: State
    reason: str


@dataclass(frozen=True)
class TicketNote:
    id: int
    at: datetime
    author: str
    text: str


@dataclass(frozen=True)
class TicketRow:
    """One ticket in our own words; `api/trouble_ticket.py` says it in TMF621's."""

    order: WorkOrder
    ticket: Ticket | None
    severity: TicketSeverity
    changed_at: datetime
    steps: tuple[StatusStep, ...] = ()
    notes: tuple[TicketNote, ...] = ()
    contact: str | None = None

    @property
    def resolved_at(self) -> datetime | None:
        done = (State.RESOLVED, State.CLOSED, State.ARCHIVED)
        if self.order.state not in done:
            return None
        return next(
            (step.at for step in reversed(self.steps) if step.state is State.RESOLVED), None
        )


class EventKind(StrEnum):
    CREATED = "created"
    CHANGED = "changed"
    STATUS = "status"
    DELETED = "deleted"


@dataclass(eq=False)
class Hub:
    """A listener: where events of which kinds go. Its secret is derived, not stored."""

    id: str
    key_id: int
    callback: str
    kinds: list[str]
    query: str | None
    created_at: datetime


@dataclass(eq=False)
class Callback:
    """One event for one listener, until it was taken or given up."""

    hub_id: str
    event_id: int
    kind: EventKind
    number: str
    at: datetime
    not_before: datetime
    status: str | None = None
    attempts: int = 0
    last_error: str | None = None
    dead_at: datetime | None = None
    id: int = field(init=False)


@dataclass(frozen=True)
class CallbackDue:
    """A claimed callback with what is needed to deliver it."""

    id: int
    hub_id: str
    url: str
    secret: str
    event_id: str
    kind: EventKind
    number: str
    at: datetime
    state: State | None
    attempts: int
