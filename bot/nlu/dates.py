"""Days and hours as customers name them: 明天下午三点, 周六上午, 下个月一号, 月底, 三天后.

Only what lies ahead: a day is named here for a visit or a change. Libraries were measured on the
same table (decision 008): the best read three of four and find an hour in 一点都不好用.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from datetime import date, timedelta
from re import Match

from bot.nlu.values import chinese_number

_N = r"(?:\d{1,2}|[一二两三四五六七八九十廿]{1,3})"
_DAYS = {"今": 0, "明": 1, "后": 2, "大后": 3}
_PARTS = "凌晨|清晨|一大早|一早|大早上|早上|早晨|上午|中午|下午|傍晚|晚上|夜里"
_PART_NAMES = {"早": "早上", "一早": "早上", "一大早": "早上", "大早上": "早上", "晚": "晚上"}
_AFTERNOON = frozenset(["下午", "傍晚", "晚上", "夜里"])
NOON, DAY_HOURS, HALF_DAY, SATURDAY = 12, 24, 7, 5
_WEEK = {name: i for i, name in enumerate("一二三四五六")} | {"日": 6, "天": 6, "末": SATURDAY}
_SPANS = {"天": 1, "星期": 7, "礼拜": 7, "周": 7}
_HALF_MONTH = 15
# Month and day, and how many days off follow; those of the lunar calendar by year.
_HOLIDAYS = {"元旦": (1, 1, 1), "五一": (5, 1, 5), "劳动节": (5, 1, 5), "国庆": (10, 1, 7)}
_LUNAR = {
    "春节": ({2026: (2, 17), 2027: (2, 6), 2028: (1, 26), 2029: (2, 13), 2030: (2, 3)}, 7),
    "端午": ({2026: (6, 19), 2027: (6, 9), 2028: (5, 28), 2029: (6, 16), 2030: (6, 5)}, 1),
    "中秋": ({2026: (9, 25), 2027: (9, 15), 2028: (10, 3), 2029: (9, 22), 2030: (9, 12)}, 1),
}

# 一号线, 3号楼, 二号技师 are no days; nor is 尾号 or 中山路25号.
_NO_DAY = r"(?![线楼院门房机店营客台厅卡码窗技工单套院坑])"
DATE = re.compile(
    rf"(?P<day>大?后|今|明)(?:天|日|儿个?)|(?P<eve>今|明)(?=[晚早])"
    rf"|(?<![上每])(?P<next>下+个?|这个?|本)?(?:周|星期|礼拜)(?P<week>[一二三四五六日天末])(?!\d)"
    rf"|(?P<end_of>下个?月|这个?月|本月|(?<![上年个每\d一二三四五六七八九十])月)(?P<end>底|末|初|中旬)"
    rf"|(?P<iso>20\d\d)[-/.年](?P<imonth>\d{{1,2}})[-/.月](?P<iday>\d{{1,2}})[日号]?"
    rf"|(?P<nextmonth>下个?月|本月|这个?月)(?P<nday>{_N})[号日]{_NO_DAY}"
    rf"|(?P<year>明年|今年)?(?P<month>{_N})(?:月份?|(?<=\d)\.)(?P<mday>{_N})[号日]{_NO_DAY}"
    rf"|(?<![\d./])(?P<slash>1[0-2]|[1-9])/(?P<sday>3[01]|[12]\d|[1-9])(?![\d/])"
    rf"|(?P<yearof>明年)(?P<ymonth>{_N})月(?!\d)"
    rf"|(?<![上\d.路街巷弄尾第])(?P<only>{_N})号{_NO_DAY}"
    rf"|(?:过|再过)(?P<past>{_N})(?P<punit>天|个?星期|个?礼拜|周)(?!没|还|都|不|了)"
    rf"|(?P<count>{_N}|半)(?P<unit>天|个?星期|个?礼拜|周|个月)(?:之|以)?后"
    rf"|(?P<holiday>元旦|五一|劳动节|国庆|春节|端午|中秋)节?(?P<beside>之?前|之?后|过后|以后|以前)?"
)
SLOT = re.compile(
    rf"(?P<part>{_PARTS}|(?<=[今明])[晚早])?(?P<hour>{_N})"
    rf"(?:点钟?(?P<half>半|[一三]刻|{_N}分?)?|:(?P<minute>[0-5]\d))"
    r"(?!\d|几|[要不]|都|建议|意见|问题|要求|原因|用|儿|也|也没|没)"
    rf"|(?P<only>{_PARTS}|(?<=[今明])[晚早])"
)


def read_date(match: Match[str], today: date) -> str | None:
    """The day as YYYY-MM-DD, the next one that fits, or None when there is no such day."""
    found = {name: value for name, value in match.groupdict().items() if value is not None}
    for name, reader in _READERS.items():
        if name in found:
            day = reader(found, today)
            return day.isoformat() if day else None
    return None


def _named_day(found: dict[str, str], today: date) -> date:
    return today + timedelta(days=_DAYS[found.get("day") or found["eve"]])


def _weekday(found: dict[str, str], today: date) -> date:
    which, name = found.get("next", ""), found["week"]
    monday = today - timedelta(days=today.weekday())
    wanted = monday + timedelta(days=_WEEK[name] + 7 * which.count("下"))
    if name == "末" and not which and today.weekday() > SATURDAY:
        return today
    return wanted + timedelta(days=7) if not which and wanted < today else wanted


def _part_of_month(found: dict[str, str], today: date) -> date | None:
    year, month = _month_after(today, found["end_of"].startswith("下"))
    last = calendar.monthrange(year, month)[1]
    day = {"初": 1, "中旬": _HALF_MONTH}.get(found["end"], last)
    wanted = date(year, month, day)
    if found["end_of"] == "月" and wanted < today:
        return date(*_month_after(today, True), day)
    return wanted


def _month_after(today: date, after: bool) -> tuple[int, int]:
    month = today.month + after
    return today.year + (month > NOON), (month - 1) % NOON + 1


def _written(found: dict[str, str], _today: date) -> date | None:
    return _day(int(found["iso"]), int(found["imonth"]), found["iday"])


def _of_next_month(found: dict[str, str], today: date) -> date | None:
    return _day(*_month_after(today, found["nextmonth"].startswith("下")), found["nday"])


def _of_month(found: dict[str, str], today: date) -> date | None:
    month = int(chinese_number(found.get("month") or found["slash"]) or 0)
    day = found.get("mday") or found["sday"]
    said = found.get("year")
    year = today.year + (said == "明年" if said else month < today.month)
    return _day(year, month, day)


def _of_next_year(found: dict[str, str], today: date) -> date | None:
    return _day(today.year + 1, int(chinese_number(found["ymonth"]) or 0), "1")


def _day_alone(found: dict[str, str], today: date) -> date | None:
    this = _day(today.year, today.month, found["only"])
    return this if this and this >= today else _day(*_month_after(today, True), found["only"])


def _after_a_while(found: dict[str, str], today: date) -> date | None:
    said, unit = found.get("count") or found["past"], found.get("unit") or found["punit"]
    if unit == "个月":
        if said == "半":
            return today + timedelta(days=_HALF_MONTH)
        months = today.month - 1 + int(chinese_number(said) or 0)
        year, month = today.year + months // NOON, months % NOON + 1
        return date(year, month, min(today.day, calendar.monthrange(year, month)[1]))
    number = chinese_number(said)
    return None if number is None else today + timedelta(number * _SPANS[unit.lstrip("个")])


def _holiday(found: dict[str, str], today: date) -> date | None:
    name, beside = found["holiday"], found.get("beside", "")
    for year in (today.year, today.year + 1):
        if name in _HOLIDAYS:
            month, day, off = _HOLIDAYS[name]
        else:
            days, off = _LUNAR[name]
            if year not in days:
                return None
            month, day = days[year]
        first = date(year, month, day)
        shift = off if "后" in beside else -1 if "前" in beside else 0
        if first + timedelta(days=shift) >= today:
            return first + timedelta(days=shift)
    return None


def _day(year: int, month: int, day: str) -> date | None:
    try:
        return date(year, month, int(chinese_number(day) or 0))
    except ValueError:
        return None


_READERS: dict[str, Callable[[dict[str, str], date], date | None]] = {
    "day": _named_day,
    "eve": _named_day,
    "week": _weekday,
    "end_of": _part_of_month,
    "iso": _written,
    "nextmonth": _of_next_month,
    "month": _of_month,
    "slash": _of_month,
    "yearof": _of_next_year,
    "only": _day_alone,
    "past": _after_a_while,
    "count": _after_a_while,
    "holiday": _holiday,
}


def read_slot(match: Match[str]) -> str | None:
    """An hour as HH:MM (下午三点 is 15:00; 六点 for a visit is the evening), or the part of day."""
    if only := match.group("only"):
        return _PART_NAMES.get(only, only)
    hour = int(chinese_number(match.group("hour")) or 0)
    said = match.group("part")
    part = _PART_NAMES.get(said, said) if said else None
    if hour >= DAY_HOURS:
        return None
    if hour < NOON and (part in _AFTERNOON or part is None and hour < HALF_DAY):
        hour += NOON
    half = match.group("half") or "0"
    minute = {"半": 30, "一刻": 15, "三刻": 45}.get(half)
    if minute is None:
        minute = int(chinese_number(half.rstrip("分")) or 0)
    return f"{hour:02d}:{int(match.group('minute') or minute):02d}"


DATE_READERS: dict[str, tuple[re.Pattern[str], Callable[..., str | None]]] = {
    "date": (DATE, read_date),
    "visit_slot": (SLOT, lambda match, today: read_slot(match)),
}
