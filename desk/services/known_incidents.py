"""What is known to be out of order in an area: the BSS's incidents and works, and our own."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from desk.model.diagnosis import Incident
from desk.model.incidents import ParentIncident
from desk.ports.bss import Bss
from desk.store.incident_tables import incidents_table
from desk.store.unit_of_work import Store


class KnownIncidents:
    def __init__(self, store: Store, bss: Bss, overdue: timedelta) -> None:
        self._store, self._bss, self._overdue = store, bss, overdue

    def at(self, area: str, now: datetime) -> tuple[Incident, ...]:
        """Those that touch an area now, whoever knows of them."""
        with self._store.reading() as session:
            ours = session.scalars(
                sa.select(ParentIncident)
                .where(incidents_table.c.area == area, incidents_table.c.recovered_at.is_(None))
                .order_by(incidents_table.c.id)
            ).all()
        own = tuple(
            Incident(
                area=one.area,
                kind="outage",
                text=one.text,
                expected_end=one.expected(now, self._overdue),
                services=tuple(one.services),
            )
            for one in ours
        )
        return (*self._bss.incidents(area, now), *own)
