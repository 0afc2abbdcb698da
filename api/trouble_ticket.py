"""Work orders as TM Forum TMF621 v5 trouble tickets. A mapping at the edge; pure."""

from datetime import datetime
from typing import Any

from desk.model.work_orders import State

PATH = "/tmf-api/troubleTicket/v5/troubleTicket"
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
_TYPES = {"BX": "fault", "TS": "complaint", "YW": "serviceRequest", "HF": "callback"}


def as_ticket(order: dict[str, Any]) -> dict[str, Any]:
    """A row of the work-order view as a ticket: no name or phone, but the customer's own words."""
    number: str = order["number"]
    ticket: dict[str, Any] = {
        "@type": "TroubleTicket",
        "id": number,
        "href": f"{PATH}/{number}",
        "ticketType": _TYPES[number[:2]],
        "status": STATUS[State(order["state"])],
        "creationDate": _text(order["opened_at"]),
        "expectedResolutionDate": _text(order["promised_at"]),
    }
    if "description" in order:
        ticket["description"] = order["description"]
        ticket["note"] = [
            {"@type": "Note", "date": _text(event["at"]), "text": event["text"]}
            for event in order["history"]
        ]
    return ticket


def _text(moment: datetime) -> str:
    return moment.isoformat()
