"""The last word of a change: done, sent, promised or open for payment."""

from __future__ import annotations

from actions.format import day, moment
from actions.turn import Turn
from desk.model.changes import ChangeReceipt


def tell_receipt(turn: Turn, receipt: ChangeReceipt) -> None:
    """What was done, and what the customer can count on next."""
    values = {"title": receipt.title, "number": receipt.number}
    if receipt.link:
        turn.say("utter_confirm_recharge", link=receipt.link, **values)
    elif receipt.sent_to:
        turn.say("utter_confirm_password", phone=receipt.sent_to, **values)
    elif receipt.promised_at:
        promised = moment(receipt.promised_at, turn.zone)
        turn.say("utter_confirm_change_order", promised_at=promised, **values)
    elif receipt.undo_until:
        turn.say("utter_confirm_change_undoable", undo_until=day(receipt.undo_until), **values)
    else:
        turn.say("utter_confirm_change", **values)
