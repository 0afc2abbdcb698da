"""When the bot does not know what to do: ask back, or say honestly what it cannot do yet."""

from __future__ import annotations

from actions.base import DeskAction
from actions.knowledge import answer_if_sure
from actions.order_requests import adds_to_an_order
from actions.person import offer_person
from actions.second_matter import intent_labels
from actions.turn import MISUNDERSTOOD, OFFER_PERSON, Turn

CHOICES = 3
ENOUGH = 2


def count_misunderstood(turn: Turn) -> int:
    """The how-manieth message in a row that led nowhere; any other action ends the row."""
    times = int(turn.slot(MISUNDERSTOOD) or 0) + 1
    turn.set(MISUNDERSTOOD, times)
    return times


class AskClarification(DeskAction):
    """您是想…还是…? Twice in a row: offer a person clearly."""

    action_name = "action_ask_clarification"
    keeps_misunderstood = True

    def act(self, turn: Turn) -> None:
        if adds_to_an_order(turn):
            turn.go_to("order_request_form")
            return
        if turn.choices == ["ask_faq"]:
            # "Is it a question you have?" is no question to ask back.
            turn.go_to("action_answer_question")
            return
        if answer_if_sure(turn):
            turn.set(MISUNDERSTOOD, 0)
            return
        labels = intent_labels()
        likely = [labels[i] for i in turn.choices if i in labels][:CHOICES]
        if count_misunderstood(turn) >= ENOUGH:
            offer_person(turn, "utter_offer_person", "not_understood")
            return
        if not likely:
            unknown = turn.move == "unknown"
            turn.say("utter_inform_not_understood" if unknown else "utter_ask_rephrase")
            return
        names = "，还是".join(label["label"] for label in likely)
        choices = [(label["label"], label["says"]) for label in likely]
        turn.say_choice("utter_ask_clarification", choices, choices=names)


class DeclineTopic(DeskAction):
    """Something no operator does: say what the bot is for."""

    action_name = "action_decline_topic"
    keeps_misunderstood = True

    def act(self, turn: Turn) -> None:
        if count_misunderstood(turn) >= ENOUGH:
            offer_person(turn, "utter_offer_person", "not_understood")
        else:
            turn.say("utter_decline_topic")


class OfferPerson(DeskAction):
    """A matter whose flow does not exist yet: say so, and offer a person who can do it."""

    action_name = "action_offer_person"

    def act(self, turn: Turn) -> None:
        label = intent_labels().get(turn.intent, {}).get("label", "这件事")
        turn.say("utter_inform_not_offered", matter=label)
        turn.offer(OFFER_PERSON)
