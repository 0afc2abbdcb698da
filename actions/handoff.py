"""转人工, asked for by the customer."""

from __future__ import annotations

from actions.base import DeskAction
from actions.person import hand_to_person
from actions.turn import HANDOFF_REASON, Turn


class RequestHuman(DeskAction):
    """转人工."""

    action_name = "action_request_human"

    def act(self, turn: Turn) -> None:
        hand_to_person(turn, str(turn.slot(HANDOFF_REASON) or _who_asks(turn)))


def _who_asks(turn: Turn) -> str:
    if turn.elderly:
        return "elderly"
    return "vip" if turn.vip else "asked"
