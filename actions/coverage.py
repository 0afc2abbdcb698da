"""我家能装宽带吗: one question, the address; open to everybody."""

from __future__ import annotations

import re

from actions.forms import Form
from actions.turn import OFFER_PERSON, Turn

_PLACE = re.compile(
    r"[\u4e00-\u9fff]{2,}(路|街|巷|道|村|镇|区|园|苑|城|府|庭|湾|里|号|栋|楼|大厦|单元)"
)
_ABOUT_HOME = re.compile(r"^(我家|我们家|家里|我这|我们这|这里|这边|本地|你们|我们?小区)")
SHORTEST_ADDRESS = 3


def stated_address(turn: Turn) -> str | None:
    """The place a sentence names: what understanding found, or words that look like one."""
    found = turn.entity("address") or turn.entity("area")
    if found:
        return str(found)
    place = _PLACE.search(turn.text)
    return place.group() if place and not _ABOUT_HOME.match(place.group()) else None


class CoverageForm(Form):
    """Answered at once when the first message holds an address."""

    action_name = "coverage_form"
    draft_slot = "coverage_draft"
    quick = True
    own_intents = frozenset(["query_coverage"])

    def start(self, turn: Turn) -> None:
        address = None if turn.already_used() else stated_address(turn)
        if address:
            self._tell(turn, address)
        else:
            self.keep(turn, {}, "address")
            turn.say("utter_ask_coverage_address")

    def take_answer(self, turn: Turn) -> None:
        if turn.intent == "ask_wait":
            turn.say("utter_wait_patiently")
            return
        address = stated_address(turn)
        if address is None and turn.intent in ("inform", "nlu_fallback", "query_coverage"):
            address = turn.text if len(turn.text) >= SHORTEST_ADDRESS else None
        if turn.intent == "deny":
            self.cancel(turn)
        elif address is None:
            turn.say("utter_ask_coverage_address")
        else:
            self._tell(turn, address)

    def is_interruption(self, turn: Turn) -> bool:
        return stated_address(turn) is None and super().is_interruption(turn)

    def ask_again(self, turn: Turn) -> None:
        turn.say("utter_ask_coverage_address")

    def cancel(self, turn: Turn) -> None:
        turn.say("utter_cancel_coverage")
        self.finish(turn)

    def _tell(self, turn: Turn, address: str) -> None:
        found = turn.desk.account.coverage(address)
        if found is None:
            turn.say("utter_inform_coverage_unknown", address=address)
            turn.offer(OFFER_PERSON)
        elif not found.speeds_mbps:
            turn.say("utter_inform_coverage_none", place=found.place)
        else:
            speeds = "、".join(f"{speed}M" for speed in found.speeds_mbps)
            turn.say("utter_inform_coverage", place=found.area + found.place, speeds=speeds)
        self.finish(turn)
