"""Values as customers read them: times, rows of a list, masked numbers. No sentences."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, tzinfo
from decimal import Decimal
from typing import Any

BULLET = "· "  # a line that the web chat shows in a card instead (actions/cards.py)
NIGHT_ENDS, NOON_STARTS, AFTERNOON_STARTS, EVENING_STARTS = 5, 11, 13, 18


def moment(at: datetime | None, zone: tzinfo) -> str:
    """11月21日 18:30."""
    if at is None:
        return "待定"
    local = at.astimezone(zone)
    return f"{local.month}月{local.day}日 {local:%H:%M}"


def day(on: date) -> str:
    """2026年11月21日."""
    return f"{on.year}年{on.month}月{on.day}日"


def day_part(at: datetime, zone: tzinfo) -> str:
    """早上, 中午, 下午 or 晚上, for the greeting."""
    hour = at.astimezone(zone).hour
    if hour < NIGHT_ENDS or hour >= EVENING_STARTS:
        return "晚上"
    if hour < NOON_STARTS:
        return "早上"
    return "中午" if hour < AFTERNOON_STARTS else "下午"


def masked(phone: str) -> str:
    """138****1234."""
    return re.sub(r"^(\d{3})\d+(\d{4})$", r"\1****\2", phone)


def first_name(customer: str | None) -> str:
    """How to address a customer: nothing when the name is not known."""
    return f"{customer}，" if customer else ""


def number(value: float | Decimal) -> str:
    """59, 12.5: no trailing zeros."""
    return f"{Decimal(str(value)).quantize(Decimal('0.01')).normalize():f}"


def contract_line(ends: date | None) -> str:
    """When the contract ends, or that there is none."""
    return f"合约到{day(ends)}" if ends else "没有合约期"


def extras_line(extras: Iterable[str]) -> str:
    """The extras joined, or 无."""
    return "、".join(extras) or "无"


def allowance_rows(allowances: Iterable[Any]) -> str:
    """One line per allowance."""
    return "\n".join(
        f"· {a.name}：剩余 {number(a.left)}{a.unit}"
        f"（共 {number(a.total)}{a.unit}，已用 {number(a.used)}{a.unit}）"
        for a in allowances
    )


def offer_rows(offers: Iterable[Any]) -> str:
    """One line per package on offer."""
    return "\n".join(f"· {o.name}：{number(o.monthly_fee)}元/月，{o.summary}" for o in offers)


def progress_rows(history: Iterable[Any], zone: tzinfo) -> str:
    """One line per step of a work order."""
    return "\n".join(f"· {moment(step.at, zone)} {step.text}" for step in history)


def order_rows(orders: Iterable[Any], zone: tzinfo) -> str:
    """One line per work order."""
    return "\n".join(
        f"· {o.number}　{o.kind}　{o.state}　{moment(o.opened_at, zone)} 受理，"
        f"承诺 {moment(o.promised_at, zone)} 前"
        for o in orders
    )


def yuan(value: Decimal) -> str:
    """129.00 元: money with two places, so that columns line up."""
    return f"{value:.2f} 元"


def month(first: date) -> str:
    """2026年11月."""
    return f"{first.year}年{first.month}月"


def bill_rows(items: Iterable[Any]) -> str:
    """One line per item of a bill."""
    return "\n".join(f"· {item.name} {yuan(item.amount)}" for item in items)


def reason_rows(changes: Iterable[Any]) -> str:
    """Why a bill differs, one line per item: 套外流量费 +18.00 元（上月没有）."""
    return "\n".join(f"{c.name} {c.difference:+.2f} 元（{_reason(c)}）" for c in changes)


def _reason(change: Any) -> str:
    if change.ordered_on:
        # The ways in are written as the customer system has them, one is called 短信回复订购.
        way = change.ordered_by.removesuffix("订购")
        return f"{change.ordered_on.month}月{change.ordered_on.day}日通过{way}订购"
    if change.shift == "new":
        return "上月没有"
    if change.shift == "gone":
        return f"上月有，为 {change.before:.2f} 元"
    return f"上月 {change.before:.2f} 元，本月 {change.now:.2f} 元"


def channel_line(held: Any) -> str:
    """2026年10月5日，短信回复订购."""
    return f"{day(held.since)}，{held.channel}"


def recharge_rows(paid: Iterable[Any], zone: tzinfo) -> str:
    """One line per recharge."""
    return "\n".join(
        f"· {moment(r.at, zone)}　{r.channel}　{yuan(r.amount)}"
        f"　{'未入账' if r.state == 'pending' else '已到账'}"
        for r in paid
    )
