"""办理: quoted, confirmed once, undone while allowed; on both databases."""

import hmac
import re
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from desk.app import Desk
from desk.model.changes import ChangeKind, ChangeReceipt, Payment, Quote
from desk.model.errors import (
    BadData,
    IdentityRequired,
    NotEligible,
    NothingToUndo,
    OtherAmount,
    QuoteOutdated,
    UnknownPayment,
)
from desk.policies import DUTIES, FOLDER, ChangePolicy, load_yaml, validate
from tests.conftest import Moment, open_desk_at
from tests.desk.concurrently import at_once
from tests.desk.talking import Customer, deliver_sms

WANG, LI, ZHAO, SUN, ZHOU, WU = (f"1380000000{n}" for n in range(1, 7))
K = ChangeKind


class Talk:
    """One verified customer who has changes made."""

    def __init__(self, desk: Desk, phone: str) -> None:
        self.desk, self.customer = desk, Customer(desk, name=phone)
        self.here = self.customer.opens()
        self.customer.proves_identity(self.here, phone)

    def quote(self, kind: ChangeKind, **details: Any) -> Quote:
        return self.desk.changes.quote(self.here, kind, details, key=self.customer.key())

    def confirm(self, quote: Quote) -> ChangeReceipt:
        return self.desk.changes.confirm(self.here, quote.id, key=self.customer.key())

    def has(self, kind: ChangeKind, **details: Any) -> ChangeReceipt:
        return self.confirm(self.quote(kind, **details))

    def services(self) -> dict[str, date | None]:
        held = self.desk.account.subscriptions(self.here)
        return {s.service.code: s.ends_on for s in held}

    def refused(self, kind: ChangeKind, **details: Any) -> str:
        with pytest.raises(NotEligible) as refusal:
            self.quote(kind, **details)
        return refusal.value.reason


@pytest.fixture
def talk(desk: Desk) -> Callable[[str], Talk]:
    return lambda phone: Talk(desk, phone)


def test_nothing_without_identity_but_a_new_connection(desk: Desk) -> None:
    here = Customer(desk).opens()
    for kind in K:
        if kind is not K.INSTALL:
            with pytest.raises(IdentityRequired):
                desk.changes.quote(here, kind, {}, key=f"q:{kind}")
    details = {"package": "B60", "address": "和平路 9 号", "phone": "13900001111"}
    quote = desk.changes.quote(here, K.INSTALL, details, key="q")
    receipt = desk.changes.confirm(here, quote.id, key="c")
    assert receipt.promised_at is not None
    order = desk.work_order_view.one(receipt.number)
    assert order["kind"] == "业务工单" and "和平路 9 号" in order["description"]


def test_every_quote_tells_what_the_duty_asks_for(talk: Callable[[str], Talk]) -> None:
    wang, li = talk(WANG), talk(LI)
    quotes = [
        wang.quote(K.CHANGE_PACKAGE, package="F199"),
        wang.quote(K.SUBSCRIBE, services=["VIDEO"]),
        wang.quote(K.UNSUBSCRIBE, services=["VRING6"]),
        wang.quote(K.RECHARGE, amount=50),
        wang.quote(K.SUSPEND_LOSS),
        wang.quote(K.SUSPEND_PAUSE, months=3),
        wang.quote(K.RESET_PASSWORD, which="broadband"),
        wang.quote(K.RELOCATE, address="幸福花园 3 栋"),
        wang.quote(K.RENEW),
        wang.quote(K.REFUND_SERVICE, service="VRING6", amount="12", months=2),
        wang.quote(K.REVIEW_ITEM, name="套外流量费", amount="18", month="2026-10-01"),
        li.quote(K.RECHARGE, amount=100),
    ]
    for quote in quotes:
        told = dict(quote.lines)
        assert all(told.get(duty) for duty in DUTIES), quote
        assert "{" not in "".join(told.values())


