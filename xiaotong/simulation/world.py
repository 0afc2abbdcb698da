"""Accounts and lines of simulated customers in the installation's own database."""

import re
import secrets
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from desk.app import Desk
from desk.network_data import NO_FAULT
from desk.readings import SERVICES
from desk.store.network_tables import simulated_services
from desk.store.tables import (
    bss_accounts,
    conversations_table,
    diagnosis_runs,
    sms_tray,
    work_orders_table,
)
from desk.store.visit_tables import crews_table, visits_table

_NAME = "模拟客户"
_AREA = "模拟区"
_CREW = "模拟组"


@dataclass(frozen=True)
class Ended:
    """How a conversation's diagnosis stands, as the desk wrote it down."""

    state: str
    order: str | None
    visit: bool


class SimulatedWorld:
    """Makes customers with lines, breaks and mends them, and clears them away again."""

    def __init__(self, desk: Desk, customers: int) -> None:
        # Every run has accounts of its own: an earlier one's orders are nobody's history.
        self._desk, self._run = desk, secrets.randbelow(10_000)
        with desk.store.writing() as work:
            self._clear(work.session)
            package = work.session.scalar(sa.select(bss_accounts.c.package).limit(1)) or ""
            for number in range(customers):
                self._make(work.session, number, package)

    def _make(self, session: Session, number: int, package: str) -> None:
        # An area each: many reports from one are an incident, and that is another story.
        line, phone, area = self._line(number), self.phone_of(number), self.area_of(number)
        session.execute(
            bss_accounts.insert().values(
                account=f"99{self._run:04d}{number:04d}",
                name=_NAME,
                phone=phone,
                area=area,
                address="模拟地址",
                vip=False,
                balance=50,
                suspended=False,
                line=line,
                package=package,
                since=self._desk.clock.now().date(),
                contract_end=None,
                allowances=[],
            )
        )
        session.execute(
            crews_table.insert().values(
                name=f"{_CREW}{number}", area=area, per_slot=1000, per_slot_off_days=1000
            )
        )
        for service in SERVICES:
            values = {"line": phone if service == "mobile" else line, "service": service}
            session.execute(
                simulated_services.insert().values(**values, fault=NO_FAULT, profile_mbps=500)
            )

    def set_fault(self, number: int, service: str, fault: str) -> None:
        line = self.phone_of(number) if service == "mobile" else self._line(number)
        self._desk.access_network.set_fault(line, fault, service)

    def code(self, phone: str) -> str | None:
        """The newest code on the phone, from the development tray."""
        with self._desk.store.reading() as session:
            text = session.scalar(
                sa.select(sms_tray.c.text)
                .where(sms_tray.c.phone == phone, sms_tray.c.text.contains("验证码"))
                .order_by(sms_tray.c.id.desc())
                .limit(1)
            )
        found = re.search(r"\d{4,8}", text or "")
        return found.group() if found else None

    def ended(self, sender: str) -> Ended | None:
        """The newest run of a REST sender; None before there is one."""
        with self._desk.store.reading() as session:
            row = session.execute(
                sa.select(diagnosis_runs.c.state, diagnosis_runs.c.order_number)
                .join(
                    conversations_table,
                    conversations_table.c.id == diagnosis_runs.c.conversation_id,
                )
                .where(conversations_table.c.external_id == sender)
                .order_by(diagnosis_runs.c.id.desc())
                .limit(1)
            ).one_or_none()
            if row is None:
                return None
            marks = session.scalar(
                sa.select(work_orders_table.c.marks).where(
                    work_orders_table.c.number == row.order_number
                )
            )
        check = any("核查" in mark for mark in marks or ())
        return Ended(str(row.state), row.order_number, row.order_number is not None and not check)

    def clear(self) -> None:
        """Accounts, lines and the crew go; conversations and orders stay as what happened."""
        with self._desk.store.writing() as work:
            self._clear(work.session)

    def _clear(self, session: Session) -> None:
        session.execute(
            simulated_services.delete().where(
                sa.or_(
                    simulated_services.c.line.like("SIM-%"),
                    simulated_services.c.line.in_(
                        sa.select(bss_accounts.c.phone).where(_ours(bss_accounts))
                    ),
                )
            )
        )
        session.execute(bss_accounts.delete().where(_ours(bss_accounts)))
        crews = sa.select(crews_table.c.id).where(_ours(crews_table))
        session.execute(visits_table.delete().where(visits_table.c.crew_id.in_(crews)))
        session.execute(crews_table.delete().where(_ours(crews_table)))

    def phone_of(self, number: int) -> str:
        return f"199{self._run:04d}{number:04d}"

    def area_of(self, number: int) -> str:
        return f"{_AREA}{number}"

    def _line(self, number: int) -> str:
        return f"SIM-{self._run:04d}-{number:04d}"


def _ours(table: sa.Table) -> sa.ColumnElement[bool]:
    return table.c.area.startswith(_AREA)
