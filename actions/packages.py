"""What I have, what is left of it, and what there is to buy."""

from __future__ import annotations

from actions.base import DeskAction
from actions.cards import usage_card
from actions.format import (
    allowance_rows,
    contract_line,
    day,
    extras_line,
    moment,
    number,
    offer_rows,
)
from actions.turn import Turn


class QueryPackage(DeskAction):
    """我的套餐 (identity needed)."""

    action_name = "action_query_package"

    def act(self, turn: Turn) -> None:
        held = turn.desk.packages.held(turn.conversation_id)
        turn.say(
            "utter_inform_package",
            package=held.package.name,
            monthly_fee=number(held.package.monthly_fee),
            summary=held.package.summary,
            since=day(held.since),
            contract=contract_line(held.contract_end),
            extras=extras_line(held.extras),
        )


class QueryUsage(DeskAction):
    """还剩多少流量 (identity needed)."""

    action_name = "action_query_usage"

    def act(self, turn: Turn) -> None:
        usage = turn.desk.packages.usage(turn.conversation_id)
        if not usage.allowances:
            turn.say("utter_inform_usage_none")
            return
        turn.say_card(
            "utter_inform_usage",
            usage_card(usage.allowances),
            as_of=moment(usage.as_of, turn.zone),
            rows=allowance_rows(usage.allowances),
        )


class BrowsePackages(DeskAction):
    """有什么套餐 (open to everybody)."""

    action_name = "action_browse_packages"

    def act(self, turn: Turn) -> None:
        turn.say("utter_inform_offers", rows=offer_rows(turn.desk.packages.offers()))
