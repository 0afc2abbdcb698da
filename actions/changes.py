"""办理: choose → the desk's quote is read out → second confirmation → receipt.

One form for all changes. What can be chosen and how is in change_steps.py; eligibility, fees and
dates are the desk's. 好的 confirms only when the quote has been read out.
"""

from __future__ import annotations

from typing import Any

from actions.change_receipts import tell_receipt
from actions.change_steps import OPEN_TO_ALL, STEPS, Values, steps_of
from actions.change_words import (
    about_wifi,
    agrees,
    agrees_to_undo,
    gives_up,
    gives_up_shortly,
    wants_another_shortly,
    wants_other,
    wants_undo,
)
from actions.forms import SURE, Form
from actions.turn import AFTER_IDENTITY, CHANGE_DRAFT, OFFER_PERSON, REQUESTED, Turn
from desk.model.changes import ChangeKind
from desk.model.errors import NotEligible, NothingToUndo, QuoteOutdated

CHANGE_INTENTS = frozenset(STEPS) - {"trace_recharge"}
KINDS = {
    "change_package": ChangeKind.CHANGE_PACKAGE,
    "subscribe_service": ChangeKind.SUBSCRIBE,
    "unsubscribe_service": ChangeKind.UNSUBSCRIBE,
    "recharge": ChangeKind.RECHARGE,
    "restore_line": ChangeKind.RESTORE,
    "reset_password": ChangeKind.RESET_PASSWORD,
    "install_broadband": ChangeKind.INSTALL,
    "relocate_broadband": ChangeKind.RELOCATE,
    "renew_broadband": ChangeKind.RENEW,
    "trace_recharge": ChangeKind.TRACE_RECHARGE,
}
# Another choice may do; the same question is asked again, a few times.
CHOOSE_AGAIN = frozenset(
    "same_package not_offered already_held not_held ends_itself person_only amount pause_months"
    " needs_line no_broadband_package no_coverage".split()
)
REFUSALS_BEFORE_END = 2
# Also where a service is named that the open question would take for a choice.
ALWAYS_HEARD = frozenset(["request_human", "dispute_charge"])
UNDO = "undo"


