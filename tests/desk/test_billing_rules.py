"""What is computed about money: reasons of a jump, months of a contract, names of services."""

from datetime import date
from decimal import Decimal

import pytest

from desk.model.billing import (
    Bill,
    BillItem,
    Service,
    Shift,
    Subscription,
    compare,
    months_left,
    named_services,
    termination_fee,
)


def service(code: str, name: str, *aliases: str) -> Service:
    return Service(code, name, Decimal(15), True, "娱乐", "", aliases)


VIDEO = service("VIDEO", "视频会员月包", "视频会员", "会员")
MUSIC = service("MUSIC", "音乐会员月包", "音乐会员", "会员")
RING = service("RING", "彩铃", "彩铃", "炫铃")
VRING = service("VRING", "视频彩铃 6 元包", "视频彩铃")


def bill(month: int, **items: float) -> Bill:
    rows = tuple(BillItem(name, Decimal(str(amount))) for name, amount in items.items())
    return Bill(date(2026, month, 1), rows, True)


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [
        ({"月费": 129}, {"月费": 129}, []),
        ({"月费": 129, "套外流量": 18}, {"月费": 129}, [("套外流量", Shift.NEW, 18)]),
        ({"月费": 129}, {"月费": 129, "会员": 15}, [("会员", Shift.GONE, -15)]),
        ({"月费": 139}, {"月费": 129}, [("月费", Shift.MORE, 10)]),
        ({"月费": 99}, {"月费": 129}, [("月费", Shift.LESS, -30)]),
        (
            {"月费": 129, "短信": 1.2, "漫游": 75},
            {"月费": 129, "会员": 15},
            [("漫游", Shift.NEW, 75), ("会员", Shift.GONE, -15), ("短信", Shift.NEW, 1.2)],
        ),
        ({"月费": 129}, {"月费": 129, "优惠": -20}, [("优惠", Shift.GONE, 20)]),
    ],
)
def test_why_a_bill_differs(now, before, expected) -> None:  # type: ignore[no-untyped-def]
    changes = compare(bill(11, **now), bill(10, **before), ())
    assert [(c.name, c.shift, float(c.difference)) for c in changes] == expected


def test_a_new_service_comes_with_its_order() -> None:
    now = Bill(date(2026, 11, 1), (BillItem("视频会员月包", Decimal(15), "VIDEO"),), False)
    held = (Subscription(VIDEO, date(2026, 11, 2), "手机营业厅弹窗"),)
    (change,) = compare(now, bill(10), held)
    assert (change.ordered_on, change.ordered_by) == (date(2026, 11, 2), "手机营业厅弹窗")


def test_items_of_one_name_are_added_up() -> None:
    twice = Bill(
        date(2026, 11, 1), (BillItem("加油包", Decimal(15)), BillItem("加油包", Decimal(15))), True
    )
    (change,) = compare(twice, bill(10, 加油包=15), ())
    assert (change.now, change.difference) == (Decimal(30), Decimal(15))


def test_the_first_bill_has_nothing_to_compare_with() -> None:
    assert compare(bill(11, 月费=129), None, ()) == ()


@pytest.mark.parametrize(
    ("today", "ends", "left"),
    [
        ((2026, 11, 21), (2027, 2, 28), 4),
        ((2026, 11, 21), (2026, 11, 30), 1),
        ((2026, 11, 21), (2026, 11, 21), 1),
        ((2026, 11, 21), (2026, 11, 20), 0),
        ((2026, 11, 21), (2026, 12, 20), 1),
        ((2026, 11, 21), (2027, 11, 21), 13),
    ],
)
def test_started_months_of_a_contract(
    today: tuple[int, int, int], ends: tuple[int, int, int], left: int
) -> None:
    assert months_left(date(*today), date(*ends)) == left


@pytest.mark.parametrize(
    ("fee", "left", "expected"), [("129", 6, "232.20"), ("199", 24, "1432.80"), ("60", 0, "0.00")]
)
def test_leaving_early_costs_a_share(fee: str, left: int, expected: str) -> None:
    assert termination_fee(Decimal(fee), left, 30) == Decimal(expected)


@pytest.mark.parametrize(
    ("said", "codes"),
    [
        ("退订视频会员", ["VIDEO"]),
        ("把那个会员退了", ["VIDEO", "MUSIC"]),
        ("取消视频彩铃", ["VRING"]),
        ("炫铃不要了", ["RING"]),
        ("视频彩铃6元包", ["VRING"]),
        ("都退了", []),
    ],
)
def test_the_longest_name_decides(said: str, codes: list[str]) -> None:
    found = named_services(said, (VIDEO, MUSIC, RING, VRING))
    assert [s.code for s in found] == codes
