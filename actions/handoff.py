"""转人工, asked for by the customer."""

from __future__ import annotations

from actions.base import DeskAction
from actions.person import hand_to_person
from actions.turn import Turn


class RequestHuman(DeskAction):
    """转人工."""

    action_name = "action_request_human"

    def act(self, turn: Turn) -> None:
        reason = str(turn.slot("handoff_reason") or "asked")
        turn.set("handoff_reason", None)
        hand_to_person(turn, reason)
