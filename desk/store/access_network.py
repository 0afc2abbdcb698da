"""A simulated access network behind the line-test port: each service has a fault a test can see."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from desk.network_data import NetworkData
from desk.store.network_tables import simulated_services
from desk.store.unit_of_work import Store


class SimulatedAccessNetwork:
    """Implements `desk.ports.line_test.LineTest`. What a fault measures is data."""

    def __init__(self, store: Store, network: NetworkData) -> None:
        self._store, self._network = store, network

    def measure(self, service: str, line: str, now: datetime) -> dict[str, Any] | None:
        """The figures of the line's fault; None for a line or service that does not exist."""
        with self._store.reading() as session:
            row = session.execute(
                sa.select(simulated_services).where(
                    simulated_services.c.line == line, simulated_services.c.service == service
                )
            ).one_or_none()
        if row is None:
            return None
        measured = self._network.measured(service, row.fault)
        if row.profile_mbps is not None:
            measured["profile_mbps"] = row.profile_mbps
        return measured

    def faults(self, service: str) -> tuple[str, ...]:
        """The faults a service can have; empty for an unknown service."""
        return tuple(self._network.faults.get(service, ()))

    def set_fault(self, line: str, fault: str, service: str = "broadband") -> bool:
        """Break or mend a service of a line; False when there is no such line."""
        with self._store.writing() as work:
            done = work.session.execute(
                simulated_services.update()
                .where(simulated_services.c.line == line, simulated_services.c.service == service)
                .values(fault=fault)
            )
            return bool(done.rowcount)  # type: ignore[attr-defined]
