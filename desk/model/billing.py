"""Money and what it is paid for: bills with the reasons of a jump, recharges, services, contract.

The figures belong to the BSS port; what is computed from them (why a bill differs, what leaving a
contract early costs) is here, free of I/O.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from desk.model.customers import Package


@dataclass(frozen=True)
class Service:
    """增值业务: something an account may have on top of its package."""

    code: str
    name: str
    fee: Decimal  # yuan, per month or once
    monthly: bool
    group: str
    summary: str
    aliases: tuple[str, ...]  # what customers call it
    needs_line: bool = False  # only with broadband
    self_service: bool = True  # False: a person arranges it

    @property
    def is_free(self) -> bool:
        return self.fee == 0


@dataclass(frozen=True)
class Subscription:
    """A service an account has: since when, and how it was ordered."""

    service: Service
    since: date
    channel: str
    ends_on: date | None = None  # cancelled: works up to and including this day


@dataclass(frozen=True)
class BillItem:
    name: str
    amount: Decimal
    service: str | None = None  # code of the service behind it


@dataclass(frozen=True)
class Bill:
    month: date  # its first day
    items: tuple[BillItem, ...]
    closed: bool  # False: the month is still running

    @property
    def total(self) -> Decimal:
        return sum((item.amount for item in self.items), Decimal(0))


class Shift(StrEnum):
    NEW = "new"
    GONE = "gone"
    MORE = "more"
    LESS = "less"


@dataclass(frozen=True)
class BillChange:
    """One item that differs from the month before, with how it came about where that is known."""

    shift: Shift
    name: str
    difference: Decimal
    now: Decimal
    before: Decimal
    ordered_on: date | None = None
    ordered_by: str | None = None


@dataclass(frozen=True)
class BillReport:
    bill: Bill
    before: Bill | None
    changes: tuple[BillChange, ...]  # biggest first; empty when nothing differs

    @property
    def difference(self) -> Decimal:
        return self.bill.total - self.before.total if self.before else Decimal(0)


class RechargeState(StrEnum):
    CREDITED = "credited"
    PENDING = "pending"  # paid, not yet on the account


@dataclass(frozen=True)
class Recharge:
    number: str
    at: datetime
    amount: Decimal
    channel: str
    state: RechargeState


@dataclass(frozen=True)
class Points:
    total: int
    expiring: int
    expires_on: date


@dataclass(frozen=True)
class Balance:
    amount: Decimal  # negative is owed
    month_so_far: Decimal
    suspended: bool


@dataclass(frozen=True)
class Contract:
    """How long an account is bound, and what leaving now would cost."""

    package: str
    ends_on: date | None
    months_left: int = 0
    fee: Decimal = Decimal(0)
    share_percent: int = 0


@dataclass(frozen=True)
class Coverage:
    """What an address can have. No speeds: we know the place, and it has no fibre yet."""

    place: str
    area: str
    speeds_mbps: tuple[int, ...]


def compare(
    bill: Bill, before: Bill | None, subscriptions: tuple[Subscription, ...]
) -> tuple[BillChange, ...]:
    """Why a bill is not what it was a month ago: item by item, the biggest difference first."""
    if before is None:
        return ()
    now, then = _by_name(bill), _by_name(before)
    by_code = {s.service.code: s for s in subscriptions}
    changes = []
    for name in dict.fromkeys((*now, *then)):
        item = now.get(name) or then[name]
        amount = now[name].amount if name in now else Decimal(0)
        earlier = then[name].amount if name in then else Decimal(0)
        if amount == earlier:
            continue
        ordered = by_code.get(item.service or "") if name not in then else None
        changes.append(
            BillChange(
                shift=_shift(name in now, name in then, amount - earlier),
                name=name,
                difference=amount - earlier,
                now=amount,
                before=earlier,
                ordered_on=ordered.since if ordered else None,
                ordered_by=ordered.channel if ordered else None,
            )
        )
    return tuple(sorted(changes, key=lambda change: -abs(change.difference)))


def _by_name(bill: Bill) -> dict[str, BillItem]:
    merged: dict[str, BillItem] = {}
    for item in bill.items:
        known = merged.get(item.name)
        total = item.amount + (known.amount if known else Decimal(0))
        merged[item.name] = BillItem(item.name, total, item.service)
    return merged


def _shift(here: bool, earlier: bool, difference: Decimal) -> Shift:
    if not earlier:
        return Shift.NEW
    if not here:
        return Shift.GONE
    return Shift.MORE if difference > 0 else Shift.LESS


def months_left(today: date, ends_on: date) -> int:
    """Started months until a contract ends; 0 once it is over."""
    if ends_on < today:
        return 0
    months = (ends_on.year - today.year) * 12 + ends_on.month - today.month
    return months + (ends_on.day >= today.day)


def termination_fee(monthly_fee: Decimal, left: int, share_percent: int) -> Decimal:
    """What leaving a contract early costs: a share of the fees still to come."""
    return (monthly_fee * left * share_percent / 100).quantize(Decimal("0.01"))


def named_packages(text: str, packages: tuple[Package, ...]) -> tuple[Package, ...]:
    """The packages a customer's words may mean: a name, a code, or the fee (129 的那个)."""
    plain = text.lower().replace(" ", "")
    by_name = [p for p in packages if _short(p.name) in plain or p.code.lower() in plain]
    if by_name:
        return tuple(by_name)
    fees = re.findall(r"(?<![\d.])\d{2,3}(?![\d.]|m|g|分|兆)", plain)
    return tuple(p for p in packages if f"{p.monthly_fee:.0f}" in fees)


def _short(name: str) -> str:
    return name.lower().replace(" ", "").removesuffix("套餐")


def named_services(text: str, services: tuple[Service, ...]) -> tuple[Service, ...]:
    """The services a customer's words may mean: the longest name or alias that fits decides."""
    plain = text.lower().replace(" ", "")
    fits: dict[str, int] = {}
    for service in services:
        names = (service.name.lower().replace(" ", ""), *(a.lower() for a in service.aliases))
        longest = max((len(name) for name in names if name in plain), default=0)
        if longest:
            fits[service.code] = longest
    if not fits:
        return ()
    best = max(fits.values())
    return tuple(s for s in services if fits.get(s.code) == best)
