"""Calling a person: from any action, in one step."""

from __future__ import annotations

from actions.format import moment
from actions.handoff_facts import told_of
from actions.turn import (
    AFTER_IDENTITY,
    HANDOFF_REASON,
    NEXT_FLOW,
    OFFER_PERSON,
    OPEN_OFFER,
    SECOND_MATTER,
    SUSPENDED_FLOWS,
    Turn,
)
from desk.model.conversations import HandoffTicket

# What ends with the hand-over. The draft of a complaint stays: it is gone on with when the
# customer comes back from the person or from the queue and says so.
_ENDED = (
    "change_draft",
    "order_request_draft",
    "identity_draft",
    "work_order_draft",
    "diagnosis_state",
    "identity_declined",
)


def offer_person(turn: Turn, response: str, reason: str) -> None:
    """Say why a person would be better; 好的 or 转人工 then calls one for this reason."""
    turn.say(response)
    turn.set(HANDOFF_REASON, reason)
    turn.offer(OFFER_PERSON)


def hand_to_person(turn: Turn, reason: str) -> None:
    """Queue the conversation for a person, tell position and promise, and end every open flow."""
    ticket = turn.desk.handoff.request(
        turn.conversation_id, reason, key=turn.key("handoff"), told=told_of(turn)
    )
    _tell_place(turn, ticket)
    if turn.desk.diagnosis.current(turn.conversation_id) is not None:
        # The person takes over; a run left open would greet the customer's next message.
        turn.desk.diagnosis.stop(turn.conversation_id, key=turn.key("stop"))
    turn.leave_form()
    turn.handed_over = True
    turn.set(HANDOFF_REASON, None)
    for slot in (AFTER_IDENTITY, NEXT_FLOW, OPEN_OFFER, SUSPENDED_FLOWS, SECOND_MATTER, *_ENDED):
        turn.set(slot, None)


def _tell_place(turn: Turn, ticket: HandoffTicket) -> None:
    """Place, and how long it takes as far as that is known; a call-back where it may be long."""
    position, latest = ticket.position, ticket.promised_minutes
    if ticket.opens_at is not None:
        opens = moment(ticket.opens_at, turn.zone)
        turn.say("utter_confirm_handoff_closed", position=position, opens_at=opens)
    elif not ticket.agents_online:
        turn.say("utter_confirm_handoff_later", position=position, promised_minutes=latest)
    elif ticket.expected_minutes is None:
        turn.say("utter_confirm_handoff_unmeasured", position=position, promised_minutes=latest)
    elif ticket.expected_minutes > latest:
        # What was measured is more than the promise: both in one sentence contradict each other.
        expected = ticket.expected_minutes
        turn.say("utter_confirm_handoff_longer", position=position, expected_minutes=expected)
    else:
        turn.say(
            "utter_confirm_handoff",
            position=position,
            expected_minutes=ticket.expected_minutes,
            promised_minutes=latest,
        )
