"""Work-order numbers: made, said and recognised again."""

from datetime import date

import pytest

from desk.model.numbers import find_number, make_number


@pytest.mark.parametrize(
    ("sentence", "number"),
    [
        ("BX261121483920", "BX261121483920"),
        ("bx261121483920", "BX261121483920"),
        ("我的单号是Bx261121483920，到哪一步了", "BX261121483920"),
        ("ＴＳ２６１１２１４８３９２０", "TS261121483920"),
        ("BX 261121 483920", "BX261121483920"),
        ("BX-261121-483920", "BX261121483920"),
        ("bx－261121－483920", "BX261121483920"),
        ("查TS261121000001和BX261121483920", "TS261121000001"),
        ("YW261121483920", "YW261121483920"),
        ("HF261121483920", "HF261121483920"),
    ],
)
def test_a_number_is_found_in_a_sentence(sentence: str, number: str) -> None:
    assert find_number(sentence) == number


@pytest.mark.parametrize(
    "sentence",
    [
        "",
        "我的单子呢",
        "BX26112148392",  # one digit short
        "BX2611214839201",  # one too many
        "AB261121483920",
        "ABX261121483920",
        "261121483920",
        "13800138000",
    ],
)
def test_what_only_looks_like_a_number(sentence: str) -> None:
    assert find_number(sentence) is None


@pytest.mark.parametrize("digits", [0, 7, 999_999])
def test_a_made_number_is_recognised_again(digits: int) -> None:
    number = make_number("BX", date(2026, 11, 21), lambda _below: digits)
    assert number == f"BX261121{digits:06d}"
    assert find_number(f"请查一下{number.lower()}谢谢") == number
