"""The questions of a change: how each is asked and how its answer is read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from actions.cards import fee_words
from actions.change_words import (
    ALL,
    CHEAPER,
    DEARER,
    LOSS,
    PAUSE,
    nth,
    stated_amount,
    stated_months,
)
from actions.complaint_words import valid_phone
from actions.coverage import stated_address
from actions.format import BULLET, masked, number
from actions.identity import VERIFIED_PHONE
from actions.turn import Turn

Values = dict[str, Any]
MOST_SHOWN = 8
SHORTEST_ADDRESS = 4
_FEE = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d+)?(?=\s*(?:元|块|$))")


class Step:
    """One question. `read` gives the value in the latest message, or None."""

    name: str

    def read(self, turn: Turn, draft: Values) -> Any:
        raise NotImplementedError

    def ask(self, turn: Turn, draft: Values) -> bool:
        """Ask; False when there is nothing to ask about (and it was said why)."""
        raise NotImplementedError


def _chosen(text: str, shown: Sequence[str]) -> str | None:
    """第二个, of the list that was shown last."""
    place = nth(text)
    return shown[place] if place is not None and 0 <= place < len(shown) else None


class PackageStep(Step):
    """Which package; for a new connection only those with broadband."""

    name = "package"

    def __init__(self, *, broadband: bool = False) -> None:
        self._broadband = broadband

    def read(self, turn: Turn, draft: Values) -> str | None:
        if not self._broadband and not _verified(turn):
            _remember(turn, draft)  # 便宜点 is about what is held
        said = _said(turn, draft) if self._broadband or _verified(turn) else _words(turn)
        named = [p.code for p in turn.desk.packages.named(said) if self._fits(p)]
        if len(named) == 1:
            return str(named[0])
        draft["narrow"] = named or self._by_wish(turn, said) or draft.get("narrow")
        return _chosen(turn.text, draft.get("shown", []))

    def ask(self, turn: Turn, draft: Values) -> bool:
        narrow = draft.get("narrow")
        offers = [p for p in turn.desk.packages.offers() if self._fits(p)]
        if not self._broadband:
            own = turn.desk.packages.held(turn.conversation_id).package.code
            offers = [p for p in offers if p.code != own]
        offers = [p for p in offers if not narrow or p.code in narrow] or offers
        draft["shown"] = [p.code for p in offers]
        rows = "\n".join(
            f"{BULLET}{p.name}：{number(p.monthly_fee)} 元/月，{p.summary}" for p in offers
        )
        buttons = [(p.name, p.name) for p in offers]
        response = "utter_ask_install_package" if self._broadband else "utter_ask_package"
        turn.say_choice(response, buttons, rows=rows)
        return True

    def _fits(self, package: Any) -> bool:
        return not self._broadband or package.product != "mobile"

    def _by_wish(self, turn: Turn, said: str) -> list[str]:
        """换个便宜的: the offers on that side of what is held."""
        cheaper, dearer = CHEAPER.search(said), DEARER.search(said)
        if self._broadband or not (cheaper or dearer) or not _verified(turn):
            return []
        own = turn.desk.packages.held(turn.conversation_id).package.monthly_fee
        return [
            p.code
            for p in turn.desk.packages.offers()
            if (p.monthly_fee < own if cheaper else p.monthly_fee > own)
        ]


class ServicesStep(Step):
    """Which extra services: from the catalogue to order, from what is held to cancel."""

    name = "services"

    def __init__(self, *, held: bool) -> None:
        self._held = held

    def read(self, turn: Turn, draft: Values) -> list[str] | None:
        if self._held and not _verified(turn):
            _remember(turn, draft)  # read again once it is known what is held
            return None
        said = _said(turn, draft)
        named = [s.code for s in turn.desk.account.named_services(said)]
        place = _chosen(turn.text, draft.get("shown", []))
        if not self._held:
            draft["narrow"] = named or draft.get("narrow")
            return named if len(named) == 1 else ([place] if place else None)
        held = self._own(turn)
        mine = [code for code in named if code in held]
        if ALL.search(said) and held:
            return list(held)
        if len(mine) == 1 or (named and not mine):
            return mine or named[:1]
        draft["narrow"] = mine or draft.get("narrow")
        return [place] if place else self._by_fee(said, held)

    def ask(self, turn: Turn, draft: Values) -> bool:
        narrow = draft.get("narrow")
        if self._held:
            services = list(self._own(turn).values())
        else:
            services = [s for s in turn.desk.account.services() if s.self_service]
        shown = [s for s in services if not narrow or s.code in narrow][:MOST_SHOWN]
        if not shown:
            turn.say("utter_inform_nothing_to_cancel")
            return False
        draft["shown"] = [s.code for s in shown]
        rows = "\n".join(f"{BULLET}{s.name}：{fee_words(s)}，{s.summary}" for s in shown)
        response = "utter_ask_service_to_cancel" if self._held else "utter_ask_service"
        turn.say_choice(response, [(s.name, s.name) for s in shown], rows=rows)
        return True

    def _own(self, turn: Turn) -> dict[str, Any]:
        held = turn.desk.account.subscriptions(turn.conversation_id)
        return {s.service.code: s.service for s in held if s.service.self_service and not s.ends_on}

    def _by_fee(self, said: str, held: dict[str, Any]) -> list[str] | None:
        """把那个 5 块钱的取消."""
        amounts = [float(found) for found in _FEE.findall(said)]
        fits = [code for code, s in held.items() if float(s.fee) in amounts]
        return fits if len(fits) == 1 else None


class AmountStep(Step):
    name = "amount"

    def read(self, turn: Turn, draft: Values) -> float | None:
        amount = turn.entity("amount")
        if amount is not None:
            return float(amount)
        return stated_amount(turn.text) if not turn.entity("phone") else None

    def ask(self, turn: Turn, draft: Values) -> bool:
        choices = turn.desk.policies.changes.recharge.choices
        turn.say_choice("utter_ask_amount", [(f"{c} 元", f"充 {c} 元") for c in choices])
        return True


class SuspensionStep(Step):
    """挂失 or 停机保号."""

    name = "how"

    def read(self, turn: Turn, draft: Values) -> str | None:
        if LOSS.search(turn.text):
            return "loss"
        return "pause" if PAUSE.search(turn.text) or stated_months(turn.text) else None

    def ask(self, turn: Turn, draft: Values) -> bool:
        turn.say("utter_ask_suspension")
        return True


class MonthsStep(Step):
    name = "months"

    def read(self, turn: Turn, draft: Values) -> int | None:
        return stated_months(turn.text)

    def ask(self, turn: Turn, draft: Values) -> bool:
        pause = turn.desk.policies.changes.pause
        buttons = [(f"{n} 个月", f"停 {n} 个月") for n in pause.months]
        turn.say_choice("utter_ask_months", buttons, longest=pause.longest)
        return True


class PasswordStep(Step):
    name = "which"

    def read(self, turn: Turn, draft: Values) -> str | None:
        if re.search(r"宽带|上网|拨号|wifi|无线", turn.text):
            return "broadband"
        return "service" if re.search(r"服务密码|客服密码|手机密码|号码密码", turn.text) else None

    def ask(self, turn: Turn, draft: Values) -> bool:
        turn.say("utter_ask_password_kind")
        return True


class AddressStep(Step):
    name = "address"

    def read(self, turn: Turn, draft: Values) -> str | None:
        address = stated_address(turn)
        free = turn.slot("requested_slot") == self.name and not turn.already_used()
        if address is None and free and turn.intent in ("inform", "nlu_fallback", "out_of_scope"):
            return turn.original_text if len(turn.text) >= SHORTEST_ADDRESS else None
        return turn.original_text if address and free else address

    def ask(self, turn: Turn, draft: Values) -> bool:
        moving = draft["matter"] == "relocate_broadband"
        turn.say("utter_ask_new_address" if moving else "utter_ask_install_address")
        return True


class PhoneStep(Step):
    """Whom the specialist calls; the verified number does without asking."""

    name = "phone"

    def read(self, turn: Turn, draft: Values) -> str | None:
        stated = turn.entity("phone") or valid_phone(turn.text)
        return stated or (turn.slot(VERIFIED_PHONE) if _verified(turn) else None)

    def ask(self, turn: Turn, draft: Values) -> bool:
        turn.say("utter_ask_install_phone")
        return True


def _words(turn: Turn) -> str:
    """The sentence, and what understanding took from it in its canonical form."""
    found = [str(turn.entity(name)) for name in ("package", "service") if turn.entity(name)]
    amount = turn.entity("amount")
    if amount is not None:
        found.append(number(amount))
    return " ".join([turn.original_text, turn.text, *found])


def _remember(turn: Turn, draft: Values) -> None:
    """Words that mean something only when it is known who said them."""
    draft["words"] = _words(turn)


def _said(turn: Turn, draft: Values) -> str:
    """What was said before identity was asked for, once; otherwise the latest message."""
    return str(draft.pop("words", None) or _words(turn))


def _verified(turn: Turn) -> bool:
    return bool(turn.desk.identity.level(turn.conversation_id).verified)


STEPS: dict[str, tuple[Step, ...]] = {
    "change_package": (PackageStep(),),
    "subscribe_service": (ServicesStep(held=False),),
    "unsubscribe_service": (ServicesStep(held=True),),
    "recharge": (AmountStep(),),
    "suspend_line": (SuspensionStep(),),
    "restore_line": (),
    "reset_password": (PasswordStep(),),
    "install_broadband": (AddressStep(), PackageStep(broadband=True), PhoneStep()),
    "relocate_broadband": (AddressStep(),),
    "renew_broadband": (),
    "trace_recharge": (),
}
PAUSE_STEPS: tuple[Step, ...] = (SuspensionStep(), MonthsStep())
OPEN_TO_ALL = frozenset(["install_broadband"])


def steps_of(draft: Values) -> tuple[Step, ...]:
    """The questions of a matter, in order."""
    if draft["matter"] == "suspend_line" and draft["values"].get("how") == "pause":
        return PAUSE_STEPS
    return STEPS.get(str(draft["matter"]), ())


def shown_phone(draft: Values) -> str:
    return masked(str(draft["values"].get("phone", "")))
