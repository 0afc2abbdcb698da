"""是不是片区故障? Answered from known incidents; where there are none, diagnosis is offered."""

from __future__ import annotations

import re

from actions.diagnosis import DIAGNOSIS_STATE
from actions.format import moment
from actions.forms import Form
from actions.turn import AFTER_IDENTITY, OFFER_RESUME, Turn

# An area as an answer: short, or one that ends like a place.
_AREA = re.compile(
    r"^(?:我?(?:家)?(?:在|住)(?:的是)?)?(?P<area>[\u4e00-\u9fff]{2,6}?)(?:这边|那边|吧|的)?$"
)
# 是不是片区故障, 我们小区: these name no area.
_NO_AREA = re.compile(r"[是不没有]|片区|小区|地区|社区|校区|园区|哪")
_BY_IDENTITY = re.compile(r"核实|验证|手机号|身份|查我")
ASKED_AT_MOST = 2


class OutageForm(Form):
    """One question at most: which area. A proven customer's own area is known."""

    action_name = "outage_form"
    draft_slot = "outage_draft"
    counts_itself = True
    quick = True
    own_intents = frozenset(["ask_outage"])

    def start(self, turn: Turn) -> None:
        draft = self.draft(turn)
        if turn.intent == "ask_outage":
            draft = {"said": turn.original_text}
        self.keep(turn, draft, "area")
        self._answer(turn, _area_in(turn))

    def take_answer(self, turn: Turn) -> None:
        if turn.intent == "ask_wait":
            turn.say("utter_wait_patiently")
            return
        if turn.intent in ("deny", "cancel"):
            self.cancel(turn)
            return
        if _BY_IDENTITY.search(turn.text):
            turn.set(AFTER_IDENTITY, self.action_name)
            turn.leave_form()
            turn.go_to("identity_form")
            return
        found = _AREA.search(turn.text)
        named = found.group("area") if found else None
        known = named if named and not _NO_AREA.search(named) else None
        self._answer(turn, _area_in(turn) or known)

    def ask_again(self, turn: Turn) -> None:
        turn.say("utter_ask_outage_area")

    def cancel(self, turn: Turn) -> None:
        turn.say("utter_accept_decline")
        self.finish(turn)

    def _answer(self, turn: Turn, area: str | None) -> None:
        report = turn.desk.outages.at(turn.conversation_id, area)
        draft = self.draft(turn)
        asked = int(draft.get("asked", 0))
        if report.area is None and asked < ASKED_AT_MOST:
            self.keep(turn, {**draft, "asked": asked + 1}, "area")
            turn.say("utter_ask_outage_area")
            return
        for incident in report.incidents:
            kind = "planned" if incident.kind == "planned" else "outage"
            turn.say(
                f"utter_inform_{kind}",
                area=incident.area,
                text=incident.text,
                expected_end=moment(incident.expected_end, turn.zone),
            )
        if not report.incidents:
            self._offer_diagnosis(turn, report.area, draft.get("said", ""))
        self.finish(turn)

    def _offer_diagnosis(self, turn: Turn, area: str | None, said: str) -> None:
        product = turn.desk.diagnosis.product_for("ask_outage", said)
        turn.set(DIAGNOSIS_STATE, {"product": product})
        turn.say("utter_inform_no_outage", area=area or "您所在的区域")
        turn.offer(f"{OFFER_RESUME}action_start_diagnosis")


def _area_in(turn: Turn) -> str | None:
    """The area a sentence names, unless it only looks like one."""
    area = turn.entity("area")
    return None if area is None or _NO_AREA.search(area) else str(area)
