"""Calling a person: from any action, in one step."""

from __future__ import annotations

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
    if ticket.agents_online:
        turn.say(
            "utter_confirm_handoff",
            position=ticket.position,
            promised_minutes=ticket.promised_minutes,
        )
    else:
        turn.say(
            "utter_confirm_handoff_later",
            position=ticket.position,
            promised_minutes=ticket.promised_minutes,
        )
    if turn.desk.diagnosis.current(turn.conversation_id) is not None:
        # The person takes over; a run left open would greet the customer's next message.
        turn.desk.diagnosis.stop(turn.conversation_id, key=turn.key("stop"))
    turn.leave_form()
    turn.handed_over = True
    turn.set(HANDOFF_REASON, None)
    for slot in (AFTER_IDENTITY, NEXT_FLOW, OPEN_OFFER, SUSPENDED_FLOWS, SECOND_MATTER, *_ENDED):
        turn.set(slot, None)
