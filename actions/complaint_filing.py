"""A complaint that was read back and agreed to: filed once, and its receipt told."""

from __future__ import annotations

from typing import Any

from actions.format import moment
from actions.turn import Turn
from desk.model.errors import InvalidPhone
from desk.model.work_orders import ComplaintReceipt


def file_complaint(turn: Turn, draft: dict[str, Any]) -> ComplaintReceipt | None:
    """The receipt; None when the phone is none, which was said."""
    try:
        receipt: ComplaintReceipt = turn.desk.complaints.file(
            turn.conversation_id,
            draft["category"],
            draft["description"],
            draft["wish"],
            draft["phone"],
            key=f"{turn.conversation_id}:{draft.get('token', turn.message_id)}:file",
        )
    except InvalidPhone:
        turn.say("utter_reject_phone")
        return None
    turn.say(
        "utter_confirm_complaint_reopened" if receipt.reopened else "utter_confirm_complaint",
        number=receipt.number,
        category=receipt.category,
        first_result_by=moment(receipt.first_result_by, turn.zone),
        close_by=moment(receipt.close_by, turn.zone),
    )
    return receipt
