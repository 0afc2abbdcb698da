"""What a customer asks about the own account: money, services, points, contract."""

from __future__ import annotations

import re

from actions.base import DeskAction
from actions.cards import bill_card, fee_words, recharges_card, subscriptions_card
from actions.format import (
    BULLET,
    bill_rows,
    channel_line,
    day,
    month,
    number,
    reason_rows,
    recharge_rows,
    yuan,
)
from actions.months import named_month
from actions.turn import CHANGE_DRAFT, OFFER_PERSON, OFFER_RESUME, QUERY_DRAFT, Turn
from desk.model.billing import BillReport
from desk.model.errors import NoSuchBill

_NOT_CREDITED = re.compile(r"[没未](有)?(到|入|收到|进)账?|不到账|没到|没充上|没有充上|没进来")


class QueryBalance(DeskAction):
    """话费余额 (identity needed)."""

    action_name = "action_query_balance"

    def act(self, turn: Turn) -> None:
        balance = turn.desk.account.balance(turn.conversation_id)
        if balance.amount < 0:
            suspended = balance.suspended
            turn.say(
                "utter_inform_arrears_suspended" if suspended else "utter_inform_arrears",
                owed=number(-balance.amount),
            )
        else:
            turn.say(
                "utter_inform_balance",
                balance=number(balance.amount),
                month_so_far=number(balance.month_so_far),
            )


class QueryBill(DeskAction):
    """这个月账单, 上个月怎么这么多: items, and in words why it is not what it was."""

    action_name = "action_query_bill"

    def act(self, turn: Turn) -> None:
        today = turn.desk.account.today()
        if not turn.already_used():
            named = named_month(turn.text, today)
            turn.set(QUERY_DRAFT, {"month": named.isoformat()} if named else None)
        asked = (turn.slot(QUERY_DRAFT) or {}).get("month")
        try:
            wanted = today.fromisoformat(asked) if asked else None
            report = turn.desk.account.bill(turn.conversation_id, wanted)
        except NoSuchBill:
            turn.set(QUERY_DRAFT, None)
            turn.say("utter_inform_no_bill", month=month(today.fromisoformat(str(asked))))
            return
        turn.set(QUERY_DRAFT, None)
        bill = report.bill
        turn.say_card(
            "utter_inform_bill" if bill.closed else "utter_inform_bill_running",
            bill_card(bill.items, bill.total),
            month=month(bill.month),
            total=number(bill.total),
            rows=bill_rows(bill.items),
        )
        self._explain(turn, report)

    def _explain(self, turn: Turn, report: BillReport) -> None:
        if report.before is None or not report.changes:
            turn.say("utter_inform_bill_same")
            return
        more = report.difference >= 0
        turn.say(
            "utter_explain_bill_more" if more else "utter_explain_bill_less",
            difference=yuan(abs(report.difference)),
            before=month(report.before.month),
            reasons=reason_rows(report.changes),
        )


class QueryRecharge(DeskAction):
    """充值记录, 充了没到账."""

    action_name = "action_query_recharge"

    def act(self, turn: Turn) -> None:
        if not turn.already_used():
            missing = bool(_NOT_CREDITED.search(turn.text))
            turn.set(QUERY_DRAFT, {"missing": True} if missing else None)
        missing = bool((turn.slot(QUERY_DRAFT) or {}).get("missing"))
        paid = turn.desk.account.recharges(turn.conversation_id)
        turn.set(QUERY_DRAFT, None)
        if not paid:
            turn.say("utter_inform_no_recharges")
            turn.offer(OFFER_PERSON)
            return
        turn.say_card(
            "utter_inform_recharges",
            recharges_card(paid, turn.zone),
            rows=recharge_rows(paid, turn.zone),
        )
        pending = next((r for r in paid if r.state == "pending"), None)
        if pending is not None:
            turn.say(
                "utter_offer_trace_recharge",
                amount=number(pending.amount),
                channel=pending.channel,
                day=day(pending.at.astimezone(turn.zone).date()),
            )
            values = {"recharge": pending.number}
            turn.set(CHANGE_DRAFT, {"matter": "trace_recharge", "values": values})
            turn.offer(OFFER_RESUME + "change_form")
        elif missing:
            turn.say("utter_offer_recharge_person")
            turn.offer(OFFER_PERSON)


class QuerySubscriptions(DeskAction):
    """我订了哪些业务: fee, since when, how it was ordered."""

    action_name = "action_query_subscriptions"

    def act(self, turn: Turn) -> None:
        held = turn.desk.account.subscriptions(turn.conversation_id)
        if not held:
            turn.say("utter_inform_no_subscriptions")
            return
        monthly = sum(s.service.fee for s in held if s.service.monthly and not s.ends_on)
        rows = "\n".join(
            f"{BULLET}{s.service.name}　{fee_words(s.service)}　{channel_line(s)}"
            + (f"，已退订，用到{day(s.ends_on)}" if s.ends_on else "")
            for s in held
        )
        buttons = [
            (f"退订{s.service.name}", f"退订{s.service.name}")
            for s in held
            if s.service.self_service and not s.ends_on and s.service.fee
        ]
        turn.say_card(
            "utter_inform_subscriptions",
            subscriptions_card(held),
            buttons,
            count=len(held),
            monthly=number(monthly),
            rows=rows,
        )


class QueryPoints(DeskAction):
    """积分."""

    action_name = "action_query_points"

    def act(self, turn: Turn) -> None:
        points = turn.desk.account.points(turn.conversation_id)
        if points is None:
            turn.say("utter_inform_no_points")
        elif points.expiring:
            turn.say(
                "utter_inform_points_expiring",
                total=points.total,
                expiring=points.expiring,
                expires_on=day(points.expires_on),
            )
        else:
            turn.say("utter_inform_points", total=points.total)


class QueryContract(DeskAction):
    """合约到什么时候, 提前解约要多少钱."""

    action_name = "action_query_contract"

    def act(self, turn: Turn) -> None:
        contract = turn.desk.account.contract(turn.conversation_id)
        if contract.months_left == 0:
            turn.say("utter_inform_no_contract", package=contract.package)
            return
        turn.say(
            "utter_inform_contract",
            package=contract.package,
            ends_on=day(contract.ends_on) if contract.ends_on else "",
            months=contract.months_left,
            fee=number(contract.fee),
            share=contract.share_percent,
        )
