"""From what was matched to the value that is meant: 幺三八… → 138…, 十个g → 10 GB.

Each reader takes a regular-expression match and returns the value, or None when the match turns
out not to be one (a run of digits that is no mobile number).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from re import Match

_SPOKEN_DIGITS = {
    spoken: figure
    for figure, names in enumerate(
        ["零〇洞", "一幺", "二两", "三", "四", "五", "六", "七拐", "八", "九勾"]
    )
    for spoken in names
}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_SHORT_TENS = str.maketrans({"廿": "二十", "卅": "三十"})
_FIGURES = re.compile(r"\d+(?:\.\d+)?")
_MOBILE = re.compile(r"(?:\+?86)?(1[3-9]\d{9})")
_DATA_UNITS = {
    "机": 1.0,
    "鸡": 1.0,
    "级": 1.0,
    "g": 1.0,
    "t": 1024.0,
    "m": 1 / 1024,
    "k": 1 / 1024 / 1024,
}


def spoken_digits(text: str) -> str:
    """Turn spoken digits (幺三八) into figures and drop blanks and dashes."""
    return "".join(
        str(_SPOKEN_DIGITS.get(c, c))
        for c in text
        if c.isdigit() or c in _SPOKEN_DIGITS or c == "+"
    )


def chinese_number(text: str) -> float | None:
    """Read 59, 59.9, 十, 三十五, 一百二 as a number; None when it is none."""
    if _FIGURES.fullmatch(text):
        return float(text)
    text = text.translate(_SHORT_TENS)
    total, digit, unit = 0, 0, 0
    for char in text:
        if char in _UNITS:
            unit = _UNITS[char]
            total += (digit or 1) * unit
            digit = 0
        elif char in _SPOKEN_DIGITS:
            digit = _SPOKEN_DIGITS[char]
        else:
            return None
    # 一百二 means 120: a last digit without a unit belongs to the next lower unit.
    lower = unit // 10 if unit >= _UNITS["百"] and "零" not in text else 1
    return float(total + digit * lower)


def read_phone(match: Match[str]) -> str | None:
    """A mobile number of eleven figures, or None."""
    found = _MOBILE.fullmatch(spoken_digits(match.group()))
    return found.group(1) if found else None


def read_order_number(match: Match[str]) -> str:
    """A work-order number in capitals without blanks."""
    return re.sub(r"[\s-]", "", match.group()).upper()


def read_amount(match: Match[str]) -> float | None:
    """An amount of money in yuan; 九块九 and 四十二块八毛 are 9.9 and 42.8."""
    number = chinese_number(match.group("number"))
    tenths = match.groupdict().get("tenths")
    if number is None or not tenths:
        return number
    return round(number + (chinese_number(tenths) or 0) / 10, 2)


def read_data_volume(match: Match[str]) -> float | None:
    """A data volume in GB."""
    number = chinese_number(match.group("number"))
    if number is None:
        return None
    return round(number * _DATA_UNITS[match.group("unit")[0].lower()], 4)


def read_code(match: Match[str]) -> str:
    """A code as it stands, in figures."""
    return spoken_digits(match.group("number"))


_NO_PLACE = (
    "线路",
    "网路",
    "一路",
    "电路",
    "走路",
    "这条路",
    "思路",
    "马路",
    "卡路",
    "短路",
    "我们村",
    "我村",
)


_HOUSE_NUMBER = re.compile(
    r"[零〇一二三四五六七八九十百]+(?=号|栋|幢|弄|单元|室|楼|层|座)"
    r"|(?<=[楼元栋幢号层座])[零〇一二三四五六七八九]{3,4}$"
)


def _in_figures(match: Match[str]) -> str:
    said = match.group()
    number = chinese_number(said) if set(said) & set(_UNITS) else None
    return spoken_digits(said) if number is None else f"{number:g}"


def read_place(match: Match[str]) -> str | None:
    """A place as it was said, or None for words that only end like one (线路)."""
    found = _HOUSE_NUMBER.sub(_in_figures, match.group("number"))
    return None if found.endswith(_NO_PLACE) or found in ("小区", "营业厅") else found


READERS: dict[str, Callable[[Match[str]], object]] = {
    "phone": read_phone,
    "order_number": read_order_number,
    "amount": read_amount,
    "data_volume": read_data_volume,
    "code": read_code,
    "place": read_place,
}
