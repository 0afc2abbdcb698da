"""催单, 撤单, 补充, 照片: which order → (for cancelling: are you sure) → what came of it."""

from __future__ import annotations

import re
from typing import Any

from actions.change_words import agrees_to_undo, nth, wants_undo
from actions.complaint_words import doubts
from actions.format import moment, order_rows
from actions.forms import SURE, Form
from actions.pictures import give_picture
from actions.turn import (
    AFTER_IDENTITY,
    CHANGE_DRAFT,
    OFFER_PERSON,
    REQUESTED,
    SUSPENDED_FLOWS,
    Turn,
)
from desk.model.errors import IdentityRequired, OrderUnderWay, UnknownWorkOrder

NOTE = re.compile(
    r"^(我)?(再|还要|还想|想|要|需要|帮我)?(补充|备注|留言|说明)(一下|一点|说明|几句)?[:：,，\s]*"
)
_PICTURE = re.compile(r"照片|图片|相片|截图")
_ANNOUNCED = 8  # characters: a longer note tells something itself
_NUMBER_LIKE = re.compile(r"[A-Za-z]{2}\s?-?\d{6}-?\d{6}")
_YES = re.compile(r"确认|确定|取消吧|撤(了|销)?吧")
_NO = re.compile(r"不(取消|撤)|还是(修|来|要)|留着|别(取消|撤)|继续")
MATTERS = {"urge_work_order": "urge", "cancel_work_order": "cancel"}
SHORTEST_NOTE = 2


