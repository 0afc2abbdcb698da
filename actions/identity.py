"""Who is this? Phone → SMS code. Needed before account data, optional before a line test."""

from __future__ import annotations

import re

from actions.format import first_name
from actions.forms import Form
from actions.knowledge import answer_if_sure
from actions.person import hand_to_person
from actions.turn import (
    AFTER_IDENTITY,
    CHANGE_DRAFT,
    NEXT_FLOW,
    OFFER_PERSON,
    REQUESTED,
    SUSPENDED_FLOWS,
    VIP,
    Turn,
)
from desk.model.errors import InvalidPhone, NoCodePending, TooManyCodes

PRIVACY_TOLD = "privacy_told"
VERIFIED_PHONE = "verified_phone"
IDENTITY_DECLINED = "identity_declined"
OPTIONAL_FOR = frozenset(["diagnosis_form"])

_CODE = re.compile(r"(?<!\d)\d{4,6}(?!\d)")
_DIGITS = re.compile(r"\d{5,}")
_SKIP = re.compile(
    r"跳过|不方便|没带|不(想|愿|用|要|必)|没必要|不提供|没有手机|不记得|忘了|直接排|先不(验|填)"
    r"|(为什么|凭什么|干嘛)要?|太?麻烦"
)
# Where a phone would only help, an answer that is none is accepted as "no" the second time.
PHONE_ASKED_AT_MOST = 2
_RESEND = re.compile(r"重新?发|再发|没收到|收不到|没有收到|重发|发一遍|过期")
_OTHER_PHONE = re.compile(r"换(个|一个)?(手机)?(号|电话)|号码?(写|填|说|输)?错|另一个号|改号码")


