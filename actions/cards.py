"""Small pictures for the web chat: a table or bars beside the words. Values only, no sentences.

A card shows what the lines of the text that begin with "· " say; channels without cards show those
lines, the web chat shows the card instead.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from actions.format import channel_line, day, number, yuan


def bill_card(items: Iterable[Any], total: Decimal) -> dict[str, Any]:
    """One row per item, the total below."""
    rows = [{"label": item.name, "value": yuan(item.amount)} for item in items]
    return _table(rows, {"label": "合计", "value": yuan(total)})


def subscriptions_card(held: Iterable[Any]) -> dict[str, Any]:
    """Each service with its fee, since when and how it was ordered."""
    return _table(
        [
            {
                "label": s.service.name,
                "value": fee_words(s.service),
                "note": channel_line(s) + (f"，用到{day(s.ends_on)}" if s.ends_on else ""),
            }
            for s in held
        ]
    )


def recharges_card(paid: Iterable[Any], zone: Any) -> dict[str, Any]:
    """When, how and how much; what has not arrived stands out."""
    return _table(
        [
            {
                "label": day(r.at.astimezone(zone).date()),
                "value": yuan(r.amount),
                "note": r.channel + ("，未入账" if r.state == "pending" else ""),
                "tone": "warn" if r.state == "pending" else "plain",
            }
            for r in paid
        ]
    )


def usage_card(allowances: Iterable[Any]) -> dict[str, Any]:
    """One bar per allowance: how much is used."""
    rows = [
        {
            "label": a.name,
            "value": f"剩 {number(a.left)}{a.unit}",
            "note": f"共 {number(a.total)}{a.unit}，已用 {number(a.used)}{a.unit}",
            "share": round(float(a.used / a.total), 3) if a.total else 1.0,
        }
        for a in allowances
    ]
    return {"card": {"kind": "bars", "rows": rows}}


def fee_words(service: Any) -> str:
    """5 元/月, 3 元/次 or 免费."""
    if service.is_free:
        return "免费"
    return f"{number(service.fee)} 元/{'月' if service.monthly else '次'}"


def _table(rows: list[dict[str, str]], total: dict[str, str] | None = None) -> dict[str, Any]:
    return {"card": {"kind": "table", "rows": rows, **({"total": total} if total else {})}}
