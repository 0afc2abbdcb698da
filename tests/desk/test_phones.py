"""Phone numbers as customers write and say them."""

import pytest

from desk.model.errors import InvalidPhone
from desk.model.phones import find_phone, mask_phone, parse_phone


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("13800138000", "13800138000"),
        ("138 0013 8000", "13800138000"),
        ("138-0013-8000", "13800138000"),
        ("１３８００１３８０００", "13800138000"),
        ("+86 13800138000", "13800138000"),
        ("86-138-0013-8000", "13800138000"),
        ("0086 13800138000", "13800138000"),
        ("一三八零零一三八零零零", "13800138000"),
        ("幺三八零零幺三八零零零", "13800138000"),
        ("幺三八〇〇幺三八〇〇〇", "13800138000"),
        ("19912345678", "19912345678"),
        ("我的号码是 13912345678。", "13912345678"),
        ("010-12345678", "01012345678"),
        ("（0755）1234567", "07551234567"),
        ("0755 12345678", "075512345678"),
    ],
)
def test_a_number_is_read_from_any_spelling(written: str, number: str) -> None:
    assert parse_phone(written) == number


@pytest.mark.parametrize(
    "written",
    [
        "",
        "没有",
        "110",
        "12800138000",  # no mobile prefix
        "1380013800",  # one digit short
        "138001380000",  # one too many
        "23800138000",
        "010-123456",  # landline too short
        "12345678",  # landline without its area code
        "138٠٠١٣٨٠٠٠",  # digits of another script
        "13800138000 或 13900139000",
    ],
)
def test_anything_else_is_refused(written: str) -> None:
    with pytest.raises(InvalidPhone):
        parse_phone(written)


@pytest.mark.parametrize(
    ("sentence", "number"),
    [
        ("打我手机13800138000吧", "13800138000"),
        ("13800138000一直开机", "13800138000"),
        ("联系 138 0013 8000 一下，二十四小时都行", "13800138000"),
        ("换成幺三九一二三四五六七八", "13912345678"),
        ("我有一个号 +8613912345678", "13912345678"),
        ("工单 BX261121483920，电话 13800138000", "13800138000"),
        ("13800138000，不行就打 13900139000", "13800138000"),
    ],
)
def test_the_first_mobile_number_of_a_sentence_is_found(sentence: str, number: str) -> None:
    assert find_phone(sentence) == number


@pytest.mark.parametrize(
    "sentence",
    ["", "可以", "就用这个号", "BX261121483920", "261121483920", "1380013800", "138001380001"],
)
def test_a_sentence_without_a_mobile_number(sentence: str) -> None:
    assert find_phone(sentence) is None


def test_a_number_is_shown_without_its_middle() -> None:
    assert mask_phone("13812341234") == "138****1234"
