"""我没订过这个: the record is shown, then cancelled and asked back in one go; or an item reviewed.

What does not fit, and who does not want to prove who they are, goes to the complaint form.
"""

from __future__ import annotations

import re
from typing import Any

from actions.change_steps import Values
from actions.change_words import nth, wants_other
from actions.changes import ChangeForm
from actions.format import day, month, number
from actions.turn import REQUESTED, Turn
from desk.model.changes import ChangeKind

# Money matters that no bill item answers for.
_OTHER_MATTER = re.compile(r"押金|违约金|销户|余额.{0,4}退|拆(了|机)|装机|师傅|营业厅|返|补贴|合约")
_NONE_OF_THEM = re.compile(r"都不是|不在(里面|上面)|没有(我说的)?那|其他的|别的")
MOST_SHOWN = 6


class DisputeForm(ChangeForm):
    """Chooses the charge; quote, confirmation and receipt are those of every change."""

    action_name = "dispute_form"
    own_intents = frozenset(["dispute_charge", "query_subscriptions", "query_bill"])

    def start(self, turn: Turn) -> None:
        draft = self.draft(turn)
        if not turn.already_used() or draft.get("matter") != "dispute":
            draft = {"matter": "dispute", "values": {}, "opening": turn.original_text}
            if turn.already_used():
                draft["opening"] = ""
            elif _OTHER_MATTER.search(turn.text):
                self._complain(turn, draft)
                return
        if not self.is_verified(turn):
            turn.say("utter_apologize_dispute")
            self.ask_identity(turn, draft)
            return
        self._open_charges(turn, draft)

    def _open_charges(self, turn: Turn, draft: Values) -> None:
        charges = self._charges(turn)
        if not charges:
            turn.say("utter_inform_no_charges")
            self._complain(turn, draft)
            return
        named = self._named(turn, charges, str(draft.get("opening", "")))
        if named is not None:
            self._show(turn, draft, charges[named])
        else:
            self._ask_charge(turn, draft, charges)

    def _ask_charge(self, turn: Turn, draft: Values, charges: list[Any]) -> None:
        rows = "\n".join(f"· {_row(charge)}" for charge in charges)
        turn.say_choice("utter_ask_charge", [(c.name, _says(c)) for c in charges], rows=rows)
        self.keep(turn, draft, "charge")

    def take_choice(self, turn: Turn, draft: Values) -> None:
        charges = self._charges(turn)
        if _NONE_OF_THEM.search(turn.text) or turn.intent == "deny":
            self._complain(turn, draft)
            return
        named = self._named(turn, charges, turn.original_text)
        if named is None:
            self._ask_charge(turn, draft, charges)
        else:
            self._show(turn, draft, charges[named])

    def _show(self, turn: Turn, draft: Values, charge: Any) -> None:
        """The record first: when, by which channel, how much so far."""
        if charge.service:
            turn.say(
                "utter_inform_charge_record",
                name=charge.name,
                since=day(charge.since),
                channel=charge.channel,
                months=charge.months,
                amount=number(charge.amount),
            )
        draft["values"] = {
            "service": charge.service,
            "name": charge.name,
            "amount": str(charge.amount),
            "months": charge.months,
            "month": charge.month.isoformat() if charge.month else None,
        }
        self.read_out(turn, draft)

    def request(self, draft: Values) -> tuple[ChangeKind, dict[str, Any]]:
        values = draft["values"]
        names = (
            ("service", "amount", "months") if values["service"] else ("name", "amount", "month")
        )
        kind = ChangeKind.REFUND_SERVICE if values["service"] else ChangeKind.REVIEW_ITEM
        return kind, {name: values[name] for name in names}

    def _back(self, turn: Turn, draft: Values) -> None:
        draft["values"] = {}
        self._ask_charge(turn, draft, self._charges(turn))

    def _chooses_anew(self, turn: Turn, draft: Values) -> bool:
        if not wants_other(turn.text):
            return False
        charges = self._charges(turn)
        named = self._named(turn, charges, turn.original_text)
        if named is None or charges[named].name == draft["values"]["name"]:
            return False
        draft["anew"] = named
        return True

    def go_on(self, turn: Turn, draft: Values) -> None:
        charges = self._charges(turn)
        if "anew" in draft:
            self._show(turn, draft, charges[draft.pop("anew")])
        else:
            self._ask_charge(turn, draft, charges)

    def _fits_open_step(self, turn: Turn, draft: Values) -> bool:
        if turn.slot(REQUESTED) != "charge":
            return False
        charges = self._charges(turn)
        named = self._named(turn, charges, turn.original_text)
        return named is not None or bool(_NONE_OF_THEM.search(turn.text))

    def _charges(self, turn: Turn) -> list[Any]:
        return list(turn.desk.charges.disputable(turn.conversation_id))[:MOST_SHOWN]

    def _named(self, turn: Turn, charges: list[Any], text: str) -> int | None:
        services = {s.code for s in turn.desk.account.named_services(text)}
        amount = turn.entity("amount")
        fits = [i for i, c in enumerate(charges) if c.name in text or c.service in services]
        if not fits and amount is not None:
            fits = [i for i, c in enumerate(charges) if float(c.amount) == float(amount)]
        place = nth(text)
        if not fits and place is not None and 0 <= place < len(charges):
            fits = [place]
        return fits[0] if len(fits) == 1 else None

    def _complain(self, turn: Turn, draft: Values) -> None:
        complain_instead(turn, str(draft.get("opening") or ""))


def complain_instead(turn: Turn, opening: str) -> None:
    """Go on as a complaint, with what was said first as its beginning."""
    turn.leave_form()
    turn.set(ChangeForm.draft_slot, None)
    if opening:
        turn.set("complaint_draft", {"description": opening, "fresh": True})
    turn.go_to("complaint_form")


def _row(charge: Any) -> str:
    if charge.service:
        return f"{charge.name}：{day(charge.since)}开通，已收 {number(charge.amount)} 元"
    return f"{charge.name}：{month(charge.month)}，{number(charge.amount)} 元"


def _says(charge: Any) -> str:
    return f"{charge.name}我没订过" if charge.service else f"{charge.name}不认可"