class ChangeForm(Form):
    """One change at a time; another wish inside it starts that one instead."""

    action_name = "change_form"
    draft_slot = CHANGE_DRAFT
    own_intents = CHANGE_INTENTS

    def start(self, turn: Turn) -> None:
        if turn.intent == "reset_password" and about_wifi(turn.text):
            # Nobody but the customer can change it: an explanation, no change of ours.
            turn.leave_form()
            turn.go_to("action_answer_question")
            return
        draft = self.draft(turn)
        # A dispute keeps its draft in the same slot.
        if not turn.already_used() or draft.get("matter") not in (*STEPS, UNDO):
            if turn.intent not in CHANGE_INTENTS and not wants_undo(turn.text):
                self._nothing_to_go_on_with(turn)
                return
            draft = self.new_draft(turn)
        draft.setdefault("values", {})
        if draft["matter"] not in OPEN_TO_ALL and not self.is_verified(turn):
            self.read_all(turn, draft)
            self.ask_identity(turn, draft)
            return
        if draft["matter"] == UNDO:
            self._ask_undo(turn, draft)
            return
        self.read_all(turn, draft)
        self.go_on(turn, draft)

    def new_draft(self, turn: Turn) -> Values:
        return {"matter": UNDO if wants_undo(turn.text) else turn.intent}

    def _nothing_to_go_on_with(self, turn: Turn) -> None:
        """Called back for a change whose draft another one has taken the place of."""
        turn.say("utter_ask_what_to_change")
        self.finish(turn)

    def is_verified(self, turn: Turn) -> bool:
        return bool(turn.desk.identity.level(turn.conversation_id).verified)

    def ask_identity(self, turn: Turn, draft: Values) -> None:
        turn.set(CHANGE_DRAFT, draft)
        turn.set(AFTER_IDENTITY, self.action_name)
        turn.leave_form()
        turn.go_to("identity_form")

    # -- choosing ------------------------------------------------------------------------------
    def read_all(self, turn: Turn, draft: Values) -> None:
        """Take from the message whatever it holds; the open questions are asked afterwards."""
        if turn.already_used() and "words" not in draft:
            return
        for step in steps_of(draft):
            if step.name not in draft["values"]:
                value = step.read(turn, draft)
                if value is not None:
                    draft["values"][step.name] = value
        if draft["matter"] == "suspend_line" and draft["values"].get("how") == "pause":
            for step in steps_of(draft)[1:]:
                value = step.read(turn, draft)
                if value is not None:
                    draft["values"][step.name] = value

    def go_on(self, turn: Turn, draft: Values) -> None:
        for step in steps_of(draft):
            if step.name not in draft["values"]:
                if step.ask(turn, draft):
                    self.keep(turn, draft, step.name)
                else:
                    self.finish(turn)
                return
        self.read_out(turn, draft)

    def request(self, draft: Values) -> tuple[ChangeKind, dict[str, Any]]:
        """What the desk is asked for."""
        values = dict(draft["values"])
        if draft["matter"] == "suspend_line":
            if values.pop("how") == "loss":
                return ChangeKind.SUSPEND_LOSS, {}
            return ChangeKind.SUSPEND_PAUSE, values
        return KINDS[draft["matter"]], values

    # -- confirming ------------------------------------------------------------------------------
    def read_out(self, turn: Turn, draft: Values) -> None:
        kind, details = self.request(draft)
        try:
            quote = turn.desk.changes.quote(
                turn.conversation_id, kind, details, key=turn.key("quote")
            )
        except NotEligible as refusal:
            self._refuse(turn, draft, refusal)
            return
        draft["quote"] = quote.id
        draft["rows"] = "\n".join(f"{label}：{text}" for label, text in quote.lines)
        self._ask_confirmation(turn, draft)

    def _ask_confirmation(self, turn: Turn, draft: Values) -> None:
        turn.say("utter_ask_change_confirmation", rows=draft["rows"])
        self.keep(turn, draft, "confirm")

    def _refuse(self, turn: Turn, draft: Values, refusal: NotEligible) -> None:
        turn.say(f"utter_refuse_change_{refusal.reason}", **refusal.values)
        draft["refused"] = int(draft.get("refused", 0)) + 1
        steps = steps_of(draft)
        if refusal.reason in CHOOSE_AGAIN and steps and draft["refused"] < REFUSALS_BEFORE_END:
            name = "months" if refusal.reason == "pause_months" else steps[0].name
            draft["values"].pop(name, None)
            draft.pop("narrow", None)
            self.go_on(turn, draft)
            return
        self.finish(turn)

    def take_answer(self, turn: Turn) -> None:
        draft, step = self.draft(turn), turn.slot(REQUESTED)
        if turn.intent == "ask_wait":
            turn.say("utter_wait_patiently")
        elif turn.intent == "ask_repeat":
            self.ask_again(turn)
        elif step == "confirm":
            self._take_confirmation(turn, draft)
        elif step == UNDO:
            self._take_undo(turn)
        elif not gives_up_shortly(turn.text) and self._other_matter(turn, draft):
            turn.set(CHANGE_DRAFT, None)
            turn.leave_form()
            turn.enter_form(self.action_name)
            self.start(turn)
        else:
            self.take_choice(turn, draft)

    def take_choice(self, turn: Turn, draft: Values) -> None:
        if gives_up_shortly(turn.text) or (
            gives_up(turn.text) and turn.intent in ("deny", "cancel", "nlu_fallback")
        ):
            self.cancel(turn)
            return
        self.read_all(turn, draft)
        self.go_on(turn, draft)

    def _take_confirmation(self, turn: Turn, draft: Values) -> None:
        if self._chooses_anew(turn, draft):
            self.go_on(turn, draft)
        elif wants_another_shortly(turn.text):
            self._back(turn, draft)
        elif gives_up_shortly(turn.text):
            self.cancel(turn)
        elif self._other_matter(turn, draft):
            turn.leave_form()
            turn.enter_form(self.action_name)
            self.start(turn)
        elif agrees(turn.text, affirmed=turn.intent == "affirm" and turn.confidence >= SURE):
            self._confirm(turn, draft)
        elif wants_other(turn.text) or turn.intent == "correct_value":
            self._back(turn, draft)
        elif gives_up(turn.text) or turn.intent == "deny":
            self.cancel(turn)
        else:
            turn.say("utter_ask_change_yes_no")
            self._ask_confirmation(turn, draft)

    def _chooses_anew(self, turn: Turn, draft: Values) -> bool:
        """不是这个，是 129 的: the new choice replaces the old one at once."""
        steps = steps_of(draft)
        if not steps or turn.text.startswith("确认"):
            return False
        step = steps[-1] if draft["values"].get("how") == "pause" else steps[0]
        if step.name in ("address", "how"):
            return False
        value = step.read(turn, draft)
        if value is None or value == draft["values"].get(step.name):
            return False
        draft["values"][step.name] = value
        return True

    def _other_matter(self, turn: Turn, draft: Values) -> bool:
        other = turn.intent in CHANGE_INTENTS and turn.intent != draft.get("matter")
        return other and turn.confidence >= SURE and not self._fits_open_step(turn, draft)

    def _fits_open_step(self, turn: Turn, draft: Values) -> bool:
        name = turn.slot(REQUESTED)
        step = next((s for s in steps_of(draft) if s.name == name), None)
        return step is not None and step.read(turn, dict(draft)) is not None

    def _back(self, turn: Turn, draft: Values) -> None:
        steps = steps_of(draft)
        if not steps:
            self.cancel(turn)
            return
        draft["values"].pop(steps[0].name, None)
        draft.pop("narrow", None)
        self.go_on(turn, draft)

    def _confirm(self, turn: Turn, draft: Values) -> None:
        # The quote's number is the key: however often it is said, it is done once.
        key = f"{turn.conversation_id}:quote:{draft['quote']}:confirm"
        try:
            receipt = turn.desk.changes.confirm(turn.conversation_id, draft["quote"], key=key)
        except QuoteOutdated:
            turn.say("utter_inform_quote_outdated")
            self.read_out(turn, draft)
            return
        except NotEligible as refusal:
            turn.say(f"utter_refuse_change_{refusal.reason}", **refusal.values)
            self.finish(turn)
            return
        tell_receipt(turn, receipt)
        self.finish(turn)

    # -- undoing -----------------------------------------------------------------------------
    def _ask_undo(self, turn: Turn, draft: Values) -> None:
        title = turn.desk.changes.undoable(turn.conversation_id)
        if title is None:
            turn.say("utter_inform_nothing_to_undo")
            turn.offer(OFFER_PERSON)
            self.finish(turn)
            return
        turn.say("utter_ask_undo", title=title)
        self.keep(turn, draft, UNDO)

    def _take_undo(self, turn: Turn) -> None:
        if not agrees_to_undo(turn.text, affirmed=turn.intent == "affirm"):
            turn.say("utter_keep_change")
            self.finish(turn)
            return
        try:
            undone = turn.desk.changes.undo(turn.conversation_id, key=turn.key("undo"))
            turn.say("utter_confirm_undo", title=undone.title, number=undone.number)
        except NothingToUndo:
            turn.say("utter_inform_nothing_to_undo")
            turn.offer(OFFER_PERSON)
        self.finish(turn)

    # -- manners -----------------------------------------------------------------------------
    def ask_again(self, turn: Turn) -> None:
        draft, step = self.draft(turn), turn.slot(REQUESTED)
        if step == "confirm":
            self._ask_confirmation(turn, draft)
        elif step == UNDO:
            self._ask_undo(turn, draft)
        else:
            self.go_on(turn, draft)

    def cancel(self, turn: Turn) -> None:
        turn.say("utter_cancel_change")
        self.finish(turn)

    def is_interruption(self, turn: Turn) -> bool:
        if turn.intent in ALWAYS_HEARD - self.own_intents and turn.confidence >= SURE:
            return True
        step, draft = turn.slot(REQUESTED), self.draft(turn)
        if step in ("confirm", UNDO) and agrees_to_undo(turn.text, affirmed=False):
            return False
        if gives_up_shortly(turn.text) or wants_another_shortly(turn.text):
            return False
        return not self._fits_open_step(turn, draft) and super().is_interruption(turn)
