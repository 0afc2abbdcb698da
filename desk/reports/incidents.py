"""Incidents for staff: what is going on where, and how many orders hang under it. Read only."""

from typing import Any

import sqlalchemy as sa

from desk.model.access import Sight
from desk.model.incidents import ParentIncident
from desk.model.order_links import LinkKind
from desk.model.work_orders import SEVERITY_LABELS
from desk.store.incident_tables import incidents_table
from desk.store.link_tables import order_links_table
from desk.store.unit_of_work import Store

_LIMIT = 200


class IncidentView:
    def __init__(self, store: Store) -> None:
        self._store = store

    def listed(
        self, *, everything: bool = False, sight: Sight | None = None
    ) -> list[dict[str, Any]]:
        """Those that are not over, or all, where they are seen; newest first."""
        links = order_links_table
        count = (
            sa.select(sa.func.count())
            .where(
                links.c.to == incidents_table.c.number,
                links.c.kind == LinkKind.PARENT_INCIDENT,
            )
            .scalar_subquery()
        )
        query = sa.select(ParentIncident, count).order_by(incidents_table.c.id.desc())
        if not everything:
            query = query.where(incidents_table.c.recovered_at.is_(None))
        if sight is not None and sight.areas:
            query = query.where(incidents_table.c.area.in_(sight.areas))
        with self._store.reading() as session:
            return [
                {
                    "number": one.number,
                    "area": one.area,
                    "services": one.services,
                    "text": one.text,
                    "grade": SEVERITY_LABELS[one.grade],
                    "assessed": one.assessed_at is not None,
                    "opened_at": one.opened_at,
                    "expected_end": one.expected_end,
                    "recovered_at": one.recovered_at,
                    "orders": orders,
                }
                for one, orders in session.execute(query.limit(_LIMIT))
            ]
