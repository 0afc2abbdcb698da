"""Which month a customer means: 上个月, 9月, 前两个月. Pure text; None when none is named."""

from __future__ import annotations

import re
from datetime import date

_FIGURES = {name: i for i, name in enumerate("零一二三四五六七八九十")} | {
    "十一": 11,
    "十二": 12,
    "两": 2,
}
_NUMBER = r"(?:1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九两])"
_AGO = re.compile(rf"前(?P<ago>{_NUMBER})个月|(?P<last>上上个?月|上个?月|前个月)")
_NAMED = re.compile(rf"(?<![\d前个])(?P<month>{_NUMBER})月份?(?!\d|包|会员|租|费)")
_THIS = re.compile(r"这个?月|本月|当月")
MONTHS = 12


def named_month(text: str, today: date) -> date | None:
    """The first day of the month that is talked about, the most recent one that fits."""
    if found := _AGO.search(text):
        return _before(today, _months_ago(found))
    if found := _NAMED.search(text):
        month = _figure(found["month"])
        return _before(today, (today.month - month) % MONTHS)
    return _before(today, 0) if _THIS.search(text) else None


def _months_ago(found: re.Match[str]) -> int:
    if found["last"]:
        return 2 if found["last"].startswith(("上上", "前")) else 1
    return _figure(found["ago"])


def _figure(text: str) -> int:
    return int(text) if text.isdigit() else _FIGURES[text]


def _before(today: date, months: int) -> date:
    index = today.year * MONTHS + today.month - 1 - months
    return date(index // MONTHS, index % MONTHS + 1, 1)