class OrderRequestForm(Form):
    """One order; several open ones are shown with buttons."""

    action_name = "order_request_form"
    draft_slot = "order_request_draft"
    own_intents = frozenset(["urge_work_order", "cancel_work_order", "query_work_order"])
    free_text_steps = frozenset(["note"])

    def start(self, turn: Turn) -> None:
        draft = self.draft(turn)
        if not turn.already_used() or not draft:
            draft = {"matter": MATTERS.get(turn.intent, "urge")}
            if NOTE.match(turn.text) and turn.intent not in MATTERS:
                draft = {"matter": "note", "text": NOTE.sub("", turn.original_text)}
        if draft["matter"] == "cancel" and wants_undo(turn.text):
            turn.leave_form()
            turn.set(CHANGE_DRAFT, {"matter": "undo"})
            # A change that waited below has lost its draft to this one.
            waiting = [flow for flow in turn.slot(SUSPENDED_FLOWS) or [] if flow != "change_form"]
            turn.set(SUSPENDED_FLOWS, waiting or None)
            turn.go_to("change_form")
            return
        stated = _stated(turn)
        if stated:
            self._with_order(turn, draft, stated)
            return
        self._find(turn, draft)

    def _find(self, turn: Turn, draft: dict[str, Any]) -> None:
        orders = [o for o in turn.desk.work_orders.mine(turn.conversation_id) if o.open]
        if len(orders) == 1:
            self._with_order(turn, draft, orders[0].number)
        elif orders:
            draft["shown"] = [o.number for o in orders]
            buttons = [(f"{o.kind} {o.number[-4:]}", o.number) for o in orders]
            rows = order_rows(orders, turn.zone)
            turn.say_choice("utter_ask_which_order", buttons, rows=rows)
            self.keep(turn, draft, "number")
        elif turn.desk.identity.level(turn.conversation_id).verified:
            turn.say("utter_inform_no_open_orders")
            turn.offer(OFFER_PERSON)
            self.finish(turn)
        else:
            turn.say("utter_ask_order_or_identity")
            self.keep(turn, draft, "number")

    def take_answer(self, turn: Turn) -> None:
        draft, step = self.draft(turn), turn.slot(REQUESTED)
        if turn.intent == "ask_wait":
            turn.say("utter_wait_patiently")
        elif turn.intent == "ask_repeat":
            self.ask_again(turn)
        elif step == "confirm":
            self._take_confirmation(turn, draft)
        elif step == "note":
            draft["text"] = turn.original_text
            self._with_order(turn, draft, draft["number"])
        else:
            self._take_number(turn, draft)

    def _take_number(self, turn: Turn, draft: dict[str, Any]) -> None:
        shown, place = draft.get("shown", []), nth(turn.text)
        stated = _stated(turn)
        if stated is None and place is not None and 0 <= place < len(shown):
            stated = shown[place]
        if stated:
            self._with_order(turn, draft, stated)
        elif shown:
            self._find(turn, draft)
        elif turn.desk.identity.level(turn.conversation_id).verified:
            turn.say("utter_ask_work_order_number")
        else:
            # 不记得, 用手机号查: the orders of a customer are found by the customer.
            self._ask_identity(turn, draft)

    def _with_order(self, turn: Turn, draft: dict[str, Any], number: str) -> None:
        draft["number"] = number
        if draft["matter"] == "cancel":
            self._ask_cancel(turn, draft)
        elif draft["matter"] == "note":
            self._note(turn, draft)
        elif draft["matter"] == "picture":
            self._give_picture(turn, draft)
        else:
            self._urge(turn, draft)

    # -- urging --------------------------------------------------------------------------------
    def _urge(self, turn: Turn, draft: dict[str, Any]) -> None:
        try:
            update = turn.desk.order_requests.urge(
                turn.conversation_id, draft["number"], key=turn.key("urge")
            )
        except UnknownWorkOrder:
            self._unknown(turn, draft)
            return
        order = turn.desk.work_orders.progress(turn.conversation_id, update.number)
        values = {
            "number": order.number,
            "state": order.state,
            "promised_at": moment(order.promised_at, turn.zone),
            "next_step": order.next_step,
        }
        if not order.open:
            turn.say("utter_inform_order_ended", **values)
        elif update.escalated:
            by = moment(update.answer_by, turn.zone)
            turn.say("utter_confirm_urge_escalated", reason=update.escalated, by=by, **values)
        else:
            turn.say("utter_confirm_urge", by=moment(update.answer_by, turn.zone), **values)
        self.finish(turn)

    # -- cancelling ------------------------------------------------------------------------------
    def _ask_cancel(self, turn: Turn, draft: dict[str, Any]) -> None:
        try:
            order = turn.desk.work_orders.progress(turn.conversation_id, draft["number"])
        except UnknownWorkOrder:
            self._unknown(turn, draft)
            return
        if not order.open:
            turn.say("utter_inform_order_not_open", number=order.number, state=order.state)
            self.finish(turn)
            return
        turn.say("utter_ask_cancel_order", number=order.number, kind=order.kind, state=order.state)
        self.keep(turn, draft, "confirm")

    def _take_confirmation(self, turn: Turn, draft: dict[str, Any]) -> None:
        agreed = turn.intent == "affirm" and turn.confidence >= SURE and not doubts(turn.text)
        meant = turn.intent == "cancel_work_order" or _YES.search(turn.text)
        if _NO.search(turn.text) or turn.intent == "deny":
            turn.say("utter_keep_order", number=draft["number"])
            self.finish(turn)
        elif agreed or meant or agrees_to_undo(turn.text, affirmed=False):
            self._cancel_order(turn, draft)
        else:
            self._ask_cancel(turn, draft)

    def _cancel_order(self, turn: Turn, draft: dict[str, Any]) -> None:
        key = f"{turn.conversation_id}:{draft['number']}:cancel"
        try:
            update = turn.desk.order_requests.cancel(turn.conversation_id, draft["number"], key=key)
            turn.say("utter_confirm_order_cancelled", number=update.number)
        except OrderUnderWay:
            turn.say("utter_refuse_cancel_order", number=draft["number"])
            turn.offer(OFFER_PERSON)
        except IdentityRequired:
            self._ask_identity(turn, draft)
            return
        self.finish(turn)

    def _give_picture(self, turn: Turn, draft: dict[str, Any]) -> None:
        try:
            give_picture(turn, draft["number"], draft["message"])
        except UnknownWorkOrder:
            self._unknown(turn, draft)
        else:
            self.finish(turn)

    # -- adding ------------------------------------------------------------------------------------
    def _note(self, turn: Turn, draft: dict[str, Any]) -> None:
        text = str(draft.get("text") or "")
        if len(text) <= _ANNOUNCED and _PICTURE.search(text):
            turn.say("utter_ask_picture", number=draft["number"])
            self.keep(turn, {**draft, "text": ""}, "note")
            return
        if len(text) < SHORTEST_NOTE:
            turn.say("utter_ask_note", number=draft["number"])
            self.keep(turn, draft, "note")
            return
        try:
            turn.desk.order_requests.add(
                turn.conversation_id, draft["number"], text, key=turn.key("note")
            )
        except UnknownWorkOrder:
            self._unknown(turn, draft)
            return
        turn.say("utter_confirm_note", number=draft["number"], text=text)
        self.finish(turn)

    # -- manners -------------------------------------------------------------------------------
    def _unknown(self, turn: Turn, draft: dict[str, Any]) -> None:
        turn.say("utter_reject_work_order")
        draft.pop("number", None)
        self.keep(turn, draft, "number")

    def _ask_identity(self, turn: Turn, draft: dict[str, Any]) -> None:
        turn.set(self.draft_slot, draft)
        turn.set(AFTER_IDENTITY, self.action_name)
        turn.leave_form()
        turn.go_to("identity_form")

    def ask_again(self, turn: Turn) -> None:
        draft, step = self.draft(turn), turn.slot(REQUESTED)
        if step == "confirm":
            self._ask_cancel(turn, draft)
        elif step == "note":
            turn.say("utter_ask_note", number=draft["number"])
        else:
            self._find(turn, draft)

    def cancel(self, turn: Turn) -> None:
        if turn.slot(REQUESTED) == "confirm" and not _NO.search(turn.text):
            # 取消 at this question means the order, not the question.
            self._cancel_order(turn, self.draft(turn))
            return
        turn.say("utter_cancel_order_request")
        self.finish(turn)


def _stated(turn: Turn) -> str | None:
    found = turn.entity("work_order_number")
    if found:
        return str(found)
    written = _NUMBER_LIKE.search(turn.text)
    return written.group().upper().replace(" ", "") if written else None


def adds_to_an_order(turn: Turn) -> bool:
    """补充一下，… with an open order of one's own: it belongs to that order."""
    if turn.active_form or not NOTE.match(turn.text):
        return False
    return any(o.open for o in turn.desk.work_orders.mine(turn.conversation_id))
