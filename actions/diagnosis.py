"""Broadband trouble: the desk interprets the tree, this relays answers and prompts."""

from __future__ import annotations

from actions.base import DeskAction
from actions.forms import FAULTS, SURE, Form
from actions.handoff import hand_to_person
from actions.identity import IDENTITY_DECLINED
from actions.turn import AFTER_IDENTITY, Turn
from desk.model.diagnosis import DiagnosisTurn
from desk.model.errors import NoDiagnosis

PRODUCT = "broadband"
SIGNALS = {
    "affirm": "affirm",
    "deny": "deny",
    "inform_fixed": "fixed",
    "inform_not_fixed": "not_fixed",
    "ask_wait": "wait",
    "ask_repeat": "repeat",
    "cancel": "cancel",
}


class StartDiagnosis(DeskAction):
    """宽带上不了网: identity first so that the line can be tested, but it may be skipped."""

    action_name = "action_start_diagnosis"

    def act(self, turn: Turn) -> None:
        desk = turn.desk
        if desk.diagnosis.current(turn.conversation_id) is not None:
            turn.say("utter_resume_diagnosis")
            turn.go_to("diagnosis_form")
        elif turn.slot(IDENTITY_DECLINED) or desk.identity.level(turn.conversation_id).verified:
            turn.say("utter_apologize_fault")
            turn.go_to("diagnosis_form")
        else:
            turn.say("utter_apologize_fault")
            turn.set(AFTER_IDENTITY, "diagnosis_form")
            turn.go_to("identity_form")


class DiagnosisForm(Form):
    """An active loop until the desk's run is no longer asking."""

    action_name = "diagnosis_form"
    draft_slot = "diagnosis_state"
    # 「密码错误」「停机了」 are answers to what the line shows, not wishes of their own.
    own_intents = FAULTS | frozenset(["reset_password", "restore_line"])

    def start(self, turn: Turn) -> None:
        run = turn.desk.diagnosis.current(turn.conversation_id)
        if run is None:
            run = turn.desk.diagnosis.start(turn.conversation_id, PRODUCT, key=turn.key("start"))
        self._relay(turn, run)

    def take_answer(self, turn: Turn) -> None:
        signal = SIGNALS.get(turn.intent) if turn.confidence >= SURE else None
        try:
            run = turn.desk.diagnosis.answer(
                turn.conversation_id, turn.original_text, signal=signal, key=turn.key("answer")
            )
        except NoDiagnosis:
            self._end_without_run(turn)
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

    def finish(self, turn: Turn) -> None:
        # Withholding the phone counted for this fault; at the next one it may be at hand.
        turn.set(IDENTITY_DECLINED, None)
        super().finish(turn)

    def _end_without_run(self, turn: Turn) -> None:
        """The desk ended the run meanwhile (a person took over, an earlier answer was lost)."""
        if turn.intent == "report_broadband_fault" and not turn.already_used():
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
            hand_to_person(turn, "bot_failed")
        else:
            if not run.prompts:
                turn.say(f"utter_confirm_diagnosis_{run.state}")
            self.finish(turn)
