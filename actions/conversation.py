"""Everything that holds a conversation together without being a matter of its own."""

from __future__ import annotations

import re

from actions.base import DeskAction
from actions.format import day_part
from actions.order_requests import adds_to_an_order
from actions.person import hand_to_person, offer_person
from actions.second_matter import take_second_matter
from actions.turn import HANDOFF_REASON, OFFER_PERSON, OFFER_RESUME, OFFER_SECOND, OPEN_OFFER, Turn
from actions.understanding import ENOUGH, count_misunderstood

_GO_ON = re.compile(r"继续|接着|投诉")


class GreetCustomer(DeskAction):
    """By time of day; says that it is a bot."""

    action_name = "action_greet_customer"

    def act(self, turn: Turn) -> None:
        response = "utter_greet_again" if turn.active_form else "utter_greet"
        turn.say(response, day_part=day_part(turn.desk.clock.now(), turn.zone))


class SayGoodbye(DeskAction):
    action_name = "action_say_goodbye"

    def act(self, turn: Turn) -> None:
        turn.say("utter_pause_flow" if turn.active_form else "utter_say_goodbye")


class AcknowledgeThanks(DeskAction):
    action_name = "action_acknowledge_thanks"

    def act(self, turn: Turn) -> None:
        turn.say("utter_acknowledge_thanks")


class AcknowledgePraise(DeskAction):
    action_name = "action_acknowledge_praise"

    def act(self, turn: Turn) -> None:
        turn.say("utter_acknowledge_praise")


class IntroduceBot(DeskAction):
    action_name = "action_introduce_bot"

    def act(self, turn: Turn) -> None:
        turn.say("utter_introduce_bot")


class ThankRating(DeskAction):
    action_name = "action_thank_rating"

    def act(self, turn: Turn) -> None:
        turn.say("utter_thank_rating")


class AcceptOffer(DeskAction):
    """好的: take what was offered last, if anything was."""

    action_name = "action_accept_offer"

    def act(self, turn: Turn) -> None:
        offer = str(turn.slot(OPEN_OFFER) or "")
        turn.set(OPEN_OFFER, None)
        if offer == OFFER_PERSON:
            hand_to_person(turn, str(turn.slot(HANDOFF_REASON) or "unsupported"))
        elif offer.startswith(OFFER_RESUME):
            turn.go_to(offer.removeprefix(OFFER_RESUME))
        elif offer.startswith(OFFER_SECOND):
            take_second_matter(turn, offer.removeprefix(OFFER_SECOND))
        elif turn.slot("complaint_draft") and _GO_ON.search(turn.text):
            turn.go_to("complaint_form")
        else:
            turn.say("utter_ask_need")


class DeclineOffer(DeskAction):
    """不用了: drop what was offered last; an abandoned diagnosis is closed at the desk too."""

    action_name = "action_decline_offer"

    def act(self, turn: Turn) -> None:
        if adds_to_an_order(turn):
            turn.go_to("order_request_form")
            return
        offer = str(turn.slot(OPEN_OFFER) or "")
        turn.set(OPEN_OFFER, None)
        turn.set(HANDOFF_REASON, None)
        if offer == f"{OFFER_RESUME}diagnosis_form":
            turn.desk.diagnosis.stop(turn.conversation_id, key=turn.key("stop"))
            turn.set("identity_declined", None)
        elif offer == f"{OFFER_RESUME}complaint_form":
            turn.set("complaint_draft", None)
        turn.say("utter_accept_decline" if offer else "utter_ask_need")


class RepeatReply(DeskAction):
    """再说一遍, outside any form. Said again, the same words would not help: a person may."""

    action_name = "action_repeat_reply"
    keeps_misunderstood = True

    def act(self, turn: Turn) -> None:
        times = count_misunderstood(turn)
        if times >= turn.desk.policies.manners.repeated.before_person:
            turn.say("utter_inform_person_for_repeated")
            hand_to_person(turn, "repeated")
        elif times >= ENOUGH:
            offer_person(turn, "utter_offer_person", "not_understood")
        else:
            self._say_again(turn)

    def _say_again(self, turn: Turn) -> None:
        replies = [r for r in turn.last_replies() if r.get("text")]
        if not replies:
            turn.say("utter_ask_need")
        for reply in replies:
            buttons = (reply.get("data") or {}).get("buttons") or []
            turn.say_text(str(reply["text"]), tuple(str(b["payload"]) for b in buttons))


class WaitPatiently(DeskAction):
    action_name = "action_wait_patiently"

    def act(self, turn: Turn) -> None:
        turn.say("utter_wait_patiently")


class ReceiveInformation(DeskAction):
    """A number or a remark without a question before it."""

    action_name = "action_receive_information"

    def act(self, turn: Turn) -> None:
        if adds_to_an_order(turn):
            turn.go_to("order_request_form")
        elif turn.entity("work_order_number"):
            turn.go_to("work_order_form")
        elif turn.intent == "inform_not_fixed" or turn.desk.diagnosis.current(turn.conversation_id):
            turn.go_to("action_start_diagnosis")
        elif turn.intent == "inform_fixed":
            turn.say("utter_congratulate_fixed")
        else:
            turn.say("utter_ask_need")
