"""Mainland phone numbers: the one place that decides what is valid and how it is shown."""

import re

from desk.model.errors import InvalidPhone

_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_LANDLINE = re.compile(r"0[0-9]{2,3}[0-9]{7,8}")
_FULL_WIDTH = str.maketrans("０１２３４５６７８９", "0123456789")
_SPOKEN = str.maketrans("〇零一幺二三四五六七八九", "001123456789")
_MENTIONED = re.compile(r"(?<![0-9])(?:(?:00)?86)?(1[3-9][0-9]{9})(?![0-9])")


def parse_phone(text: str) -> str:
    """The number inside `text` as bare digits; raises `InvalidPhone` when there is none."""
    digits = re.sub(r"[^0-9]", "", text.translate(_FULL_WIDTH).translate(_SPOKEN))
    if len(digits) > len("13800138000"):
        digits = re.sub("^(00)?86", "", digits)
    if _MOBILE.fullmatch(digits) or _LANDLINE.fullmatch(digits):
        return digits
    raise InvalidPhone("expected 11 digits starting with 1, or a landline with its area code")


def find_phone(text: str) -> str | None:
    """The first mobile number mentioned in a sentence, spoken digits included; None without one."""
    written = re.sub(r"[\s\-－—]", "", text.translate(_FULL_WIDTH))
    # Written digits first: the 一 of "13800138000一直开机" is a word, not one more digit.
    found = _MENTIONED.search(written) or _MENTIONED.search(written.translate(_SPOKEN))
    return found.group(1) if found else None


def mask_phone(phone: str) -> str:
    """138****1234, as numbers are shown everywhere outside an audited view."""
    return f"{phone[:3]}****{phone[-4:]}"
