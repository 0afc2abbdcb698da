"""The operator's customer system (BSS): accounts, packages, usage, incidents by area."""

from datetime import datetime
from typing import Protocol

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

    def holding(self, account: str) -> Holding | None: ...

    def usage(self, account: str, now: datetime) -> Usage | None:
        """Allowances of the current month."""
        ...

    def incidents(self, area: str, now: datetime) -> tuple[Incident, ...]:
        """Outages and planned works that touch the area at `now`."""
        ...