def test_package_from_next_month_and_back_again(
    talk: Callable[[str], Talk], desk: Desk, moment: Moment
) -> None:
    wang = talk(WANG)
    quote = wang.quote(K.CHANGE_PACKAGE, package="F199")
    assert dict(quote.lines)["费用"].endswith("从 129 元变为 199 元")
    receipt = wang.confirm(quote)
    assert receipt.effective_on == date(2026, 12, 1) and re.match(r"YW\d{12}$", receipt.number)
    assert desk.packages.held(wang.here).package.code == "F129"
    assert wang.refused(K.CHANGE_PACKAGE, package="M59") == "package_arriving"
    assert desk.changes.undoable(wang.here) == receipt.title
    assert desk.changes.undo(wang.here, key="undo").number == receipt.number
    with pytest.raises(NothingToUndo):
        desk.changes.undo(wang.here, key="again")
    wang.has(K.CHANGE_PACKAGE, package="F199")
    moment.pass_time(days=12)
    wang.customer.proves_identity(wang.here, WANG)
    assert desk.packages.held(wang.here).package.code == "F199"
    with pytest.raises(NothingToUndo):
        desk.changes.undo(wang.here, key="late")


@pytest.mark.parametrize(
    ("at", "effective"),
    [
        (datetime(2026, 11, 30, 11, 59, tzinfo=UTC), date(2026, 12, 1)),
        (datetime(2026, 11, 30, 12, 0, tzinfo=UTC), date(2027, 1, 1)),
        (datetime(2026, 11, 30, 16, 30, tzinfo=UTC), date(2027, 1, 1)),
    ],
)
def test_late_on_the_last_day_it_is_a_month_later(
    sqlite_desk: Desk, moment: Moment, at: datetime, effective: date
) -> None:
    moment.now = at
    wang = Talk(sqlite_desk, WANG)
    assert wang.has(K.CHANGE_PACKAGE, package="F199").effective_on == effective


def test_down_within_a_contract_costs_a_share_of_the_difference(
    talk: Callable[[str], Talk],
) -> None:
    told = dict(talk(WANG).quote(K.CHANGE_PACKAGE, package="M59").lines)
    # 4 started months × 70 yuan × 30 %
    assert "违约金 84 元" in told["费用"] and "宽带和电视会停用" in told["变化"]


@pytest.mark.parametrize(
    ("phone", "kind", "details", "reason"),
    [
        (WANG, K.CHANGE_PACKAGE, {"package": "F129"}, "same_package"),
        (WANG, K.CHANGE_PACKAGE, {"package": "X1"}, "not_offered"),
        (LI, K.CHANGE_PACKAGE, {"package": "F199"}, "suspended"),
        (WU, K.CHANGE_PACKAGE, {"package": "F129"}, "needs_line"),
        (WANG, K.SUBSCRIBE, {"services": ["CLIP"]}, "already_held"),
        (WANG, K.SUBSCRIBE, {"services": ["SUBCARD2"]}, "person_only"),
        (WU, K.SUBSCRIBE, {"services": ["BOOST"]}, "needs_broadband"),
        (LI, K.SUBSCRIBE, {"services": ["VIDEO"]}, "suspended"),
        (WANG, K.UNSUBSCRIBE, {"services": ["VIDEO"]}, "not_held"),
        (ZHAO, K.UNSUBSCRIBE, {"services": ["SUBCARD2"]}, "person_only"),
        (WU, K.UNSUBSCRIBE, {"services": ["DATA10"]}, "ends_itself"),
        (WANG, K.RECHARGE, {"amount": 0}, "amount"),
        (WANG, K.RECHARGE, {"amount": 5000}, "amount"),
        (WANG, K.RESTORE, {}, "not_suspended"),
        (LI, K.RESTORE, {}, "arrears_suspended"),
        (LI, K.SUSPEND_LOSS, {}, "already_suspended"),
        (WANG, K.SUSPEND_PAUSE, {"months": 9}, "pause_months"),
        (WU, K.RESET_PASSWORD, {"which": "broadband"}, "needs_broadband"),
        (WU, K.RELOCATE, {"address": "和平路"}, "needs_broadband"),
        (WANG, K.RELOCATE, {"address": "青山村 2 组"}, "no_coverage"),
        (LI, K.RELOCATE, {"address": "和平路"}, "arrears"),
        (SUN, K.RENEW, {}, "pays_monthly"),
        (WU, K.RENEW, {}, "needs_broadband"),
        (WANG, K.TRACE_RECHARGE, {"recharge": "R1"}, "recharge_arrived"),
    ],
)
def test_what_the_rules_do_not_allow(
    sqlite_desk: Desk, phone: str, kind: ChangeKind, details: dict[str, Any], reason: str
) -> None:
    assert Talk(sqlite_desk, phone).refused(kind, **details) == reason


