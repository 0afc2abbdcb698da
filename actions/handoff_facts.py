"""What only the dialogue knows when a person is called: drafts, another matter, what was refused.

Raw values under the names of `data/policies/handoff.yml`; the desk words, masks and checks them.
"""

from __future__ import annotations

from typing import Any

from actions.turn import CHANGE_DRAFT, SECOND_MATTER, Turn
from desk.model.handoff import DraftTold, Told

# Flows that end in an order, and the slots that hold what was said so far.
_DRAFTS = {
    "complaint": "complaint_draft",
    "order_request": "order_request_draft",
    "visit": "visit_draft",
    "spam": "spam_draft",
}
_DISPUTE = "dispute"


def told_of(turn: Turn) -> Told:
    """To be read before the slots are emptied."""
    complaint = turn.slot(_DRAFTS["complaint"]) or {}
    declined = []
    if turn.slot("identity_declined"):
        declined.append("identity")
    if complaint.get("phone_refused"):
        declined.append("phone")
    return Told(
        intent=turn.intent or None,
        also=turn.slot(SECOND_MATTER) or turn.second_matter,
        declined=tuple(declined),
        drafts=tuple(_drafts(turn)),
    )


def _drafts(turn: Turn) -> list[DraftTold]:
    found = [
        DraftTold(kind, _plain(turn.slot(slot)))
        for kind, slot in _DRAFTS.items()
        if turn.slot(slot)
    ]
    change: dict[str, Any] = turn.slot(CHANGE_DRAFT) or {}
    if change.get("matter") == _DISPUTE:
        found.append(DraftTold("dispute", {"text": change.get("opening")}))
    elif change:
        found.append(DraftTold("change", _plain(change.get("values")), matter=change["matter"]))
    return found


def _plain(draft: dict[str, Any] | None) -> dict[str, Any]:
    """Without what a form keeps for its own course."""
    return {k: v for k, v in (draft or {}).items() if isinstance(v, str | int | float | list)}
