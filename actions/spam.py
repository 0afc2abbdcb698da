"""骚扰举报: the number, advice, and an order for the team that blocks it. No identity needed."""

from __future__ import annotations

import re

from actions.format import moment
from actions.forms import Form
from actions.turn import OFFER_PERSON, Turn

_NUMBER = re.compile(r"(?<!\d)(?:\+?\d[\d\- ]{2,20}\d)(?!\d)")
_UNKNOWN = re.compile(r"不(知道|记得|清楚)|没(有)?(显示|记|存)|未知|删了|隐藏|很多|好多|不同的?号")


class SpamForm(Form):
    """One question: which number."""

    action_name = "spam_form"
    draft_slot = "spam_draft"
    own_intents = frozenset(["report_spam", "file_complaint"])

    def start(self, turn: Turn) -> None:
        words = "" if turn.already_used() else turn.original_text
        number = None if turn.already_used() else _stated(turn)
        if number:
            self._report(turn, number, words)
            return
        self.keep(turn, {"words": words}, "number")
        turn.say("utter_ask_spam_number")

    def take_answer(self, turn: Turn) -> None:
        number = _stated(turn)
        words = str(self.draft(turn).get("words") or turn.original_text)
        if turn.intent == "ask_wait":
            turn.say("utter_wait_patiently")
        elif number:
            self._report(turn, number, words)
        elif _UNKNOWN.search(turn.text) or turn.intent == "deny":
            turn.say("utter_advise_spam")
            turn.offer(OFFER_PERSON)
            self.finish(turn)
        else:
            turn.say("utter_ask_spam_number")

    def is_interruption(self, turn: Turn) -> bool:
        answers = _stated(turn) or _UNKNOWN.search(turn.text)
        return not answers and super().is_interruption(turn)

    def ask_again(self, turn: Turn) -> None:
        turn.say("utter_ask_spam_number")

    def cancel(self, turn: Turn) -> None:
        turn.say("utter_cancel_spam")
        self.finish(turn)

    def _report(self, turn: Turn, number: str, words: str) -> None:
        receipt = turn.desk.spam.report(turn.conversation_id, number, words, key=turn.key("report"))
        turn.say(
            "utter_confirm_spam",
            number=receipt.number,
            spam=number,
            promised_at=moment(receipt.promised_at, turn.zone),
        )
        self.finish(turn)


def _stated(turn: Turn) -> str | None:
    found = turn.entity("phone")
    if found:
        return str(found)
    written = _NUMBER.search(turn.text)
    return re.sub(r"[\- ]", "", written.group()) if written else None