def test_services_come_and_go(talk: Callable[[str], Talk], desk: Desk) -> None:
    wang = talk(WANG)
    wang.has(K.SUBSCRIBE, services=["VIDEO", "FORWARD"])
    assert wang.services()["VIDEO"] is None
    receipt = wang.has(K.UNSUBSCRIBE, services=["VRING6", "VIDEO"])
    assert wang.services()["VRING6"] == date(2026, 11, 30) == receipt.undo_until
    desk.changes.undo(wang.here, key="undo")
    assert wang.services()["VRING6"] is None and wang.services()["VIDEO"] is None
    wang.has(K.UNSUBSCRIBE, services=["FORWARD"])
    assert wang.services()["FORWARD"] == date(2026, 11, 21)


def test_a_pack_for_once_ends_by_itself(talk: Callable[[str], Talk]) -> None:
    wang = talk(WANG)
    wang.has(K.SUBSCRIBE, services=["DATA10"])
    wang.has(K.SUBSCRIBE, services=["DATA10"])
    assert wang.services()["DATA10"] == date(2026, 12, 21)


def test_a_quote_said_twice_is_one_and_confirmed_twice_is_one(
    talk: Callable[[str], Talk], desk: Desk
) -> None:
    wang = talk(WANG)
    details = {"services": ["VIDEO"]}
    one, two = (desk.changes.quote(wang.here, K.SUBSCRIBE, details, key="q") for _ in range(2))
    assert one == two
    first = desk.changes.confirm(wang.here, one.id, key="a")
    assert desk.changes.confirm(wang.here, one.id, key="a") == first
    assert desk.changes.confirm(wang.here, one.id, key="b") == first
    confirmed = [e for e in desk.journal.after(0) if e.type == "ChangeConfirmed"]
    assert len(confirmed) == 1
    video = [s for s in desk.account.subscriptions(wang.here) if s.service.code == "VIDEO"]
    assert len(video) == 1


def test_confirmed_by_many_at_once_it_is_done_once(talk: Callable[[str], Talk], desk: Desk) -> None:
    wang = talk(WANG)
    quote = wang.quote(K.SUBSCRIBE, services=["VIDEO"])
    calls = [
        lambda key=f"k{n % 3}": desk.changes.confirm(wang.here, quote.id, key=key) for n in range(6)
    ]
    done = at_once(*calls)
    assert all(isinstance(one, ChangeReceipt) for one in done), done
    assert len({one.number for one in done if isinstance(one, ChangeReceipt)}) == 1
    assert [s.service.code for s in desk.account.subscriptions(wang.here)].count("VIDEO") == 1


def test_two_quotes_for_one_thing_confirmed_at_once(
    talk: Callable[[str], Talk], desk: Desk
) -> None:
    wang = talk(WANG)
    quotes = [wang.quote(K.CHANGE_PACKAGE, package=code) for code in ("F199", "M99")]
    done = at_once(
        *(
            lambda quote=quote: desk.changes.confirm(wang.here, quote.id, key=f"k{quote.id}")
            for quote in quotes
        )
    )
    assert sorted(type(one).__name__ for one in done) == ["ChangeReceipt", "NotEligible"]


def test_a_quote_expires(talk: Callable[[str], Talk], moment: Moment) -> None:
    wang = talk(WANG)
    quote = wang.quote(K.SUBSCRIBE, services=["VIDEO"])
    moment.pass_time(minutes=15)
    with pytest.raises(QuoteOutdated):
        wang.confirm(quote)
    assert "VIDEO" not in wang.services()


def test_what_was_read_out_is_what_is_done(talk: Callable[[str], Talk], moment: Moment) -> None:
    moment.now = datetime(2026, 11, 30, 11, 55, tzinfo=UTC)
    wang = talk(WANG)
    quote = wang.quote(K.CHANGE_PACKAGE, package="F199")
    moment.pass_time(minutes=6)  # after 20:00 it would begin a month later
    with pytest.raises(QuoteOutdated):
        wang.confirm(quote)


