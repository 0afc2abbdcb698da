"""Queries about money and services: only when verified, journalled, figures as the BSS has them."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from desk.app import Desk
from desk.model.billing import Shift
from desk.model.errors import BadData, IdentityRequired, NoSuchBill
from desk.seed_billing import FILE, load_billing
from tests.conftest import Moment
from tests.desk.talking import Customer
from tests.desk.test_packages import looks

WANG, LI, ZHAO, SUN, ZHOU = (f"1380000000{n}" for n in range(1, 6))


@pytest.fixture
def knows(desk: Desk) -> Callable[[str], str]:
    def verified(phone: str) -> str:
        customer = Customer(desk, name=phone)
        here = customer.opens()
        customer.proves_identity(here, phone)
        return here

    return verified


def test_nothing_without_identity(desk: Desk) -> None:
    here = Customer(desk).opens()
    account = desk.account
    for look in (
        account.balance,
        account.bill,
        account.recharges,
        account.subscriptions,
        account.points,
        account.contract,
    ):
        with pytest.raises(IdentityRequired):
            look(here)
    assert looks(desk, here) == []


def test_every_look_is_journalled(desk: Desk, knows: Callable[[str], str]) -> None:
    here = knows(WANG)
    desk.account.balance(here)
    desk.account.bill(here)
    desk.account.points(here)
    assert looks(desk, here) == ["balance", "bill", "points"]


def test_balance_with_what_the_month_has_cost(desk: Desk, knows: Callable[[str], str]) -> None:
    balance = desk.account.balance(knows(WANG))
    assert (balance.amount, balance.month_so_far) == (Decimal("56.30"), Decimal(140))
    owing = desk.account.balance(knows(LI))
    assert owing.amount < 0 and owing.suspended


def test_the_running_bill_and_why_it_jumped(desk: Desk, knows: Callable[[str], str]) -> None:
    report = desk.account.bill(knows(ZHOU))
    assert not report.bill.closed and report.bill.total == Decimal(162)
    assert report.difference == Decimal(33)
    assert [(c.name, c.shift, c.ordered_by) for c in report.changes] == [
        ("套外流量费", Shift.NEW, None),
        ("视频会员月包", Shift.NEW, "手机营业厅弹窗"),
    ]


def test_a_named_month(desk: Desk, knows: Callable[[str], str]) -> None:
    here = knows(WANG)
    report = desk.account.bill(here, date(2026, 10, 1))
    assert report.bill.closed and report.bill.total == Decimal(158)
    assert report.before is not None and report.before.month == date(2026, 9, 1)
    with pytest.raises(NoSuchBill):
        desk.account.bill(here, date(2025, 1, 1))


def test_the_oldest_bill_has_none_before(desk: Desk, knows: Callable[[str], str]) -> None:
    report = desk.account.bill(knows(WANG), date(2026, 6, 1))
    assert report.before is None and report.changes == () and report.difference == 0


def test_recharges_newest_first_with_the_one_not_credited(
    desk: Desk, knows: Callable[[str], str]
) -> None:
    paid = desk.account.recharges(knows(SUN))
    assert [(r.amount, str(r.state)) for r in paid] == [
        (Decimal(50), "pending"),
        (Decimal(60), "credited"),
    ]


def test_services_with_fee_since_and_how(desk: Desk, knows: Callable[[str], str]) -> None:
    (video,) = desk.account.subscriptions(knows(ZHOU))
    assert video.service.name == "视频会员月包" and video.service.fee == Decimal(15)
    assert (video.since, video.channel) == (date(2026, 11, 2), "手机营业厅弹窗")


def test_points_and_contract(desk: Desk, knows: Callable[[str], str]) -> None:
    points = desk.account.points(knows(WANG))
    assert points is not None and (points.total, points.expiring) == (3260, 800)
    contract = desk.account.contract(knows(WANG))
    assert (contract.months_left, contract.fee) == (4, Decimal("154.80"))
    free = desk.account.contract(knows(SUN))
    assert (free.months_left, free.fee, free.ends_on) == (0, Decimal(0), None)


def test_a_contract_that_is_over_costs_nothing(
    desk: Desk, knows: Callable[[str], str], moment: Moment
) -> None:
    moment.pass_time(days=20)
    assert desk.account.contract(knows(ZHAO)).fee == 0


@pytest.mark.parametrize(
    ("address", "speeds"),
    [
        ("城东区和平路18号", (300, 500, 1000)),
        ("解放北路 210 号", (300,)),
        ("青山村 3 组", ()),
        ("月亮路 1 号", None),
    ],
)
def test_coverage_is_open_to_all(
    sqlite_desk: Desk, address: str, speeds: tuple[int, ...] | None
) -> None:
    found = sqlite_desk.account.coverage(address)
    assert (found.speeds_mbps if found else None) == speeds


def test_the_catalogue_is_in_order_and_names_are_found(sqlite_desk: Desk) -> None:
    services = sqlite_desk.account.services()
    assert services[0].name == "来电显示" and len({s.code for s in services}) == len(services)
    assert [s.code for s in sqlite_desk.account.named_services("漏话提醒")] == ["MISSED"]
    assert {s.code for s in sqlite_desk.account.named_services("流量包")} == {
        "DATA1D",
        "DATA10",
        "DATA30",
    }


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (lambda d: d["services"][0].update(fee=-1), "services.0.fee"),
        (lambda d: d["services"][0].update(price=3), "services.0.price"),
        (
            lambda d: d["accounts"]["8800100001"]["subscriptions"][0].update(service="NONE"),
            "accounts.8800100001",
        ),
        (
            lambda d: d["accounts"]["8800100001"]["recharges"][0].update(state="lost"),
            "accounts.8800100001.recharges.0.state",
        ),
    ],
)
def test_a_wrong_file_is_refused_by_key(
    tmp_path: Path, change: Callable[[Any], Any], key: str
) -> None:
    data = yaml.safe_load(FILE.read_text(encoding="utf8"))
    change(data)
    file = tmp_path / "billing.yml"
    file.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf8")
    with pytest.raises(BadData) as refused:
        load_billing(file)
    assert refused.value.file == "billing.yml" and refused.value.key == key
