"""改上门时间: which visit, when instead, confirmed a second time, receipt."""

from __future__ import annotations

from datetime import date
from typing import Any

from actions.diagnosis import wish_of
from actions.format import moment
from actions.forms import Form
from actions.turn import AFTER_IDENTITY, OFFER_PERSON, REQUESTED, Turn
from desk.model.errors import SlotTaken, UnknownWorkOrder, VisitTooNear
from desk.model.visits import PlannedVisit, SlotOffer, SlotWish


class VisitForm(Form):
    """Steps: order (when there are several), slot, confirmation."""

    action_name = "visit_form"
    draft_slot = "visit_draft"
    own_intents = frozenset("reschedule_visit correct_value query_work_order".split())

    def start(self, turn: Turn) -> None:
        if self.draft(turn):
            self.ask_again(turn)
            return
        planned = turn.desk.visits.mine(turn.conversation_id)
        if not planned:
            self._without_visit(turn)
            return
        named = turn.entity("work_order_number")
        chosen = next((p for p in planned if p.order_number == named), None)
        if chosen is None and len(planned) > 1:
            self.keep(turn, {"wish": _as_data(wish_of(turn))}, "order")
            self._ask_order(turn, planned)
        else:
            self._take_order(turn, chosen or planned[0], wish_of(turn))

    def take_answer(self, turn: Turn) -> None:
        step = turn.slot(REQUESTED)
        if turn.intent == "ask_wait":
            turn.say("utter_wait_patiently")
        elif turn.intent == "ask_repeat":
            self.ask_again(turn)
        elif step == "order":
            self._answer_order(turn)
        elif step == "confirmation" and turn.intent == "affirm" and not wish_of(turn).given:
            self._move(turn)
        else:
            self._answer_slot(turn)

    def ask_again(self, turn: Turn) -> None:
        draft, step = self.draft(turn), turn.slot(REQUESTED)
        if step == "confirmation":
            turn.say("utter_ask_visit_confirmation", slot=draft["label"])
        elif step == "order":
            self._ask_order(turn, turn.desk.visits.mine(turn.conversation_id))
        else:
            self._ask_slot(turn, draft, SlotWish())

    def cancel(self, turn: Turn) -> None:
        turn.say("utter_keep_visit")
        self.finish(turn)

    # -- which order ------------------------------------------------------------------------

    def _without_visit(self, turn: Turn) -> None:
        if turn.desk.identity.level(turn.conversation_id).verified:
            turn.say("utter_inform_no_visit")
            turn.offer(OFFER_PERSON)
            self.finish(turn)
            return
        turn.set(AFTER_IDENTITY, self.action_name)
        turn.leave_form()
        turn.go_to("identity_form")

    def _ask_order(self, turn: Turn, planned: tuple[PlannedVisit, ...]) -> None:
        buttons = [(p.order_number, p.order_number) for p in planned]
        rows = "\n".join(f"· {p.order_number}　{p.label or '…'}" for p in planned)
        turn.say_choice("utter_ask_visit_order", buttons, rows=rows)

    def _answer_order(self, turn: Turn) -> None:
        planned = turn.desk.visits.mine(turn.conversation_id)
        named = turn.entity("work_order_number")
        chosen = next((p for p in planned if p.order_number == named), None)
        if chosen is None:
            self._ask_order(turn, planned)
        else:
            self._take_order(turn, chosen, _as_wish(self.draft(turn).get("wish") or {}))

    def _take_order(self, turn: Turn, planned: PlannedVisit, wish: SlotWish) -> None:
        if not planned.movable:
            self._too_near(turn)
            return
        if planned.label:
            turn.say("utter_inform_visit", number=planned.order_number, slot=planned.label)
        draft = {"number": planned.order_number}
        if wish.given:
            self._propose(turn, draft, wish)
        else:
            self._ask_slot(turn, draft, wish)

    # -- when -------------------------------------------------------------------------------

    def _ask_slot(self, turn: Turn, draft: dict[str, Any], wish: SlotWish) -> None:
        offer = self._offer(turn, draft, wish)
        if offer is not None:
            self._show(turn, draft, offer, "utter_ask_visit_slot")

    def _answer_slot(self, turn: Turn) -> None:
        draft, wish = self.draft(turn), wish_of(turn)
        offered = draft.get("offered") or {}
        by_label = offered.get(turn.original_text)
        if by_label:
            self._confirm(turn, draft, by_label, turn.original_text)
        elif wish.given:
            self._propose(turn, draft, wish)
        elif _soonest(turn.text) and offered:
            label, slot_id = next(iter(offered.items()))
            self._confirm(turn, draft, slot_id, label)
        elif turn.slot(REQUESTED) == "slot" and turn.intent == "deny":
            self.cancel(turn)
        else:
            self._ask_slot(turn, draft, SlotWish())

    def _propose(self, turn: Turn, draft: dict[str, Any], wish: SlotWish) -> None:
        """One slot fits: confirm it. Several or none: let the customer choose."""
        offer = self._offer(turn, draft, wish)
        if offer is None:
            return
        if offer.met and len(offer.slots) == 1:
            self._confirm(turn, draft, offer.slots[0].id, offer.slots[0].label)
        else:
            known = "utter_ask_visit_slot" if offer.met else "utter_offer_other_slots"
            self._show(turn, draft, offer, known)

    def _offer(self, turn: Turn, draft: dict[str, Any], wish: SlotWish) -> SlotOffer | None:
        try:
            offer = turn.desk.visits.offer(turn.conversation_id, draft["number"], wish)
        except UnknownWorkOrder:
            offer = SlotOffer((), met=False)
        if offer.slots:
            return offer
        turn.say("utter_inform_no_slot")
        turn.offer(OFFER_PERSON)
        self.finish(turn)
        return None

    def _show(self, turn: Turn, draft: dict[str, Any], offer: SlotOffer, response: str) -> None:
        offered = {slot.label: slot.id for slot in offer.slots}
        self.keep(turn, {"number": draft["number"], "offered": offered}, "slot")
        turn.say_choice(response, [(label, label) for label in offered])

    # -- confirmed --------------------------------------------------------------------------

    def _confirm(self, turn: Turn, draft: dict[str, Any], slot_id: str, label: str) -> None:
        self.keep(turn, {**draft, "slot": slot_id, "label": label}, "confirmation")
        turn.say("utter_ask_visit_confirmation", slot=label)

    def _move(self, turn: Turn) -> None:
        draft = self.draft(turn)
        try:
            receipt = turn.desk.visits.move(
                turn.conversation_id, draft["number"], draft["slot"], key=turn.key("move")
            )
        except SlotTaken:
            turn.say("utter_reject_slot")
            self._ask_slot(turn, draft, SlotWish())
        except VisitTooNear:
            self._too_near(turn)
        else:
            turn.say(
                "utter_confirm_visit",
                number=receipt.order_number,
                slot=receipt.label,
                promised_at=moment(receipt.promised_at, turn.zone),
            )
            self.finish(turn)

    def _too_near(self, turn: Turn) -> None:
        turn.say("utter_reject_visit_move")
        turn.offer(OFFER_PERSON)
        self.finish(turn)


def _soonest(text: str) -> bool:
    return any(word in text for word in ("越快", "越早", "尽快", "最快", "最早", "都行", "都可以"))


def _as_data(wish: SlotWish) -> dict[str, str]:
    day = {"day": wish.day.isoformat()} if wish.day else {}
    return {**day, **({"time": wish.time} if wish.time else {})}


def _as_wish(data: dict[str, str]) -> SlotWish:
    day = data.get("day")
    return SlotWish(day=date.fromisoformat(day) if day else None, time=data.get("time"))
