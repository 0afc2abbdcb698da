"""The embedded BSS carries out changes, inside the desk's transaction."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from argon2 import PasswordHasher
from sqlalchemy.orm import Session

from desk.model.changes import BssOrder
from desk.store.billing_tables import bss_recharges, bss_services, bss_subscriptions
from desk.store.change_tables import bss_package_changes, bss_passwords, bss_suspensions
from desk.store.tables import bss_accounts
from desk.store.unit_of_work import Store

CHANNEL = "智能客服小通"


class ChangeOrders:
    """The part of `EmbeddedBss` that changes accounts."""

    _store: Store

    def arriving_package(self, account: str, today: date) -> tuple[str, date] | None:
        table = bss_package_changes
        with self._store.reading() as session:
            row = session.execute(
                sa.select(table.c.package, table.c.effective_on).where(
                    table.c.account == account, table.c.effective_on > today
                )
            ).first()
            return (row.package, row.effective_on) if row else None

    def suspension(self, account: str) -> str | None:
        with self._store.reading() as session:
            suspended = session.scalar(
                sa.select(bss_accounts.c.suspended).where(bss_accounts.c.account == account)
            )
            reason = session.scalar(
                sa.select(bss_suspensions.c.reason).where(bss_suspensions.c.account == account)
            )
        return (reason or "arrears") if suspended else None

    def place(self, order: BssOrder, transaction: object) -> None:
        assert isinstance(transaction, Session)
        _PLACE[order.kind](transaction, order)

    def withdraw(self, order: BssOrder, transaction: object) -> None:
        assert isinstance(transaction, Session)
        _WITHDRAW[order.kind](transaction, order)


def _change_package(session: Session, order: BssOrder) -> None:
    session.execute(
        bss_package_changes.insert().values(
            reference=order.reference,
            account=order.account,
            package=order.details["package"],
            effective_on=order.effective_on,
        )
    )


def _keep_package(session: Session, order: BssOrder) -> None:
    table = bss_package_changes
    session.execute(table.delete().where(table.c.reference == order.reference))


def _subscribe(session: Session, order: BssOrder) -> None:
    monthly: dict[str, bool] = {
        row.code: row.monthly
        for row in session.execute(sa.select(bss_services.c.code, bss_services.c.monthly))
    }
    for service in order.details["services"]:
        # A pack for once ends by itself; 30 days is the longest any of them lasts.
        ends = None if monthly[service] else order.effective_on + timedelta(days=30)
        session.execute(
            bss_subscriptions.insert().values(
                account=order.account,
                service=service,
                since=order.effective_on,
                channel=CHANNEL,
                ends_on=ends,
            )
        )


def _end(session: Session, order: BssOrder, ends_on: date | None) -> None:
    table = bss_subscriptions
    session.execute(
        table.update()
        .where(
            table.c.account == order.account,
            table.c.service.in_(order.details["services"]),
            table.c.ends_on.is_(None) | (table.c.ends_on >= order.effective_on),
        )
        .values(ends_on=ends_on)
    )


def _unsubscribe(session: Session, order: BssOrder) -> None:
    _end(session, order, order.effective_on)


def _keep_services(session: Session, order: BssOrder) -> None:
    _end(session, order, None)


def _suspend(session: Session, order: BssOrder) -> None:
    _set_suspended(session, order.account, True)
    until = order.details.get("until")
    session.execute(
        bss_suspensions.insert().values(
            account=order.account,
            reason=order.details["reason"],
            since=order.effective_on,
            until=date.fromisoformat(until) if until else None,
        )
    )


def _restore(session: Session, order: BssOrder) -> None:
    _set_suspended(session, order.account, False)
    table = bss_suspensions
    session.execute(table.delete().where(table.c.account == order.account))


def _set_suspended(session: Session, account: str, suspended: bool) -> None:
    session.execute(
        bss_accounts.update().where(bss_accounts.c.account == account).values(suspended=suspended)
    )


def _reset_password(session: Session, order: BssOrder) -> None:
    table, which = bss_passwords, order.details["which"]
    session.execute(table.delete().where(table.c.account == order.account, table.c.which == which))
    session.execute(
        table.insert().values(
            account=order.account,
            which=which,
            password_hash=PasswordHasher().hash(order.details["password"]),
            temporary=True,
        )
    )


def _renew(session: Session, order: BssOrder) -> None:
    _contract_end(session, order.account, order.details["until"])


def _keep_contract(session: Session, order: BssOrder) -> None:
    _contract_end(session, order.account, order.details["before"])


def _contract_end(session: Session, account: str, until: str | None) -> None:
    ends = date.fromisoformat(until) if until else None
    session.execute(
        bss_accounts.update().where(bss_accounts.c.account == account).values(contract_end=ends)
    )


def _credit(session: Session, order: BssOrder) -> None:
    amount = Decimal(order.details["amount"])
    session.execute(
        bss_recharges.insert().values(
            number=order.reference,
            account=order.account,
            at=order.details["at"],
            amount=amount,
            channel=CHANNEL,
            state="credited",
        )
    )
    account = bss_accounts.c.account == order.account
    session.execute(
        bss_accounts.update().where(account).values(balance=bss_accounts.c.balance + amount)
    )
    table = bss_suspensions
    kept = session.scalar(sa.select(table.c.reason).where(table.c.account == order.account))
    if kept is None:  # suspended for arrears only: paying lifts it
        session.execute(
            bss_accounts.update()
            .where(account, bss_accounts.c.balance >= 0)
            .values(suspended=False)
        )


_PLACE: dict[str, Callable[[Session, BssOrder], Any]] = {
    "change_package": _change_package,
    "subscribe": _subscribe,
    "unsubscribe": _unsubscribe,
    "suspend": _suspend,
    "restore": _restore,
    "reset_password": _reset_password,
    "renew": _renew,
    "credit": _credit,
}
_WITHDRAW: dict[str, Callable[[Session, BssOrder], Any]] = {
    "change_package": _keep_package,
    "unsubscribe": _keep_services,
    "renew": _keep_contract,
}
