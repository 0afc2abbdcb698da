"""The operator's customer system (BSS): accounts, packages, money, services, coverage."""

from datetime import date, datetime
from typing import Protocol

from desk.model.billing import Bill, Coverage, Points, Recharge, Service, Subscription
from desk.model.changes import BssOrder
from desk.model.customers import Account, Holding, Package, Usage
from desk.model.diagnosis import Incident


class Bss(Protocol):
    def by_phone(self, phone: str) -> Account | None:
        """The account registered under a phone number; None when there is none."""
        ...

    def by_account(self, account: str) -> Account | None: ...

    def offers(self) -> tuple[Package, ...]:
        """The catalogue as sold now, in display order."""
        ...

    def holding(self, account: str, today: date) -> Holding | None: ...

    def usage(self, account: str, now: datetime) -> Usage | None:
        """Allowances of the current month."""
        ...

    def incidents(self, area: str, now: datetime) -> tuple[Incident, ...]:
        """Outages and planned works that touch the area at `now`."""
        ...

    def services(self) -> tuple[Service, ...]:
        """The catalogue of extra services, in display order."""
        ...

    def subscriptions(self, account: str, today: date) -> tuple[Subscription, ...]:
        """What works today, in the order it was taken."""
        ...

    def bills(self, account: str, today: date) -> tuple[Bill, ...]:
        """The last months, newest first; the running month is not closed."""
        ...

    def recharges(self, account: str) -> tuple[Recharge, ...]:
        """The last recharges, newest first."""
        ...

    def arriving_package(self, account: str, today: date) -> tuple[str, date] | None:
        """Code and first day of a package that is ordered and not in effect yet."""
        ...

    def suspension(self, account: str) -> str | None:
        """Why a suspended line is suspended: "arrears", "loss" or "pause"; None when it is not."""
        ...

    def place(self, order: BssOrder, transaction: object) -> None:
        """Carry out a change. Idempotent by reference: after a failed commit of ours the same
        order may come again. `transaction` is the desk's open one; an embedded BSS joins it."""
        ...

    def withdraw(self, order: BssOrder, transaction: object) -> None:
        """Take back what `place` did, while it is not in effect or still free to undo."""
        ...

    def points(self, account: str) -> Points | None: ...

    def coverage(self, address: str) -> Coverage | None:
        """What the place in an address can have; None: the place is not known."""
        ...
