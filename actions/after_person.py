"""The bot goes on after a person: it knows what came of it, and does not begin again."""

from __future__ import annotations

from actions.format import moment
from actions.turn import Turn

PERSON_RESULT = "person_result"
# What was half done before; settled by the person, it is not offered again.
# By the form that would go on with it, and finds nothing to go on with.
_DRAFTS = {
    "complaint_form": "complaint_draft",
    "change_form": "change_draft",
    "order_request_form": "order_request_draft",
}


def remember_person(turn: Turn) -> None:
    """At the first message after a person has closed: take the result over, once.

    Who comes back later is reminded of it; who was told a minute ago is not.
    """
    result = turn.desk.people.results.newest(turn.conversation_id)
    known = turn.slot(PERSON_RESULT) or {}
    if result is None or known.get("handoff_id") == result.handoff_id:
        return
    turn.set(
        PERSON_RESULT,
        {
            "handoff_id": result.handoff_id,
            "disposition": result.disposition,
            "agent": result.agent,
            "at": result.closed_at.isoformat(),
        },
    )
    if result.settled:
        if turn.active_form in _DRAFTS:
            turn.leave_form()
        for slot in _DRAFTS.values():
            turn.set(slot, None)
    if turn.desk.people.results.worth_saying(result):
        turn.say(
            "utter_recall_person",
            at=moment(result.closed_at, turn.zone),
            agent=result.agent or "",
            words=result.words,
        )
