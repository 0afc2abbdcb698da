"""Answers to what is asked after or beside a conversation: score, proposal, 留言."""

from __future__ import annotations

from actions.base import DeskAction
from actions.follow_up_words import PROPOSAL, QUESTION, SCORE, UNANSWERED, score, verdict
from actions.format import moment
from actions.identity import VERIFIED_PHONE
from actions.turn import OFFER_PERSON, Turn
from desk.model.errors import IllegalTransition, SurveyClosed


class TakeScore(DeskAction):
    """满意度: thanked for; what was bad is looked at by somebody else, today."""

    action_name = SCORE

    def act(self, turn: Turn) -> None:
        asked, given = turn.desk.surveys.waiting(turn.conversation_id), score(turn)
        if asked is None or given is None:
            turn.say("utter_thank_rating")
            return
        try:
            result = turn.desk.surveys.answer(
                turn.conversation_id,
                asked.number,
                given,
                turn.original_text,
                key=turn.key("score"),
            )
        except SurveyClosed:
            turn.say("utter_thank_rating")
            return
        if result.reopened:
            turn.say("utter_confirm_score_reopened", number=result.number)
        elif result.review_by is not None:
            by = moment(result.review_by, turn.zone)
            turn.say("utter_confirm_score_review", number=result.number, by=by)
        else:
            turn.say("utter_confirm_score", number=result.number)


class AnswerProposal(DeskAction):
    """A complaint's proposal: yes closes it, no takes it to somebody else."""

    action_name = PROPOSAL

    def act(self, turn: Turn) -> None:
        asked, accepted = turn.desk.complaint_results.waiting(turn.conversation_id), verdict(turn)
        if asked is None or accepted is None:
            turn.say("utter_ask_need")
            return
        number = asked.number
        try:
            update = turn.desk.complaint_results.answer(
                turn.conversation_id,
                number,
                accepted=accepted,
                words=turn.original_text,
                key=turn.key("answer"),
            )
        except IllegalTransition:
            # A person was faster: the complaint went on meanwhile.
            turn.say("utter_inform_proposal_over", number=number)
            turn.offer(OFFER_PERSON)
            return
        if accepted:
            turn.say("utter_confirm_proposal_accepted", number=update.number)
        else:
            by = moment(update.promised_at, turn.zone)
            turn.say("utter_confirm_proposal_rejected", number=update.number, by=by)


class LeaveQuestion(DeskAction):
    """What the bot does not know goes to a person, who replies within the promised time."""

    action_name = QUESTION

    def act(self, turn: Turn) -> None:
        receipt = turn.desk.questions.ask(
            turn.conversation_id,
            str((turn.slot(UNANSWERED) or {}).get("question")),
            turn.slot(VERIFIED_PHONE),
            key=turn.key("question"),
        )
        turn.set(UNANSWERED, None)
        by = moment(receipt.promised_at, turn.zone)
        turn.say("utter_confirm_question", number=receipt.number, by=by)
