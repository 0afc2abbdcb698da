"""What all actions do the same way: thread, idempotency key, desk errors, what follows."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any, ClassVar

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.after_person import remember_person
from actions.follow_up_words import QUESTION, UNANSWERED, follow_up_step
from actions.knowledge_words import next_step
from actions.manners import greet_first, leave_a_way_out, mind_manners
from actions.second_matter import offer_second_matter
from actions.turn import (
    AFTER_IDENTITY,
    HANDOFF_REASON,
    MISUNDERSTOOD,
    NEXT_FLOW,
    OFFER_PERSON,
    OPEN_OFFER,
    SECOND_MATTER,
    SUSPENDED_FLOWS,
    Turn,
)
from desk.model.errors import (
    DeskError,
    IdentityRequired,
    InvalidPhone,
    TooManyCodes,
    UnknownWorkOrder,
)

if TYPE_CHECKING:
    from desk.app import Desk

logger = logging.getLogger(__name__)


_REFUSALS: dict[type[DeskError], str] = {
    InvalidPhone: "utter_reject_phone",
    TooManyCodes: "utter_reject_code_request",
    UnknownWorkOrder: "utter_reject_work_order",
}


class DeskAction(Action):
    """An action: `act` is plain synchronous code; the rest of the course is here."""

    action_name: ClassVar[str]
    # Whether this action counts as "the customer was not understood".
    keeps_misunderstood: ClassVar[bool] = False

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def name(self) -> str:
        return self.action_name

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Rasa's entry. The desk is synchronous: this is the one place that leaves the loop."""
        turn = Turn(self.desk, dispatcher, tracker, self.action_name)
        await asyncio.to_thread(self._course, turn)
        return turn.events

    def act(self, turn: Turn) -> None:
        """Do the one thing this action is for."""
        raise NotImplementedError

    def _course(self, turn: Turn) -> None:
        offer, unanswered = turn.slot(OPEN_OFFER), turn.slot(UNANSWERED)
        turn.set(NEXT_FLOW, None)
        if turn.second_matter and not turn.already_used():
            turn.set(SECOND_MATTER, turn.second_matter)
        if not self.keeps_misunderstood:
            turn.set(MISUNDERSTOOD, 0)
        greet_first(turn, self.action_name)
        if turn.begins:
            remember_person(turn)
        try:
            if turn.begins and (step := _step_first(turn)) not in (None, self.action_name):
                # A photo; 没帮到我, or a title pressed: whatever this action is for.
                turn.go_to(str(step))
            elif not (turn.begins and mind_manners(turn)):
                self.act(turn)
        except IdentityRequired:
            self._ask_identity_first(turn)
        except DeskError as error:
            logger.info("action=%s refused=%s", self.action_name, error.code)
            turn.say(_REFUSALS.get(type(error), "utter_reject_request"))
            turn.offer(OFFER_PERSON)
        _forget_offers(turn, offer, unanswered)
        self._resume_suspended(turn)
        if not self.keeps_misunderstood:
            offer_second_matter(turn)
        leave_a_way_out(turn)

    def _ask_identity_first(self, turn: Turn) -> None:
        turn.set(AFTER_IDENTITY, self.action_name)
        turn.go_to("identity_form")

    def _resume_suspended(self, turn: Turn) -> None:
        """After a side matter is done, go back to the form that waited for it."""
        waiting = list(turn.slot(SUSPENDED_FLOWS) or [])
        if waiting and not (turn.active_form or turn.slot(NEXT_FLOW) or turn.slot(OPEN_OFFER)):
            turn.go_to(waiting.pop())
            turn.set(SUSPENDED_FLOWS, waiting or None)


def _forget_offers(turn: Turn, offer: Any, unanswered: Any) -> None:
    """An offer stands for one answer only; "好的" two turns later means something else."""
    if offer is not None and turn.slot(OPEN_OFFER) == offer and not turn.offer_renewed:
        turn.set(OPEN_OFFER, None)
        turn.set(HANDOFF_REASON, None)
    if turn.slot(UNANSWERED) == unanswered and turn.slot(NEXT_FLOW) != QUESTION:
        # Nor is a question from before what somebody is to reply to.
        turn.set(UNANSWERED, None)


def _step_first(turn: Turn) -> str | None:
    """The action that a message is for, whatever understanding makes of it."""
    if turn.desk.policies.manners.distress.hears(turn.original_text):
        return None  # whatever else the words may be
    return (None if turn.is_picture else next_step(turn)) or follow_up_step(turn)
