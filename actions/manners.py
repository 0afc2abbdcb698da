"""Manners towards every customer, before and after whatever an action does.

Greets once a day and says that a bot speaks; stays calm when abused, once, then calls a person;
calls a person when the same question comes again and again; speaks plainly to the elderly. The
figures and patterns are policy data (data/policies/manners.yml).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from actions.format import day_part
from actions.person import hand_to_person
from actions.second_matter import intent_labels
from actions.turn import ELDERLY, Turn

if TYPE_CHECKING:
    from desk.policies import RepeatedPolicy

GREETED_ON, ABUSE, ASKED = "greeted_on", "abuse", "asked"
_GREETING = "action_greet_customer"
_PERSON = "转人工"
# What makes no difference between two times of the same question.
_FILLERS = re.compile(r"[\W_]|[吗呢啊呀吧了的嘛哦额嗯]|请问|麻烦|到底|究竟")


def greet_first(turn: Turn, action_name: str) -> None:
    """The first reply of a day begins with a greeting; inside a flow nobody is greeted again."""
    now = turn.desk.clock.now()
    today = f"{now.astimezone(turn.zone):%Y-%m-%d}"
    greeted = turn.slot(GREETED_ON)
    if greeted == today or (greeted and turn.active_form):
        return
    turn.set(GREETED_ON, today)
    if action_name != _GREETING:
        turn.say("utter_greet_first", day_part=day_part(now, turn.zone))


def mind_manners(turn: Turn) -> bool:
    """React to how something was said. True: that was all, nothing else is to be done."""
    manners = turn.desk.policies.manners
    if manners.distress.hears(turn.original_text):
        _call_person(turn, "utter_care", "distress")
        return True
    _mind_age(turn, manners.elderly.hears(turn.original_text))
    if manners.elderly.command.search(turn.original_text):
        _say_last_again(turn)
        return True
    if manners.abuse.hears(turn.original_text):
        times = int(turn.slot(ABUSE) or 0) + 1
        turn.set(ABUSE, times)
        if times >= manners.abuse.before_person:
            _call_person(turn, "utter_inform_person_for_angry", "angry")
            return True
        turn.say("utter_calm")
    if _asked_again(turn, manners.repeated) >= manners.repeated.before_person:
        _call_person(turn, "utter_inform_person_for_repeated", "repeated")
        return True
    return False


def leave_a_way_out(turn: Turn) -> None:
    """A person in one step, at any time: for those who find all this hard, and for VIPs."""
    if (turn.elderly or turn.vip) and not turn.handed_over:
        turn.add_button(_PERSON, _PERSON)


def _call_person(turn: Turn, why: str, reason: str) -> None:
    turn.set(ABUSE, None)
    turn.set(ASKED, None)
    turn.say(why)
    hand_to_person(turn, reason)


def _mind_age(turn: Turn, wanted: bool | None) -> None:
    if wanted is None or wanted == turn.elderly:
        return
    turn.set(ELDERLY, wanted or None)
    # A channel with a screen makes its letters larger; others ignore the mode.
    if wanted:
        turn.say("utter_confirm_elderly", custom={"mode": "elderly"})
    else:
        turn.say("utter_confirm_elderly_off", custom={"mode": "standard"})


def _say_last_again(turn: Turn) -> None:
    """The question that was open when something else was said: its buttons have closed."""
    said = [reply for reply in turn.last_replies() if reply.get("text")]
    if turn.active_form and said:
        buttons = (said[-1].get("data") or {}).get("buttons") or []
        turn.say_text(str(said[-1]["text"]), tuple(str(b["payload"]) for b in buttons))


def _asked_again(turn: Turn, policy: RepeatedPolicy) -> int:
    """How often in a row this question was asked; answers inside a flow are no questions."""
    if turn.active_form or turn.intent not in intent_labels():
        return 0
    text = _FILLERS.sub("", turn.text)
    what = text if turn.intent in policy.by_text else turn.intent
    before = turn.slot(ASKED) or {}
    times = before.get("times", 0) + 1 if before.get("what") == what else 1
    turn.set(ASKED, {"what": what, "times": times})
    return times
