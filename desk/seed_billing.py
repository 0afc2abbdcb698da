"""First use, the money side: `data/demo/billing.yml`. Days count back from the day of loading, so
that a demonstration always has bills of the last six months."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from desk.model.errors import BadData
from desk.policies import load_yaml, validate
from desk.store.billing_tables import (
    bss_bill_items,
    bss_coverage,
    bss_points,
    bss_recharges,
    bss_services,
    bss_subscriptions,
)
from desk.store.unit_of_work import Work

FILE = Path(__file__).resolve().parent.parent / "data" / "demo" / "billing.yml"
_COUNTER = "营业厅"
_ONCE_LASTS = timedelta(days=30)


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Service(_Data):
    code: str
    name: str
    fee: Decimal = Field(ge=0)
    monthly: bool = True
    group: str
    summary: str
    aliases: list[str]
    needs_line: bool = False
    self_service: bool = True


class _Subscription(_Data):
    service: str
    days_ago: int = Field(ge=0)
    channel: str


class _Item(_Data):
    name: str
    amount: Decimal
    service: str | None = None
    months_ago: list[int]  # 0 is the running month


class _Recharge(_Data):
    days_ago: int = Field(ge=0)
    amount: Decimal = Field(gt=0)
    channel: str
    state: Literal["credited", "pending"] = "credited"


class _Points(_Data):
    total: int = Field(ge=0)
    expiring: int = Field(ge=0)


class _Account(_Data):
    points: _Points
    subscriptions: list[_Subscription]
    items: list[_Item]
    recharges: list[_Recharge]


class _Coverage(_Data):
    place: str
    area: str
    speeds_mbps: list[int]


class Billing(_Data):
    """The whole file."""

    services: list[_Service]
    accounts: dict[str, _Account]
    coverage: list[_Coverage]


def load_billing(file: Path = FILE) -> Billing:
    """Raises `BadData` naming the key that is wrong."""
    billing = validate(Billing, load_yaml(file), file.name)
    codes = {service.code for service in billing.services}
    for account, data in billing.accounts.items():
        used = [s.service for s in data.subscriptions] + [i.service for i in data.items]
        for code in used:
            if code is not None and code not in codes:
                raise BadData(file.name, f"accounts.{account}", f"no service {code!r} in services")
    return billing


def seed_billing(
    work: Work, billing: Billing, today: date, extras: dict[str, list[str]], file: str
) -> None:
    """Load the file; `extras` names what accounts without a section of their own hold."""
    for position, service in enumerate(billing.services):
        work.session.execute(
            bss_services.insert().values(**service.model_dump(), position=position)
        )
    for place in billing.coverage:
        work.session.execute(bss_coverage.insert().values(**place.model_dump()))
    by_name = {service.name: service.code for service in billing.services}
    once = {service.code for service in billing.services if not service.monthly}
    for account, names in extras.items():
        data = billing.accounts.get(account)
        if data is not None:
            _account(work, account, data, today, once)
        for name in names:
            if name not in by_name:
                raise BadData(file, "services", f"no service named {name!r} ({account})")
            if data is None:
                _subscribe(work, account, by_name[name], today - timedelta(days=200), _COUNTER)


def _account(work: Work, account: str, data: _Account, today: date, once: set[str]) -> None:
    for held in data.subscriptions:
        since = today - timedelta(days=held.days_ago)
        ends_on = since + _ONCE_LASTS if held.service in once else None
        _subscribe(work, account, held.service, since, held.channel, ends_on)
    for item in data.items:
        for ago in item.months_ago:
            work.session.execute(
                bss_bill_items.insert().values(
                    account=account,
                    month=_months_before(today, ago),
                    name=item.name,
                    amount=item.amount,
                    service=item.service,
                )
            )
    for position, paid in enumerate(data.recharges):
        at = work.now - timedelta(days=paid.days_ago, hours=3)
        work.session.execute(
            bss_recharges.insert().values(
                number=f"R{at:%Y%m%d}{account[-4:]}{position}",
                account=account,
                at=at,
                amount=paid.amount,
                channel=paid.channel,
                state=paid.state,
            )
        )
    work.session.execute(
        bss_points.insert().values(
            account=account, expires_on=date(today.year, 12, 31), **data.points.model_dump()
        )
    )


def _subscribe(
    work: Work,
    account: str,
    service: str,
    since: date,
    channel: str,
    ends_on: date | None = None,
) -> None:
    work.session.execute(
        bss_subscriptions.insert().values(
            account=account, service=service, since=since, channel=channel, ends_on=ends_on
        )
    )


def _months_before(today: date, months: int) -> date:
    index = today.year * 12 + today.month - 1 - months
    return date(index // 12, index % 12 + 1, 1)
