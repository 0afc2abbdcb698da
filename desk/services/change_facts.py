"""What the rules of changes look at: one account today, the catalogue, the policies."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from desk.model.billing import Subscription
from desk.model.changes import Terms
from desk.model.customers import Account, Holding, Package
from desk.model.errors import NotEligible
from desk.policies import ChangePolicy, ContractPolicy
from desk.ports.bss import Bss

type Details = dict[str, Any]
type Rule = Callable[["Facts", Details], Terms]


@dataclass(frozen=True)
class Facts:
    """`account` is None for somebody who is not a customer yet."""

    bss: Bss
    policy: ChangePolicy
    contracts: ContractPolicy
    local_now: datetime
    account: Account | None

    @property
    def today(self) -> date:
        return self.local_now.date()

    @property
    def own(self) -> Account:
        assert self.account is not None  # the kinds that get here need identity
        return self.account

    @property
    def holding(self) -> Holding:
        found = self.bss.holding(self.own.account, self.today)
        assert found is not None
        return found

    @property
    def subscriptions(self) -> tuple[Subscription, ...]:
        return self.bss.subscriptions(self.own.account, self.today)

    def package(self, code: str) -> Package:
        for package in self.bss.offers():
            if package.code == code:
                return package
        raise NotEligible("not_offered")

    def refuse_debtor(self) -> None:
        """Nothing that costs more is sold on credit."""
        if self.own.balance < 0:
            raise NotEligible("arrears", owed=money(-self.own.balance))

    def refuse_suspended(self) -> None:
        if self.own.suspended:
            raise NotEligible("suspended")


def money(value: Decimal | int) -> str:
    """59, 12.50: without empty decimals."""
    amount = Decimal(value)
    return f"{amount:.2f}" if amount % 1 else f"{amount:.0f}"


def day_words(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def first_of_next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def last_of_month(day: date) -> date:
    return first_of_next_month(day) - timedelta(days=1)


def plus_months(day: date, months: int) -> date:
    """The same day some months later, or the last day of that month."""
    index = day.year * 12 + day.month - 1 + months
    first = date(index // 12, index % 12 + 1, 1)
    return min(first + timedelta(days=day.day - 1), last_of_month(first))
