"""Figures as they are spoken: numbers in groups, amounts, dates, times, sizes. Pure.

Figures that name something (phone, code, order) are read digit by digit, as every Chinese hotline
does, 1 as 幺; figures that count something stay figures, which a voice reads as a number.
"""

import re
from collections.abc import Callable

_SPOKEN = str.maketrans("0123456789", "零幺二三四五六七八九")
_FULL_WIDTH = str.maketrans("０１２３４５６７８９％＊", "0123456789%*")

_MASKED = re.compile(r"\d{3}\*{4}(\d{4})")
_MOBILE = re.compile(r"(?<![\d.])(?:\+?86[ -]?)?(1[3-9]\d)[ -]?(\d{4})[ -]?(\d{4})(?![\d.])")
_ORDER = re.compile(r"(?<![A-Za-z\d])([A-Z]{2,3})(\d{6,})(?!\d)")
_LABELLED = re.compile(r"((?:尾号|后四位|验证码|密码|编号|工号)(?:为|是|：|:)?\s*)(\d{3,8})(?!\d)")
_HOTLINE = re.compile(r"(?<![\d.,-])(\d{5,})(?![\d.,%]|\s*[元块万亿兆条个分秒人位次天年月日GMK])")
_LANDLINE = re.compile(r"(?<!\d)(0\d{2,3})-?(\d{7,8})(?!\d)")

_AMOUNT = re.compile(
    r"[¥￥]\s*(\d[\d,]*)(?:\.(\d{1,2}))?(?:\s*元)?|(\d[\d,]*)(?:\.(\d{1,2}))?\s*元"
)
_PER = re.compile(r"([^\s，。、；：（(]*?)\s*/\s*(个?月|年|天|日|次|条|分钟|小时|GB|MB)")
_DATE = re.compile(r"(?<!\d)(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")
_MONTH = re.compile(r"(?<!\d)(\d{4})-(\d{1,2})(?![\d-])")
_TIME = re.compile(
    r"((?:凌晨|早上|上午|中午|下午|晚上)\s*)?(?<!\d)([01]?\d|2[0-4]):([0-5]\d)(?::\d\d)?"
)
_TO = re.compile(r"(?<=[\d点分月日])\s*[-–—~～]\s*(?=[\d上下早中晚凌])")
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*%")
_MINUS = re.compile(r"(?<![\w.-])[-−](?=\d)")
_UNITS = (
    (re.compile(r"(?<=\d)\s*Gbps\b", re.I), "G"),
    (re.compile(r"(?<=\d)\s*Mbps\b", re.I), "兆"),
    (re.compile(r"(?<=\d)\s*GB\b", re.I), "G"),
    (re.compile(r"(?<=\d)\s*MB?\b", re.I), "兆"),
    (re.compile(r"(?<=\d)\s*dBm\b", re.I), "分贝毫瓦"),
)
_SHORT, _NOON = 5, 12
_PARTS = (  # hour before which it is called so
    (6, "凌晨"),
    (9, "早上"),
    (12, "上午"),
    (13, "中午"),
    (18, "下午"),
    (25, "晚上"),
)


def spoken_figures(text: str) -> str:
    """A text in which every figure is written as it should be heard."""
    text = text.translate(_FULL_WIDTH)
    for pattern, say in _WHAT_IS_READ:
        text = pattern.sub(say, text)
    for pattern, unit in _UNITS:
        text = pattern.sub(unit, text)
    return _MINUS.sub("负", _TO.sub("到", text))


def digits(figures: str) -> str:
    """Digit by digit, in groups that can be written down: 13800000001 → 幺三八，零零零零，…"""
    mobile = _MOBILE.fullmatch(figures)
    groups = list(mobile.groups()) if mobile else _groups(figures)
    return "，".join(groups).translate(_SPOKEN)


def _groups(figures: str) -> list[str]:
    """Of four from the front; five stay together, six are two of three."""
    if len(figures) <= _SHORT:
        return [figures]
    size = 3 if len(figures) in (6, 9) else 4
    return [figures[at : at + size] for at in range(0, len(figures), size)]


def _order(found: re.Match[str]) -> str:
    return f"{'，'.join(found[1])}，{digits(found[2])}"


def _amount(found: re.Match[str]) -> str:
    whole = (found[1] or found[3]).replace(",", "")
    cents = (found[2] or found[4] or "").ljust(2, "0")
    ten, one = int(cents[0]), int(cents[1])
    if not ten and not one:
        return f"{whole}元"
    if not one:
        return f"{whole}元{ten}角" if int(whole) else f"{ten}角"
    small = f"{ten}角{one}分" if ten else f"{'零' if int(whole) else ''}{one}分"
    return f"{whole}元{small}" if int(whole) else small


def _per(found: re.Match[str]) -> str:
    period = found[2].removeprefix("个")
    return f"每{'个' if period == '月' else ''}{period}{found[1]}"


def _time(found: re.Match[str]) -> str:
    hour, minute = int(found[2]), int(found[3])
    said = (found[1] or "").strip()
    part = said or next(name for before, name in _PARTS if hour < before)
    hour = hour - _NOON if hour > _NOON and part != "凌晨" else hour
    return f"{part}{hour}点" + (f"{minute}分" if minute else "")


_WHAT_IS_READ: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (_MASKED, lambda found: f"尾号{digits(found[1])}"),
    (_DATE, lambda found: f"{int(found[1])}年{int(found[2])}月{int(found[3])}日"),
    (_MONTH, lambda found: f"{int(found[1])}年{int(found[2])}月"),
    (_TIME, _time),
    (_PERCENT, r"百分之\1"),
    (_AMOUNT, _amount),
    (_PER, _per),
    (_ORDER, _order),
    (_MOBILE, lambda found: digits("".join(found.groups()))),
    (_LANDLINE, lambda found: f"{found[1].translate(_SPOKEN)}，{digits(found[2])}"),
    (_LABELLED, lambda found: f"{found[1].rstrip()}{digits(found[2])}"),
    (_HOTLINE, lambda found: digits(found[1])),
)
