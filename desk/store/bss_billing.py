"""The embedded BSS, its money side: services, subscriptions, bills, recharges, points, coverage."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from desk.model.billing import (
    Bill,
    BillItem,
    Coverage,
    Points,
    Recharge,
    RechargeState,
    Service,
    Subscription,
)
from desk.store.billing_tables import (
    bss_bill_items,
    bss_coverage,
    bss_points,
    bss_recharges,
    bss_services,
    bss_subscriptions,
)
from desk.store.unit_of_work import Store

_NEWEST_RECHARGES = 6


class BillingRecords:
    """The part of `EmbeddedBss` that knows about money."""

    _store: Store

    def services(self) -> tuple[Service, ...]:
        rows = self._rows(sa.select(bss_services).order_by(bss_services.c.position))
        return tuple(_service(row) for row in rows)

    def subscriptions(self, account: str, today: date) -> tuple[Subscription, ...]:
        table = bss_subscriptions
        rows = self._rows(
            sa.select(bss_services, table.c.since, table.c.channel, table.c.ends_on)
            .join(bss_services, bss_services.c.code == table.c.service)
            .where(
                table.c.account == account,
                table.c.ends_on.is_(None) | (table.c.ends_on >= today),
            )
            .order_by(table.c.id)
        )
        return tuple(
            Subscription(_service(row), row["since"], row["channel"], row["ends_on"])
            for row in rows
        )

    def bills(self, account: str, today: date) -> tuple[Bill, ...]:
        rows = self._rows(
            sa.select(bss_bill_items)
            .where(bss_bill_items.c.account == account)
            .order_by(bss_bill_items.c.month.desc(), bss_bill_items.c.id)
        )
        months: dict[date, list[BillItem]] = {}
        for row in rows:
            item = BillItem(row["name"], Decimal(row["amount"]), row["service"])
            months.setdefault(row["month"], []).append(item)
        running = today.replace(day=1)
        return tuple(Bill(month, tuple(items), month < running) for month, items in months.items())

    def recharges(self, account: str) -> tuple[Recharge, ...]:
        rows = self._rows(
            sa.select(bss_recharges)
            .where(bss_recharges.c.account == account)
            .order_by(bss_recharges.c.at.desc())
            .limit(_NEWEST_RECHARGES)
        )
        return tuple(
            Recharge(
                row["number"],
                _aware(row["at"]),
                Decimal(row["amount"]),
                row["channel"],
                RechargeState(row["state"]),
            )
            for row in rows
        )

    def points(self, account: str) -> Points | None:
        rows = self._rows(sa.select(bss_points).where(bss_points.c.account == account))
        return (
            Points(rows[0]["total"], rows[0]["expiring"], rows[0]["expires_on"]) if rows else None
        )

    def coverage(self, address: str) -> Coverage | None:
        plain = address.replace(" ", "")
        known = [r for r in self._rows(sa.select(bss_coverage)) if r["place"] in plain]
        if not known:
            return None
        found = max(known, key=lambda row: len(row["place"]))
        return Coverage(found["place"], found["area"], tuple(found["speeds_mbps"]))

    def _rows(self, query: sa.Select[Any]) -> list[dict[str, Any]]:
        with self._store.reading() as session:
            return [dict(row) for row in session.execute(query).mappings()]


def _service(row: dict[str, Any]) -> Service:
    return Service(
        code=row["code"],
        name=row["name"],
        fee=Decimal(row["fee"]),
        monthly=row["monthly"],
        group=row["group"],
        summary=row["summary"],
        aliases=tuple(row["aliases"]),
        needs_line=row["needs_line"],
        self_service=row["self_service"],
    )


def _aware(at: datetime) -> datetime:
    return at.astimezone(UTC)
