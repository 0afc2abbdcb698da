"""A complaint: what happened → kind → wished outcome → phone → read back → number and dates."""

from __future__ import annotations

import re
from typing import Any

from actions.complaint_filing import file_complaint
from actions.complaint_words import (
    CHANGE,
    PHONE_LIKE,
    SUBMIT,
    Correction,
    accepts_phone,
    answers_phone,
    correction,
    doubts,
    gives_phone,
    holds,
    named_part,
    names_verified_phone,
    refuses_phone,
    says_submit,
    stated_phone,
    valid_phone,
    wants_change,
)
from actions.format import masked
from actions.forms import FAULTS, GRIEVANCES, SURE, Form
from actions.identity import PRIVACY_TOLD, VERIFIED_PHONE
from actions.person import hand_to_person
from actions.turn import REQUESTED, Turn

STEPS = ("description", "category", "wish", "phone", "confirm")
# Steps whose answer cannot look like a correction of another part.
CORRECTABLE_AT = ("category", "phone", "confirm", "part")
_BARE = re.compile(
    r"^(我?要|我想|想要?|帮我)?(进行|去|继续|接着)?(投诉|反映|反馈|举报)"
    r"(一下|你们|个?问题|个?情况|服务)?[了吧啊!。,]*$"
)
_NO_WISH = re.compile(r"^(没有?|无|没什么|跳过|随便|都行|不用了?|没有特别.*|暂无)[了吧的。]*$")
SHORTEST_DESCRIPTION = 4
ENOUGH_IN_OPENING = 6


