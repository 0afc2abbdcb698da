"""Days and hours as customers name them: 明天下午三点, 周六上午, 下个月一号, 11月25号.

Written here because the libraries looked at either pull in a parser for ten languages (dateparser
knows no 下周三下午) or guess wildly in running text; the few dozen ways to say when a technician
may come are known.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from re import Match

from bot.nlu.values import chinese_number

_N = r"(?:\d{1,2}|[一二两三四五六七八九十]{1,3})"
_DAYS = {
    "今天": 0,
    "今日": 0,
    "今晚": 0,
    "明天": 1,
    "明日": 1,
    "明早": 1,
    "明晚": 1,
    "后天": 2,
    "大后天": 3,
}
_PARTS = "早上|早晨|上午|中午|下午|傍晚|晚上|夜里"
_AFTERNOON = frozenset(["下午", "傍晚", "晚上", "夜里"])
NOON, DAY_HOURS, HALF_DAY = 12, 24, 7
_WEEK = {name: i for i, name in enumerate("一二三四五六")} | {"日": 6, "天": 6, "七": 6}

DATE = re.compile(
    rf"(?P<day>大后天|今天|今日|明天|明日|后天)|(?P<eve>今晚|明早|明晚)"
    rf"|(?P<next>下+个?|这个?|本)?(?:周|星期|礼拜)(?P<week>[一二三四五六日天])(?!\d)"
    rf"|(?P<nextmonth>下个?月|本月|这个月)(?P<nday>{_N})[号日]"
    rf"|(?P<month>{_N})月(?P<mday>{_N})[号日]"
)
SLOT = re.compile(
    rf"(?P<part>{_PARTS})?(?P<hour>{_N})(?:点(?P<half>半|{_N}分?)?|:(?P<minute>[0-5]\d))(?!\d|几)"
    rf"|(?P<only>{_PARTS})"
)


def read_date(match: Match[str], today: date) -> str | None:
    """The day as YYYY-MM-DD, the next one that fits, or None when there is no such day."""
    found = match.groupdict()
    if name := found["day"] or found["eve"]:
        return (today + timedelta(days=_DAYS[name])).isoformat()
    if found["week"]:
        return _weekday(found["week"], found["next"] or "", today).isoformat()
    if found["nextmonth"]:
        month = today.month + (1 if found["nextmonth"].startswith("下") else 0)
        year = today.year + (month > NOON)
        return _day(year, (month - 1) % 12 + 1, found["nday"])
    month_number = chinese_number(found["month"]) or 0
    year = today.year + (month_number < today.month)
    return _day(year, int(month_number), found["mday"])


def _weekday(name: str, which: str, today: date) -> date:
    monday = today - timedelta(days=today.weekday())
    wanted = monday + timedelta(days=_WEEK[name] + 7 * which.count("下"))
    return wanted + timedelta(days=7) if not which and wanted < today else wanted


def _day(year: int, month: int, day: str) -> str | None:
    try:
        return date(year, month, int(chinese_number(day) or 0)).isoformat()
    except ValueError:
        return None


def read_slot(match: Match[str]) -> str | None:
    """An hour as HH:MM (下午三点 is 15:00; 六点 for a visit is the evening), or the part of day."""
    if match.group("only"):
        return match.group("only")
    hour = int(chinese_number(match.group("hour")) or 0)
    part = match.group("part")
    if hour >= DAY_HOURS:
        return None
    if hour < NOON and (part in _AFTERNOON or part is None and hour < HALF_DAY):
        hour += NOON
    half = match.group("half")
    minute = 30 if half == "半" else int(chinese_number((half or "0").rstrip("分")) or 0)
    return f"{hour:02d}:{int(match.group('minute') or minute):02d}"


DATE_READERS: dict[str, tuple[re.Pattern[str], Callable[..., str | None]]] = {
    "date": (DATE, read_date),
    "visit_slot": (SLOT, lambda match, today: read_slot(match)),
}