def test_a_quote_belongs_to_its_conversation_and_customer(
    talk: Callable[[str], Talk], desk: Desk, moment: Moment
) -> None:
    wang, zhao = talk(WANG), talk(ZHAO)
    quote = wang.quote(K.SUBSCRIBE, services=["VIDEO"])
    with pytest.raises(QuoteOutdated):
        desk.changes.confirm(zhao.here, quote.id, key="x")
    wang.customer.proves_identity(wang.here, SUN)
    with pytest.raises(QuoteOutdated):
        wang.confirm(quote)
    moment.pass_time(minutes=31)
    with pytest.raises(IdentityRequired):
        wang.confirm(quote)


def test_loss_at_once_and_back(talk: Callable[[str], Talk], desk: Desk) -> None:
    wang = talk(WANG)
    wang.has(K.SUSPEND_LOSS)
    assert desk.account.balance(wang.here).suspended
    assert wang.refused(K.SUSPEND_PAUSE, months=1) == "already_suspended"
    assert wang.refused(K.SUBSCRIBE, services=["VIDEO"]) == "suspended"
    wang.has(K.RESTORE)
    assert not desk.account.balance(wang.here).suspended


def test_a_recharge_is_credited_once_and_lifts_the_suspension(
    talk: Callable[[str], Talk], desk: Desk
) -> None:
    li = talk(LI)
    receipt = li.has(K.RECHARGE, amount=100)
    assert receipt.link is not None
    token = receipt.link.rpartition("/cashier/")[2]
    assert desk.payment_reports.due(token) == Payment(receipt.number, Decimal(100), paid=False)
    assert desk.account.balance(li.here).amount == Decimal(-86)
    with pytest.raises(OtherAmount):
        desk.payment_reports.paid(receipt.number, Decimal(99))
    assert desk.payment_reports.paid(receipt.number, Decimal(100)) is True
    assert desk.payment_reports.paid(receipt.number, Decimal("100.00")) is False
    assert desk.payment_reports.due(token).paid
    balance = desk.account.balance(li.here)
    assert balance.amount == Decimal(14) and not balance.suspended
    assert desk.account.recharges(li.here)[0].amount == Decimal(100)
    _, said = desk.conversations.history("rest", LI)
    assert "100.00 元已经到账" in said[-1].text
    with pytest.raises(UnknownPayment):
        desk.payment_reports.paid("nothing", Decimal(100))
    with pytest.raises(UnknownPayment):
        desk.payment_reports.due("nothing")


def test_the_operators_cashier_is_told_what_is_due_in_a_signed_link(
    database_url: str, tmp_path: Path, moment: Moment
) -> None:
    address = "https://pay.example.com/r"
    with closing(open_desk_at(database_url, tmp_path, moment, cashier_url=address)) as desk:
        receipt = Talk(desk, LI).has(K.RECHARGE, amount=100)
    link, _, signature = (receipt.link or "").rpartition("&signature=")
    said = link.removeprefix(f"{address}?")
    assert f"reference={receipt.number}&token=" in said and said.endswith("&amount=100.00")
    assert signature == hmac.new(b"test-cashier_key", said.encode(), "sha256").hexdigest()


def test_without_a_cashier_nobody_is_sent_to_one(
    database_url: str, tmp_path: Path, moment: Moment
) -> None:
    settings = {"mode": "production", "sms_url": "https://sms.example.com"}
    with closing(open_desk_at(database_url, tmp_path, moment, **settings)) as desk:
        here = Customer(desk).opens()
        desk.identity.send_code(here, LI, key="code")
        (sms,) = desk.outbox.claim(["sms"])
        desk.identity.verify(here, "".join(re.findall(r"\d{6}", sms.text)), key="verify")
        with pytest.raises(NotEligible, match="recharge_elsewhere"):
            desk.changes.quote(here, K.RECHARGE, {"amount": 100}, key="quote")


