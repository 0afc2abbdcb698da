"""Numbers that customers see and say: two letters, date, six random digits (BX261121483920).

Digits are random so that nobody reads other people's orders by counting up; letters and date make
the number easy to say on the phone and to recognise in a sentence.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import date

_NUMBER = re.compile(r"(?<![A-Z])(BX|TS|YW|HF)\s*-?\s*(\d{6})\s*-?\s*(\d{6})(?!\d)")


def make_number(prefix: str, day: date, random_below: Callable[[int], int]) -> str:
    return f"{prefix}{day:%y%m%d}{random_below(1_000_000):06d}"


def find_number(text: str) -> str | None:
    """The work-order number mentioned in a sentence, in canonical form; None without one."""
    # A Chinese keyboard may write letters, digits and dashes full width.
    found = _NUMBER.search(unicodedata.normalize("NFKC", text).upper())
    return "".join(found.groups()) if found else None
