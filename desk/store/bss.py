"""The embedded BSS: accounts, catalogue, usage and incidents in the desk's own database."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from desk.model.customers import Account, Allowance, Holding, Package, Usage
from desk.model.diagnosis import Incident
from desk.store.bss_billing import BillingRecords
from desk.store.bss_orders import ChangeOrders
from desk.store.change_tables import bss_package_changes
from desk.store.tables import bss_accounts, bss_incidents, bss_packages
from desk.store.unit_of_work import Store

_ACCOUNT_FIELDS = ("account", "name", "phone", "area", "address", "vip", "suspended", "line")
_PACKAGE_FIELDS = ("code", "name", "monthly_fee", "summary", "product")


class EmbeddedBss(BillingRecords, ChangeOrders):
    """Implements `desk.ports.bss.Bss` for installations without a customer system."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def by_phone(self, phone: str) -> Account | None:
        return self._account(bss_accounts.c.phone == phone)

    def by_account(self, account: str) -> Account | None:
        return self._account(bss_accounts.c.account == account)

    def _account(self, where: sa.ColumnElement[bool]) -> Account | None:
        row = self._row(sa.select(bss_accounts).where(where))
        if row is None:
            return None
        return Account(balance=Decimal(row["balance"]), **{k: row[k] for k in _ACCOUNT_FIELDS})

    def offers(self) -> tuple[Package, ...]:
        with self._store.reading() as session:
            rows = session.execute(sa.select(bss_packages).order_by(bss_packages.c.position))
            return tuple(_package(dict(row)) for row in rows.mappings())

    def holding(self, account: str, today: date) -> Holding | None:
        row = self._row(
            sa.select(bss_accounts, bss_packages)
            .join(bss_packages, bss_packages.c.code == bss_accounts.c.package)
            .where(bss_accounts.c.account == account)
            .set_label_style(sa.LABEL_STYLE_TABLENAME_PLUS_COL)
        )
        if row is None:
            return None
        package = _package({f: row[f"bss_packages_{f}"] for f in _PACKAGE_FIELDS})
        since = row["bss_accounts_since"]
        changed = self._row(
            sa.select(bss_package_changes)
            .where(
                bss_package_changes.c.account == account,
                bss_package_changes.c.effective_on <= today,
            )
            .order_by(bss_package_changes.c.effective_on.desc())
            .limit(1)
        )
        if changed is not None:
            package = next(p for p in self.offers() if p.code == changed["package"])
            since = changed["effective_on"]
        return Holding(
            package=package,
            since=since,
            contract_end=row["bss_accounts_contract_end"],
            extras=tuple(s.service.name for s in self.subscriptions(account, today)),
        )

    def usage(self, account: str, now: datetime) -> Usage | None:
        row = self._row(sa.select(bss_accounts).where(bss_accounts.c.account == account))
        if row is None:
            return None
        allowances = tuple(
            Allowance(a["name"], a["unit"], Decimal(str(a["total"])), Decimal(str(a["used"])))
            for a in row["allowances"]
        )
        return Usage(as_of=now, allowances=allowances)

    def incidents(self, area: str, now: datetime) -> tuple[Incident, ...]:
        query = (
            sa.select(bss_incidents)
            .where(bss_incidents.c.area == area, bss_incidents.c.expected_end > now)
            .order_by(bss_incidents.c.expected_end)
        )
        with self._store.reading() as session:
            return tuple(
                Incident(
                    area=r["area"],
                    kind=r["kind"],
                    text=r["text"],
                    expected_end=r["expected_end"].astimezone(UTC),
                    services=tuple(r["services"]),
                )
                for r in session.execute(query).mappings()
            )

    def _row(self, query: sa.Select[Any]) -> dict[str, Any] | None:
        with self._store.reading() as session:
            row = session.execute(query).mappings().one_or_none()
            return dict(row) if row is not None else None


def _package(row: dict[str, Any]) -> Package:
    return Package(**{f: row[f] for f in _PACKAGE_FIELDS})