def test_paying_does_not_lift_a_loss(talk: Callable[[str], Talk], desk: Desk) -> None:
    wang = talk(WANG)
    wang.has(K.SUSPEND_LOSS)
    desk.payment_reports.paid(wang.has(K.RECHARGE, amount=30).number, Decimal(30))
    assert desk.account.balance(wang.here).suspended


def test_a_temporary_password_only_travels_by_sms(talk: Callable[[str], Talk], desk: Desk) -> None:
    wang = talk(WANG)
    receipt = wang.has(K.RESET_PASSWORD, which="service")
    assert receipt.sent_to == "138****0001"
    deliver_sms(desk)
    found = re.search(r"临时密码 (\d{6})", "".join(s.text for s in desk.journal.sms()))
    assert found is not None
    assert all(found.group(1) not in str(event.data) for event in desk.journal.after(0))
    assert found.group(1) not in str(receipt)


def test_a_recharge_that_did_not_arrive_is_traced(talk: Callable[[str], Talk], desk: Desk) -> None:
    sun = talk(SUN)
    (pending, *_) = desk.account.recharges(sun.here)
    receipt = sun.has(K.TRACE_RECHARGE, recharge=pending.number)
    order = desk.work_order_view.one(receipt.number)
    assert pending.number in order["description"] and "充值未到账" in order["marks"]
    assert receipt.promised_at is not None


def test_money_back_in_one_go(talk: Callable[[str], Talk], desk: Desk) -> None:
    zhou = talk(ZHOU)
    (video, *items) = desk.charges.disputable(zhou.here)
    assert (video.name, video.amount, video.months) == ("视频会员月包", Decimal(15), 1)
    assert video.channel == "手机营业厅弹窗"
    assert [item.name for item in items] == ["套外流量费"]
    receipt = zhou.has(
        K.REFUND_SERVICE, service="VIDEO", amount=str(video.amount), months=video.months
    )
    assert zhou.services()["VIDEO"] == date(2026, 11, 21)
    order = desk.work_order_view.one(receipt.number)
    assert "退费申请" in order["marks"] and "15 元" in order["description"]
    assert {c["label"] for c in order["clocks"]} >= {"派单", "专人联系", "退费"}
    # Two working days from a Saturday: Tuesday.
    assert receipt.promised_at == datetime(2026, 11, 24, 15, 59, 59, tzinfo=UTC)


def test_an_item_of_a_bill_goes_to_a_person(talk: Callable[[str], Talk], desk: Desk) -> None:
    wang = talk(WANG)
    receipt = wang.has(K.REVIEW_ITEM, name="套外流量费", amount="18", month="2026-10-01")
    assert "扣费争议" in desk.work_order_view.one(receipt.number)["marks"]


def test_what_is_reserved_for_a_person_is_prepared(talk: Callable[[str], Talk], desk: Desk) -> None:
    wang, li, sun, zhao = (talk(phone) for phone in (WANG, LI, SUN, ZHAO))
    assert desk.charges.prepare(wang.here, "replace_sim").ready
    assert "合约到2027年2月28日" in desk.charges.prepare(wang.here, "close_account").checks[0]
    checks = desk.charges.prepare(li.here, "port_out").checks
    assert len(checks) == 2 and "86 元" in checks[0]
    assert desk.charges.prepare(sun.here, "close_account").ready
    assert any("副卡" in c for c in desk.charges.prepare(zhao.here, "close_account").checks)


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (lambda d: d["lines"]["recharge"].pop("撤销"), "lines"),
        (lambda d: d["lines"].pop("renew"), "lines"),
        (lambda d: d.update(quote_valid_minutes=0), "quote_valid_minutes"),
        (lambda d: d["reserved"]["close_account"]["blockers"].append("x"), "reserved"),
    ],
)
def test_a_policy_that_does_not_tell_all_is_refused(change: Callable[[Any], Any], key: str) -> None:
    data = yaml.safe_load((FOLDER / "changes.yml").read_text(encoding="utf8"))
    change(data)
    with pytest.raises(BadData) as refused:
        validate(ChangePolicy, data, "changes.yml")
    assert refused.value.key.startswith(key)


def test_the_policy_file_as_shipped() -> None:
    path: Path = FOLDER / "changes.yml"
    assert set(validate(ChangePolicy, load_yaml(path), path.name).lines) == set(K)