class ComplaintForm(Form):
    """Collects the four parts and reads them back before anything is filed."""

    action_name = "complaint_form"
    draft_slot = "complaint_draft"
    own_intents = GRIEVANCES
    free_text_steps = frozenset(["description", "wish"])

    def start(self, turn: Turn) -> None:
        draft = self.draft(turn)
        fresh = not draft or draft.pop("fresh", False)
        turn.say("utter_apologize_complaint" if fresh else "utter_resume_complaint")
        # One complaint, one token: however often the filing is tried, it is filed once.
        draft.setdefault("token", turn.message_id)
        opening = turn.original_text
        is_account = turn.intent in GRIEVANCES | FAULTS and not turn.already_used()
        if is_account and len(opening) >= ENOUGH_IN_OPENING and not _BARE.match(turn.text):
            self._add_description(draft, opening)
            turn.say("utter_confirm_description")
        self._ask_next(turn, draft)

    def take_answer(self, turn: Turn) -> None:
        if turn.intent == "ask_wait":
            turn.say("utter_wait_patiently")
        elif turn.intent == "ask_repeat" and turn.slot(REQUESTED) != "description":
            self.ask_again(turn)
        elif corrected := self._correction(turn):
            self._correct(turn, self.draft(turn), corrected)
        elif self._says_more(turn):
            draft = self.draft(turn)
            self._add_description(draft, turn.original_text)
            turn.say("utter_confirm_description")
            self._ask(turn, draft, str(turn.slot(REQUESTED)))
        else:
            getattr(self, f"_take_{turn.slot(REQUESTED)}")(turn, self.draft(turn))

    def ask_again(self, turn: Turn) -> None:
        self._ask(turn, self.draft(turn), str(turn.slot(REQUESTED)))

    def cancel(self, turn: Turn) -> None:
        if turn.slot(REQUESTED) == "confirm" and holds(turn.text):
            # 先别提交 ends nothing: what was said stays, and the question too.
            self.ask_again(turn)
            return
        turn.say("utter_cancel_complaint")
        self.finish(turn)

    def is_interruption(self, turn: Turn) -> bool:
        step = turn.slot(REQUESTED)
        if step in ("category", "part", "confirm") and (
            CHANGE.search(turn.text) or self._named_category(turn) or SUBMIT.search(turn.text)
        ):
            return turn.intent == "request_human"
        if self._correction(turn) or (turn.intent in FAULTS and step != "description"):
            return False
        if step == "phone" and (turn.entity("phone") or answers_phone(turn.text)):
            return turn.intent == "request_human"
        return super().is_interruption(turn)

    def _says_more(self, turn: Turn) -> bool:
        """At a question about something else: more of what happened, not a matter of its own."""
        figures = turn.entity("phone") or PHONE_LIKE.search(turn.text)
        words = (CHANGE, SUBMIT, _BARE)
        return (
            turn.slot(REQUESTED) in ("category", "phone", "confirm")
            and turn.intent in FAULTS | GRIEVANCES
            and len(turn.text) >= SHORTEST_DESCRIPTION
            and not (figures or self._named_category(turn))
            and not any(pattern.search(turn.text) for pattern in words)
        )

    # -- answers ----------------------------------------------------------------------------
    def _take_description(self, turn: Turn, draft: dict[str, Any]) -> None:
        if len(turn.text) < SHORTEST_DESCRIPTION or _BARE.match(turn.text):
            turn.say("utter_ask_description")
            return
        draft["description"] = turn.original_text
        self._ask_next(turn, draft)

    def _take_category(self, turn: Turn, draft: dict[str, Any]) -> None:
        named = self._named_category(turn)
        if named:
            draft["category"] = named
        elif turn.intent == "affirm":
            draft["category"] = draft.get("proposed") or self._propose(turn, draft)
        else:
            self._ask(turn, draft, "category")
            return
        self._ask_next(turn, draft)

    def _take_wish(self, turn: Turn, draft: dict[str, Any]) -> None:
        nothing = turn.intent == "deny" or _NO_WISH.match(turn.text)
        draft["wish"] = "" if nothing else turn.original_text
        self._ask_next(turn, draft)

    def _take_phone(self, turn: Turn, draft: dict[str, Any]) -> None:
        if stated := stated_phone(turn.text, turn.entity("phone")):
            self._set_phone(turn, draft, stated)
        elif turn.slot(VERIFIED_PHONE):
            self._take_verified_phone(turn, draft)
        else:
            turn.say("utter_reject_phone")

    def _take_verified_phone(self, turn: Turn, draft: dict[str, Any]) -> None:
        """May the verified number be called? Only a clear yes is one."""
        refused_before = draft.get("phone_refused")
        agreed = turn.intent == "affirm" and not doubts(turn.text)
        if names_verified_phone(turn.text) or (
            not refused_before
            and (accepts_phone(turn.text) or (agreed and not refuses_phone(turn.text)))
        ):
            self._set_phone(turn, draft, str(turn.slot(VERIFIED_PHONE)))
        elif refused_before:
            turn.say("utter_reject_phone")
        elif turn.intent == "deny" or refuses_phone(turn.text):
            draft["phone_refused"] = True
            self._ask(turn, draft, "phone")
        else:
            self._ask(turn, draft, "phone")

    def _set_phone(self, turn: Turn, draft: dict[str, Any], stated: str) -> None:
        phone = valid_phone(stated)
        if phone is None:
            # Said now, not when the customer has read everything back and agreed.
            turn.say("utter_reject_phone")
            draft.pop("phone", None)
            self.keep(turn, draft, "phone")
            return
        draft["phone"] = phone
        self._ask_next(turn, draft)

    def _take_confirm(self, turn: Turn, draft: dict[str, Any]) -> None:
        given = gives_phone(turn.text, turn.entity("phone"))
        agreed = turn.intent == "affirm" and turn.confidence >= SURE and not doubts(turn.text)
        if given:
            self._set_phone(turn, draft, given)
        elif says_submit(turn.text):
            self._file(turn, draft)
        elif (
            wants_change(turn.text)
            or turn.intent == "correct_value"
            or (turn.intent == "deny" and not holds(turn.text))
        ):
            self._change(turn, draft, named_part(turn.text))
        elif agreed:
            self._file(turn, draft)
        else:
            self._ask(turn, draft, "confirm")

    def _take_part(self, turn: Turn, draft: dict[str, Any]) -> None:
        if given := gives_phone(turn.text, turn.entity("phone")):
            self._set_phone(turn, draft, given)
        else:
            self._change(turn, draft, named_part(turn.text))

    # -- steps ------------------------------------------------------------------------------
    def _change(self, turn: Turn, draft: dict[str, Any], part: str | None) -> None:
        if part is None:
            turn.say("utter_ask_complaint_part")
            self.keep(turn, draft, "part")
            return
        draft.pop(part, None)
        self._ask_next(turn, draft)

    def _correct(self, turn: Turn, draft: dict[str, Any], corrected: Correction) -> None:
        """Take the value the correction itself holds; a value that will not do is asked for."""
        part, value = corrected.part, corrected.value
        if part == "phone":
            self._set_phone(turn, draft, value)
            return
        if not corrected.added:
            draft.pop(part, None)
        if part == "description" and len(value) >= SHORTEST_DESCRIPTION:
            self._add_description(draft, value)
        elif part == "category" and (named := self._named_category(turn, value)):
            draft["category"] = named
        elif part == "wish":
            draft["wish"] = "" if _NO_WISH.match(value) else value
        self._ask_next(turn, draft)

    def _add_description(self, draft: dict[str, Any], more: str) -> None:
        before = draft.get("description")
        draft["description"] = f"{before}；{more}" if before else more

    def _ask_next(self, turn: Turn, draft: dict[str, Any]) -> None:
        step = next(s for s in STEPS if s == "confirm" or s not in draft)
        self._ask(turn, draft, step)

    def _ask(self, turn: Turn, draft: dict[str, Any], step: str) -> None:
        if step == "category":
            draft["proposed"] = self._propose(turn, draft)
            others = [(c, c) for c in turn.desk.complaints.categories() if c != draft["proposed"]]
            turn.say_choice("utter_ask_category", others, category=draft["proposed"])
        elif step == "phone":
            self._ask_phone(turn, draft)
        elif step == "confirm":
            turn.say(
                "utter_ask_complaint_confirmation",
                description=draft["description"],
                category=draft["category"],
                wish=draft["wish"] or "（未填写）",
                phone=masked(draft["phone"]),
            )
        elif step == "part":
            turn.say("utter_ask_complaint_part")
        else:
            turn.say(f"utter_ask_{step}")
        self.keep(turn, draft, step)

    def _ask_phone(self, turn: Turn, draft: dict[str, Any]) -> None:
        if not turn.slot(PRIVACY_TOLD):
            turn.say("utter_inform_privacy_contact")
            turn.set(PRIVACY_TOLD, True)
        known = turn.slot(VERIFIED_PHONE)
        if known and not draft.get("phone_refused"):
            turn.say("utter_ask_contact_phone_verified", phone=masked(known))
        else:
            turn.say("utter_ask_contact_phone")

    def _file(self, turn: Turn, draft: dict[str, Any]) -> None:
        receipt = file_complaint(turn, draft)
        if receipt is None:
            draft.pop("phone", None)
            self.keep(turn, draft, "phone")
            return
        if not receipt.severe:
            self.finish(turn)
            return
        turn.set(self.draft_slot, None)
        turn.say("utter_inform_person_for_complaint")
        hand_to_person(turn, "serious_complaint")

    # -- reading ----------------------------------------------------------------------------
    def _propose(self, turn: Turn, draft: dict[str, Any]) -> str:
        return str(turn.desk.complaints.classify(draft["description"]))

    def _named_category(self, turn: Turn, text: str | None = None) -> str | None:
        said = turn.text if text is None else text
        return next((c for c in turn.desk.complaints.categories() if c in said), None)

    def _correction(self, turn: Turn) -> Correction | None:
        if turn.slot(REQUESTED) not in CORRECTABLE_AT:
            return None
        categories = turn.desk.complaints.categories()
        return correction(turn.original_text, categories) or correction(turn.text, categories)