class IdentityForm(Form):
    """Two questions; afterwards the flow named in `after_identity` goes on."""

    action_name = "identity_form"
    draft_slot = "identity_draft"
    counts_itself = True

    def start(self, turn: Turn) -> None:
        if turn.desk.identity.level(turn.conversation_id).verified:
            self._go_on(turn)
            return
        if not turn.slot(PRIVACY_TOLD):
            turn.say("utter_inform_privacy")
            turn.set(PRIVACY_TOLD, True)
        phone = self.draft(turn).get("phone") or turn.entity("phone")
        if phone:
            self._send_code(turn, phone)
        else:
            self._ask_phone(turn)

    def take_answer(self, turn: Turn) -> None:
        if _SKIP.search(turn.text) or turn.intent == "deny":
            self.cancel(turn)
        elif turn.intent == "ask_wait":
            turn.say("utter_wait_patiently")
        elif turn.intent == "ask_repeat":
            self.ask_again(turn)
        elif turn.slot(REQUESTED) == "code":
            self._take_code(turn)
        else:
            self._take_phone(turn)

    def ask_again(self, turn: Turn) -> None:
        if turn.slot(REQUESTED) == "code":
            turn.say("utter_ask_code")
        else:
            self._ask_phone(turn)

    def cancel(self, turn: Turn) -> None:
        if turn.slot(AFTER_IDENTITY) in OPTIONAL_FOR:
            turn.say("utter_skip_identity")
            turn.set(IDENTITY_DECLINED, True)
            self._go_on(turn)
            return
        self._decline(turn, str(turn.slot(AFTER_IDENTITY) or ""))

    def _decline(self, turn: Turn, after: str) -> None:
        """No proof, no account data; but a complaint or a lost phone does not end here."""
        draft = dict(turn.slot(CHANGE_DRAFT) or {})
        lost = after == "change_form" and draft.get("matter") == "suspend_line"
        turn.set(AFTER_IDENTITY, None)
        turn.set(CHANGE_DRAFT, None)
        if after == "dispute_form":
            turn.say("utter_skip_identity_dispute")
            self._close(turn)
            if draft.get("opening"):
                turn.set("complaint_draft", {"description": draft["opening"], "fresh": True})
            turn.go_to("complaint_form")
            return
        turn.say("utter_cancel_identity_lost" if lost else "utter_cancel_identity")
        if lost:
            turn.offer(OFFER_PERSON)
        self._close(turn)

    def is_interruption(self, turn: Turn) -> bool:
        # Figures are always an answer here, whatever the sentence around them looks like.
        if turn.entity("phone") or _DIGITS.search(turn.text):
            return False
        if any(p.search(turn.text) for p in (_SKIP, _RESEND, _OTHER_PHONE)):
            return False
        return super().is_interruption(turn)

    def _take_phone(self, turn: Turn) -> None:
        phone = turn.entity("phone")
        figures = _DIGITS.search(turn.text)
        if phone or figures:
            self._send_code(turn, phone or figures.group())  # type: ignore[union-attr]
            return
        if self._is_answered(turn):
            return
        asked = int(self.draft(turn).get("asked", 1))
        if asked >= PHONE_ASKED_AT_MOST and turn.slot(AFTER_IDENTITY) in OPTIONAL_FOR:
            self.cancel(turn)
            return
        self._ask_phone(turn)
        self.keep(turn, {"asked": asked + 1}, "phone")

    def _send_code(self, turn: Turn, phone: str) -> None:
        try:
            sent = turn.desk.identity.send_code(
                turn.conversation_id, phone, key=turn.key("send_code")
            )
        except InvalidPhone:
            self._ask_phone(turn, "utter_reject_phone")
            return
        except TooManyCodes:
            turn.say("utter_reject_code_request")
            turn.set(AFTER_IDENTITY, None)
            turn.offer(OFFER_PERSON)
            self._close(turn)
            return
        self.keep(turn, {"phone": phone}, "code")
        turn.say(
            "utter_inform_code_sent", phone=sent.masked_phone, valid_minutes=sent.valid_minutes
        )

    def _take_code(self, turn: Turn) -> None:
        code = _CODE.search(turn.text.replace(" ", ""))
        if turn.entity("phone"):
            self._send_code(turn, turn.entity("phone"))
        elif code:
            self._verify(turn, code.group())
        elif _RESEND.search(turn.text):
            self._send_code(turn, self.draft(turn)["phone"])
        elif _OTHER_PHONE.search(turn.text) or turn.intent == "correct_value":
            turn.set(self.draft_slot, None)
            self._ask_phone(turn)
        elif not self._is_answered(turn):
            turn.say("utter_ask_code")

    def _is_answered(self, turn: Turn) -> bool:
        """A question in between, unlike any answer to ours: told, then ours again."""
        if turn.move == "act" or not answer_if_sure(turn):
            return False
        self.ask_again(turn)
        return True

    def _verify(self, turn: Turn, code: str) -> None:
        try:
            result = turn.desk.identity.verify(turn.conversation_id, code, key=turn.key("verify"))
        except NoCodePending:
            turn.say("utter_reject_expired_code")
            return
        if result.verified:
            turn.set(VERIFIED_PHONE, self.draft(turn).get("phone"))
            turn.set(VIP, turn.desk.identity.account(turn.conversation_id).vip or None)
            turn.say("utter_confirm_identity", customer=first_name(result.customer_name))
            self._go_on(turn)
        elif result.locked:
            turn.say("utter_inform_identity_locked")
            hand_to_person(turn, "identity_locked")
        else:
            turn.say("utter_reject_code", attempts_left=result.attempts_left)

    def _ask_phone(self, turn: Turn, response: str | None = None) -> None:
        optional = turn.slot(AFTER_IDENTITY) in OPTIONAL_FOR
        turn.say(response or ("utter_ask_phone_optional" if optional else "utter_ask_phone"))
        self.keep(turn, {}, "phone")

    def _go_on(self, turn: Turn) -> None:
        after = turn.slot(AFTER_IDENTITY)
        turn.set(AFTER_IDENTITY, None)
        self._close(turn)
        if after:
            turn.go_to(after)

    def _close(self, turn: Turn) -> None:
        """Identity is a step on the way: what waits below goes on by itself, without an offer."""
        turn.leave_form()
        turn.set(self.draft_slot, None)
        waiting = list(turn.slot(SUSPENDED_FLOWS) or [])
        if self.action_name in waiting:
            waiting.remove(self.action_name)
            turn.set(SUSPENDED_FLOWS, waiting or None)
        turn.set(NEXT_FLOW, None)
