"""Where is my order? By its number, or all of a verified customer's orders."""

from __future__ import annotations

import re

from actions.format import moment, order_rows, progress_rows
from actions.forms import Form
from actions.turn import AFTER_IDENTITY, OFFER_PERSON, Turn
from desk.model.errors import UnknownWorkOrder

_MINE = re.compile(r"我的|我有|我上次|我昨天|我之前|忘了|不记得|不知道|没有单号|找不到")
_NUMBER_LIKE = re.compile(r"[A-Za-z]{0,2}\s?\d{6,}")
TRIES = 3


class WorkOrderForm(Form):
    """One question, the number; answered at once when the first message holds it."""

    action_name = "work_order_form"
    draft_slot = "work_order_draft"
    quick = True
    own_intents = frozenset(["query_work_order", "urge_work_order", "cancel_work_order"])

    def start(self, turn: Turn) -> None:
        number = turn.entity("work_order_number")
        if number:
            self._show(turn, number)
        elif self._show_mine(turn):
            # Orders of this very conversation are the customer's own, with or without a code.
            return
        elif _MINE.search(turn.text) and not self._is_verified(turn):
            self._ask_identity(turn)
        else:
            if turn.already_used():
                turn.say("utter_inform_no_work_orders_yet")
            self.keep(turn, self.draft(turn), "work_order_number")
            turn.say("utter_ask_work_order_number")

    def take_answer(self, turn: Turn) -> None:
        number = turn.entity("work_order_number") or _NUMBER_LIKE.search(turn.text)
        if turn.intent == "ask_wait":
            turn.say("utter_wait_patiently")
        elif number:
            self._show(turn, number if isinstance(number, str) else number.group())
        elif turn.intent == "deny" or _MINE.search(turn.text):
            if not self._is_verified(turn):
                self._ask_identity(turn)
            elif not self._show_mine(turn):
                turn.say("utter_inform_no_work_orders")
                turn.offer(OFFER_PERSON)
                self.finish(turn)
        else:
            turn.say("utter_ask_work_order_number")

    def ask_again(self, turn: Turn) -> None:
        turn.say("utter_ask_work_order_number")

    def cancel(self, turn: Turn) -> None:
        turn.say("utter_cancel_work_order_query")
        self.finish(turn)

    def _show(self, turn: Turn, number: str) -> None:
        try:
            order = turn.desk.work_orders.progress(turn.conversation_id, number.replace(" ", ""))
        except UnknownWorkOrder:
            self._unknown(turn)
            return
        turn.say(
            "utter_inform_work_order",
            number=order.number,
            kind=order.kind,
            state=order.state,
            opened_at=moment(order.opened_at, turn.zone),
            promised_at=moment(order.promised_at, turn.zone),
            rows=progress_rows(order.history, turn.zone),
            next_step=order.next_step,
        )
        self.finish(turn)

    def _show_mine(self, turn: Turn) -> bool:
        orders = turn.desk.work_orders.mine(turn.conversation_id)
        if not orders:
            return False
        turn.say("utter_inform_work_orders", rows=order_rows(orders, turn.zone))
        self.finish(turn)
        return True

    def _is_verified(self, turn: Turn) -> bool:
        return bool(turn.desk.identity.level(turn.conversation_id).verified)

    def _ask_identity(self, turn: Turn) -> None:
        turn.set(AFTER_IDENTITY, self.action_name)
        turn.leave_form()
        turn.go_to("identity_form")

    def _unknown(self, turn: Turn) -> None:
        tries = int(self.draft(turn).get("tries", 0)) + 1
        if tries >= TRIES:
            turn.say("utter_reject_work_order_finally")
            turn.offer(OFFER_PERSON)
            self.finish(turn)
        else:
            turn.say("utter_reject_work_order")
            self.keep(turn, {"tries": tries}, "work_order_number")
