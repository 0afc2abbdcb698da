"""Incidents and the orders of their area, found in the database."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from desk.model.diagnosis import DiagnosisRun, RunState
from desk.model.errors import UnknownIncident
from desk.model.incidents import HANGING, ParentIncident
from desk.model.work_orders import OPEN_STATES, Kind, WorkOrder
from desk.services.first_look import INCIDENT
from desk.store.incident_tables import incidents_table
from desk.store.tables import diagnosis_runs, work_orders_table
from desk.store.unit_of_work import Work


def find(session: Session, number: str) -> ParentIncident | None:
    """The incident of a number."""
    return session.scalars(
        sa.select(ParentIncident).where(incidents_table.c.number == number)
    ).one_or_none()


def locked(work: Work, number: str) -> ParentIncident:
    """The same for a change; raises `UnknownIncident`."""
    found = work.session.scalars(
        sa.select(ParentIncident).where(incidents_table.c.number == number).with_for_update()
    ).one_or_none()
    if found is None:
        raise UnknownIncident(number)
    return found


def open_at(session: Session, area: str) -> Sequence[ParentIncident]:
    """Incidents of an area that are not over."""
    return session.scalars(
        sa.select(ParentIncident)
        .where(incidents_table.c.area == area, incidents_table.c.recovered_at.is_(None))
        .order_by(incidents_table.c.id)
    ).all()


def open_orders(session: Session, area: str, services: Sequence[str]) -> list[WorkOrder]:
    """Open repair orders of an area (and services) that hang under no incident yet."""
    table = work_orders_table
    where = [table.c.area == area, table.c.kind == Kind.REPAIR, table.c.state.in_(OPEN_STATES)]
    if services:
        where.append(table.c.service.in_(services))
    found = session.scalars(sa.select(WorkOrder).where(*where).order_by(table.c.id))
    return [one for one in found if one.waiting != HANGING]


def told_without_order(session: Session, incident: ParentIncident) -> list[str]:
    """Conversations whose self-diagnosis ended with the news of this incident."""
    runs = session.scalars(
        sa.select(DiagnosisRun).where(
            diagnosis_runs.c.area == incident.area,
            diagnosis_runs.c.state == RunState.BLOCKED,
            diagnosis_runs.c.reason == INCIDENT,
            diagnosis_runs.c.started_at >= incident.opened_at,
        )
    )
    return sorted({run.conversation_id for run in runs})
