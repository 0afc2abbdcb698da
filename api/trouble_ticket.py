"""Work orders as TM Forum TMF621 v5 trouble tickets, and back. A mapping at the edge; pure."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from desk.model.tickets import EventKind, TicketRow
from desk.model.work_orders import Kind, Priority, State

BASE = "/tmf-api/troubleTicket/v5"
PATH = f"{BASE}/troubleTicket"
HUB = f"{BASE}/hub"
STATUS = {
    State.NEW: "acknowledged",
    State.DISPATCHED: "acknowledged",
    State.ACKNOWLEDGED: "acknowledged",
    State.IN_PROGRESS: "inProgress",
    State.PENDING: "pending",
    State.HELD: "held",
    State.RESOLVED: "resolved",
    State.CLOSED: "closed",
    State.ARCHIVED: "closed",
    State.CANCELLED: "cancelled",
}
# Which step a wanted status is; a ticket that has the status already takes none.
STEP = {
    "acknowledged": State.ACKNOWLEDGED,
    "inProgress": State.IN_PROGRESS,
    "pending": State.PENDING,
    "held": State.HELD,
    "resolved": State.RESOLVED,
    "closed": State.CLOSED,
    "cancelled": State.CANCELLED,
}
TYPES = {
    Kind.REPAIR: "fault",
    Kind.COMPLAINT: "complaint",
    Kind.BUSINESS: "serviceRequest",
    Kind.CALLBACK: "callback",
}
_PRIORITY = {
    Priority.NORMAL: "Medium",
    Priority.IMPORTANT: "High",
    Priority.URGENT: "Critical",
}
PRIORITIES = {**{name: ours for ours, name in _PRIORITY.items()}, "Low": Priority.NORMAL}
KINDS = {name: kind for kind, name in TYPES.items()}
EVENTS = {
    EventKind.CREATED: "TroubleTicketCreateEvent",
    EventKind.CHANGED: "TroubleTicketAttributeValueChangeEvent",
    EventKind.STATUS: "TroubleTicketStatusChangeEvent",
    EventKind.DELETED: "TroubleTicketDeleteEvent",
}
_ALWAYS = ("@type", "id", "href")


def states_of(status: str) -> frozenset[State]:
    return frozenset(state for state, name in STATUS.items() if name == status)


def step_to(wanted: str | None, now: State) -> State | None:
    """The step that brings an order to a status; None when it is there or none is wanted."""
    return None if wanted is None or STATUS[now] == wanted else STEP[wanted]


def as_ticket(row: TicketRow, fields: Collection[str] | None = None) -> dict[str, Any]:
    """No name or phone of the customer, but the words the order was opened with."""
    order, ticket = row.order, row.ticket
    history = _history(row)
    full: dict[str, Any] = {
        "@type": "TroubleTicket",
        "id": order.number,
        "href": f"{PATH}/{order.number}",
        "name": ticket.name if ticket else None,
        "description": order.description,
        "severity": row.severity,
        "ticketType": TYPES[order.kind],
        "priority": _PRIORITY[order.priority],
        "status": STATUS[order.state],
        "statusChangeDate": history[-1]["changeDate"],
        "statusChangeReason": history[-1].get("changeReason"),
        "statusChangeHistory": history,
        "creationDate": _text(order.opened_at),
        "lastUpdate": _text(row.changed_at),
        "requestedResolutionDate": _text(ticket.requested_at if ticket else None),
        "expectedResolutionDate": _text(order.promised_at),
        "resolutionDate": _text(row.resolved_at),
        "externalIdentifier": (ticket.external_ids if ticket else None) or None,
        "relatedParty": (ticket.parties if ticket else None) or None,
        "note": [
            {
                "@type": "Note",
                "id": str(note.id),
                "date": _text(note.at),
                "author": note.author,
                "text": note.text,
            }
            for note in row.notes
        ],
        "troubleTicketCharacteristic": _characteristics(row) or None,
    }
    wanted = None if fields is None else {*_ALWAYS, *fields}
    return {
        name: value
        for name, value in full.items()
        if value is not None and (wanted is None or name in wanted)
    }


def _history(row: TicketRow) -> list[dict[str, Any]]:
    """Steps that change nothing for the other side are left out."""
    told: list[dict[str, Any]] = []
    for step in row.steps:
        status = STATUS[step.state]
        if told and told[-1]["status"] == status:
            continue
        told.append({"@type": "StatusChange", "status": status, "changeDate": _text(step.at)})
        if step.reason:
            told[-1]["changeReason"] = step.reason
    return told


def _characteristics(row: TicketRow) -> list[dict[str, str]]:
    values = {"area": row.order.area, "contactPhone": row.contact}
    return [
        {"@type": "StringCharacteristic", "valueType": "string", "name": name, "value": value}
        for name, value in values.items()
        if value
    ]


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
