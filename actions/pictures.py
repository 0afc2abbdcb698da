"""A photo: it cannot be looked at here, but it belongs to a matter, and staff will see it there.

Onto the order it is meant for; without one it is kept until an order is opened from the
conversation (the desk adopts it then).
"""

from __future__ import annotations

from actions.base import DeskAction
from actions.follow_up_words import TAKE_PICTURE
from actions.turn import OFFER_PERSON, REQUESTED, Turn
from desk.model.errors import AttachmentRefused

_FORM, _DRAFT = "order_request_form", "order_request_draft"


class TakePicture(DeskAction):
    action_name = TAKE_PICTURE

    def act(self, turn: Turn) -> None:
        draft = turn.slot(_DRAFT) or {}
        if not turn.is_picture:
            turn.say("utter_invite_picture")
        elif turn.active_form == _FORM and turn.slot(REQUESTED) == "note":
            give_picture(turn, str(draft["number"]), turn.message_id)
            turn.leave_form()
            turn.set(_DRAFT, None)
        elif turn.active_form:
            turn.say("utter_confirm_picture_kept")
        else:
            self._find_order(turn)

    def _find_order(self, turn: Turn) -> None:
        orders = [o for o in turn.desk.work_orders.mine(turn.conversation_id) if o.open]
        if len(orders) == 1:
            give_picture(turn, orders[0].number, turn.message_id)
        elif orders:
            turn.set(_DRAFT, {"matter": "picture", "message": turn.message_id})
            turn.go_to(_FORM)
        else:
            turn.say("utter_ask_matter_of_picture")


def give_picture(turn: Turn, number: str, message_id: str) -> None:
    """Put the photo of a message with an order, and say so. Raises `UnknownWorkOrder`."""
    try:
        given = turn.desk.order_pictures.give(
            turn.conversation_id, number, int(message_id), key=turn.key("picture")
        )
    except AttachmentRefused:
        turn.say("utter_reject_picture", number=number)
        turn.offer(OFFER_PERSON)
    else:
        turn.say("utter_confirm_picture", number=given)
