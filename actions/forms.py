"""Flows that hold the conversation over several messages.

Rasa lets an action take the name of a form ("users can override the form"); then it decides
itself when the loop is active. We use that instead of FormAction because what counts as an
interruption depends on the open question and the length of the sentence: 「套餐乱扣费」 is a side
question when a phone number was asked, and the very answer when the complaint's content was.

Each form keeps its place in one slot (`draft_slot`), so that it goes on at the same step after an
interruption, a restart or hours.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any, ClassVar

from rasa_sdk.interfaces import ActionExecutionRejection

from actions.base import DeskAction
from actions.person import hand_to_person
from actions.turn import OFFER_RESUME, REQUESTED, SUSPENDED_FLOWS, TIMES_ASKED, Turn

# These never leave a form: they are answers, or remarks the form itself reacts to.
ANSWERS = frozenset(
    "affirm deny cancel inform inform_fixed inform_not_fixed ask_wait ask_repeat correct_value"
    " rate_service out_of_scope nlu_fallback".split()
)
FAULTS = frozenset(
    "report_broadband_fault report_iptv_fault report_mobile_fault report_landline_fault"
    " ask_outage".split()
)
GRIEVANCES = frozenset("file_complaint dispute_charge report_spam urge_work_order".split())
SMALL_TALK = frozenset("greet thank praise ask_identity goodbye".split())

NO_ANSWER = frozenset(["ask_wait", "ask_repeat"])
SURE = 0.45  # below it a guess must not pull the customer out of a form
SHORT_REMARK = 14  # characters; a longer sentence at an open question is its answer


class Form(DeskAction):
    """A multi-message flow. Subclasses give the steps; this class gives the manners."""

    draft_slot: ClassVar[str]
    own_intents: ClassVar[frozenset[str]] = frozenset()
    free_text_steps: ClassVar[frozenset[str]] = frozenset()
    # A quick question with a form's name: what waited below goes on without being offered.
    quick: ClassVar[bool] = False
    # Knows by itself when it goes round in circles.
    counts_itself: ClassVar[bool] = False

    # -- to be given by each form -----------------------------------------------------------
    def start(self, turn: Turn) -> None:
        """Open the form, or go on where it was left."""
        raise NotImplementedError

    def take_answer(self, turn: Turn) -> None:
        """Deal with an answer to the open question."""
        raise NotImplementedError

    def ask_again(self, turn: Turn) -> None:
        """Repeat the open question."""
        raise NotImplementedError

    def cancel(self, turn: Turn) -> None:
        """End the form at the customer's wish and say what that means."""
        raise NotImplementedError

    # -- the course -------------------------------------------------------------------------
    def act(self, turn: Turn) -> None:
        if turn.active_form != self.action_name:
            self._open(turn)
        elif turn.already_used():
            # Who said goodbye was told that the place is kept; asking on would be pushing.
            if turn.intent != "goodbye":
                self.ask_again(turn)
        elif self.is_interruption(turn):
            raise ActionExecutionRejection(self.action_name, f"interrupted by {turn.intent}")
        elif turn.intent == "cancel" and turn.confidence >= SURE:
            self.cancel(turn)
        else:
            self._take_answer_or_end_the_round(turn)

    def _take_answer_or_end_the_round(self, turn: Turn) -> None:
        """Where answers lead nowhere again and again, somebody else is to help."""
        step, draft, said = turn.slot(REQUESTED), self.draft(turn), turn.replies_so_far
        self.take_answer(turn)
        stays = turn.active_form == self.action_name and turn.slot(REQUESTED) == step
        if self.counts_itself or not stays or self.draft(turn) != draft:
            turn.set(TIMES_ASKED, None)
            return
        if turn.intent in NO_ANSWER:
            return
        times = int(turn.slot(TIMES_ASKED) or 1) + 1
        turn.set(TIMES_ASKED, times)
        if times >= turn.desk.policies.manners.repeated.before_person:
            turn.take_back_replies(said)
            turn.say("utter_inform_person_for_stuck")
            hand_to_person(turn, "not_understood")

    def _open(self, turn: Turn) -> None:
        if turn.active_form is not None:
            waiting = [f for f in turn.slot(SUSPENDED_FLOWS) or [] if f != turn.active_form]
            turn.set(SUSPENDED_FLOWS, [*waiting, turn.active_form])
        turn.enter_form(self.action_name)
        turn.set(TIMES_ASKED, None)
        self.start(turn)

    def is_interruption(self, turn: Turn) -> bool:
        """Whether the sentence is about something else than the open question."""
        if turn.intent in ANSWERS or turn.intent in self.own_intents:
            return False
        if turn.confidence < SURE:
            return False
        if turn.slot(REQUESTED) in self.free_text_steps:
            return turn.intent not in FAULTS | GRIEVANCES and len(turn.text) <= SHORT_REMARK
        return True

    def finish(self, turn: Turn) -> None:
        """Close the form; if another flow waits below it, offer to go on with that."""
        turn.leave_form()
        turn.set(self.draft_slot, None)
        waiting = list(turn.slot(SUSPENDED_FLOWS) or [])
        if waiting and not self.quick:
            flow = waiting.pop()
            turn.set(SUSPENDED_FLOWS, waiting or None)
            turn.say(f"utter_offer_resume_{flow}")
            turn.offer(OFFER_RESUME + flow)

    def draft(self, turn: Turn) -> dict[str, Any]:
        """What the form has learnt so far: a copy all the way down, or a changed part inside it
        would look unchanged when it is kept."""
        return deepcopy(dict(turn.slot(self.draft_slot) or {}))

    def keep(self, turn: Turn, draft: dict[str, Any], step: str) -> None:
        """Remember the draft and which question is open."""
        turn.set(self.draft_slot, draft)
        turn.set(REQUESTED, step)
