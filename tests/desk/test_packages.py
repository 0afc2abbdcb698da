"""Account data: only for a verified customer, and every look is in the journal."""

from datetime import date
from decimal import Decimal

import pytest

from desk.app import Desk
from desk.model.errors import IdentityRequired
from tests.conftest import Moment
from tests.desk.talking import Customer

WANG, WU = "13800000001", "13800000006"


def looks(desk: Desk, conversation_id: str) -> list[str]:
    return [
        event.data["what"]
        for event in desk.journal.after(0)
        if event.type == "AccountDataShown" and event.conversation_id == conversation_id
    ]


def test_without_identity_there_is_nothing_to_see(desk: Desk) -> None:
    here = Customer(desk).opens()
    for look in (desk.packages.held, desk.packages.usage):
        with pytest.raises(IdentityRequired):
            look(here)
    assert looks(desk, here) == []


def test_the_package_and_what_is_left_of_it(desk: Desk, moment: Moment) -> None:
    wang = Customer(desk)
    here = wang.opens()
    wang.proves_identity(here, WANG)
    held = desk.packages.held(here)
    assert (held.package.name, held.package.monthly_fee) == ("畅享融合 129 套餐", Decimal(129))
    assert (held.since, held.contract_end) == (date(2025, 3, 1), date(2027, 2, 28))
    assert held.extras == ("来电显示", "视频彩铃 6 元包")
    usage = desk.packages.usage(here)
    assert usage.as_of == moment.now
    assert [(a.name, a.left, a.unit) for a in usage.allowances] == [
        ("全国流量", Decimal("12.6"), "GB"),
        ("国内通话", Decimal(288), "分钟"),
        ("短信", Decimal(97), "条"),
    ]
    assert looks(desk, here) == ["package", "usage"]


def test_a_customer_without_contract(desk: Desk) -> None:
    wu = Customer(desk)
    here = wu.opens()
    wu.proves_identity(here, WU)
    assert desk.packages.held(here).contract_end is None


def test_the_view_closes_with_the_proof(desk: Desk, moment: Moment) -> None:
    wang = Customer(desk)
    here = wang.opens()
    wang.proves_identity(here, WANG)
    moment.pass_time(minutes=31)
    with pytest.raises(IdentityRequired):
        desk.packages.held(here)


def test_everybody_sees_what_is_on_offer(desk: Desk) -> None:
    offers = desk.packages.offers()
    assert [offer.code for offer in offers] == ["F129", "F199", "M29", "M59", "M99", "B60"]
    assert all(offer.monthly_fee > 0 and offer.summary for offer in offers)
