"""Trouble with a service: the desk interprets the tree, this relays answers and prompts."""

from __future__ import annotations

import re
from datetime import date

from actions.base import DeskAction
from actions.forms import FAULTS, SURE, Form
from actions.identity import IDENTITY_DECLINED
from actions.person import hand_to_person
from actions.second_matter import intent_labels
from actions.turn import AFTER_IDENTITY, SECOND_MATTER, Turn
from desk.model.diagnosis import DiagnosisTurn
from desk.model.errors import NoDiagnosis
from desk.model.visits import SlotWish

DIAGNOSIS_STATE = "diagnosis_state"
# What is asked for outright is no answer, and neither is a long story.
_WISH = re.compile(r"投诉|人工|客服|套餐|话费|退订|工单")
_SHORT_ANSWER = 24
REPORTS = FAULTS - {"ask_outage"}
SIGNALS = {
    "affirm": "affirm",
    "deny": "deny",
    "inform_fixed": "fixed",
    "inform_not_fixed": "not_fixed",
    "ask_wait": "wait",
    "ask_repeat": "repeat",
    "cancel": "cancel",
    "correct_value": "back",
}


class StartDiagnosis(DeskAction):
    """上不了网、看不了电视、没信号…: identity first so that the line can be tested, or without."""

    action_name = "action_start_diagnosis"

    def act(self, turn: Turn) -> None:
        desk, product = turn.desk, wanted_product(turn)
        open_service = desk.diagnosis.open_service(turn.conversation_id)
        if open_service and product and desk.diagnosis.service_of(product) != open_service:
            desk.diagnosis.stop(turn.conversation_id, key=turn.key("other"))
            open_service = None
        if open_service:
            turn.say("utter_resume_diagnosis")
            turn.go_to("diagnosis_form")
            return
        if product is None:
            turn.say("utter_ask_fault")
            return
        report = reported(turn) if turn.intent in REPORTS else ""
        turn.set(DIAGNOSIS_STATE, {"product": product, "report": report})
        turn.say("utter_apologize_fault")
        if turn.slot(IDENTITY_DECLINED) or desk.identity.level(turn.conversation_id).verified:
            turn.go_to("diagnosis_form")
        else:
            turn.set(AFTER_IDENTITY, "diagnosis_form")
            turn.go_to("identity_form")


def wanted_product(turn: Turn) -> str | None:
    """Which tree: by this sentence, by what was offered before it, or by the last diagnosis."""
    product = turn.desk.diagnosis.product_for(turn.intent, reported(turn))
    if product is None:
        product = (turn.slot(DIAGNOSIS_STATE) or {}).get("product")
    return product or turn.desk.diagnosis.last_product(turn.conversation_id)


def reported(turn: Turn) -> str:
    """The customer's own words for the fault: a button that says which kind adds nothing."""
    before = turn.clarified_text
    pressed = any(turn.original_text == label["says"] for label in intent_labels().values())
    return before if before is not None and pressed else turn.original_text


class DiagnosisForm(Form):
    """An active loop until the desk's run is no longer asking."""

    action_name = "diagnosis_form"
    draft_slot = DIAGNOSIS_STATE
    counts_itself = True
    # 「密码错误」「停机了」「卡坏了」 are answers to what is seen, 「换个时间」「不用来了」 to
    # what is offered: no wishes of their own.
    own_intents = FAULTS | frozenset(
        "reset_password restore_line replace_sim reschedule_visit cancel_work_order".split()
    )

    def start(self, turn: Turn) -> None:
        run = turn.desk.diagnosis.current(turn.conversation_id)
        if run is None:
            product = wanted_product(turn) or "broadband"
            report = self.draft(turn).get("report")
            if report is None and turn.intent in REPORTS:
                report = reported(turn)
            run = turn.desk.diagnosis.start(
                turn.conversation_id, product, report=report or "", key=turn.key("start")
            )
        self._relay(turn, run)

    def take_answer(self, turn: Turn) -> None:
        signal = SIGNALS.get(turn.intent) if turn.confidence >= SURE else None
        try:
            run = turn.desk.diagnosis.answer(
                turn.conversation_id,
                turn.original_text,
                signal=signal,
                wish=wish_of(turn),
                key=turn.key("answer"),
            )
        except NoDiagnosis:
            self._end_without_run(turn)
            return
        if not run.understood and self._names_other_fault(turn):
            # One thing after the other: offered when this one is done.
            turn.set(SECOND_MATTER, turn.intent)
            turn.say("utter_note_other_fault")
            self.ask_again(turn)
            return
        self._relay(turn, run)

    def ask_again(self, turn: Turn) -> None:
        run = turn.desk.diagnosis.current(turn.conversation_id)
        if run is None:
            self._end_without_run(turn)
        else:
            self._relay(turn, run)

    def cancel(self, turn: Turn) -> None:
        # The desk knows what an abandoned run means (and may ask whether to open an order).
        self.take_answer(turn)

    def is_interruption(self, turn: Turn) -> bool:
        """「快多了」 is an answer here, whatever a model makes of it; a wish stays a wish."""
        if not super().is_interruption(turn):
            return False
        if turn.intent == "request_human" or _WISH.search(turn.text):
            return True
        answers = turn.desk.diagnosis.is_answer(turn.conversation_id, turn.original_text)
        return len(turn.text) > _SHORT_ANSWER or not answers

    def finish(self, turn: Turn) -> None:
        # Withholding the phone counted for this fault; at the next one it may be at hand.
        turn.set(IDENTITY_DECLINED, None)
        super().finish(turn)

    def _names_other_fault(self, turn: Turn) -> bool:
        if turn.intent not in REPORTS or turn.confidence < SURE:
            return False
        named = turn.desk.diagnosis.product_for(turn.intent, turn.original_text)
        open_service = turn.desk.diagnosis.open_service(turn.conversation_id)
        return bool(named and turn.desk.diagnosis.service_of(named) != open_service)

    def _end_without_run(self, turn: Turn) -> None:
        """The desk ended the run meanwhile (a person took over, an earlier answer was lost)."""
        if turn.intent in REPORTS and not turn.already_used():
            turn.set(IDENTITY_DECLINED, None)
            turn.set(self.draft_slot, None)
            turn.leave_form()
            turn.go_to("action_start_diagnosis")
            return
        turn.say("utter_confirm_diagnosis_stopped")
        self.finish(turn)

    def _relay(self, turn: Turn, run: DiagnosisTurn) -> None:
        for prompt in run.prompts:
            turn.say_text(prompt.text, prompt.buttons, prompt.image)
        if run.state == "asking":
            self.keep(turn, {"state": "asking"}, "diagnosis_answer")
        elif run.state == "human":
            hand_to_person(turn, "diagnosis_failed")
        else:
            if not run.prompts:
                turn.say(f"utter_confirm_diagnosis_{run.state}")
            self.finish(turn)


def wish_of(turn: Turn) -> SlotWish:
    """The day and hour a sentence names, as understanding found them."""
    day, time = turn.entity("date"), turn.entity("visit_slot")
    return SlotWish(day=date.fromisoformat(day) if day else None, time=str(time) if time else None)
