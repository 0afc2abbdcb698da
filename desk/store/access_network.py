"""A simulated access network behind the line-test port: each line has a fault a test can see."""

from datetime import datetime

import sqlalchemy as sa

from desk.model.diagnosis import LineReading
from desk.store.tables import simulated_lines
from desk.store.unit_of_work import Store

# fault → (powered, received dBm, authenticated, online, dial error). A fault inside the home
# ("wifi", "none") reads healthy: the line is fine, which is exactly what the test must say.
FAULTS: dict[str, tuple[bool, float | None, bool, bool, str | None]] = {
    "none": (True, -19.5, True, True, None),
    "wifi": (True, -19.8, True, True, None),
    "hung": (True, -20.1, True, False, None),
    "fibre": (True, None, False, False, "678"),
    "power": (False, None, False, False, None),
    "auth": (True, -19.2, False, False, "691"),
}


class SimulatedAccessNetwork:
    """Implements `desk.ports.line_test.LineTest`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def read(self, line: str, now: datetime) -> LineReading | None:
        with self._store.reading() as session:
            row = session.execute(
                sa.select(simulated_lines).where(simulated_lines.c.line == line)
            ).one_or_none()
        if row is None:
            return None
        powered, power, authenticated, online, error = FAULTS[row.fault]
        return LineReading(online, power, authenticated, error, row.profile_mbps, now, powered)

    def set_fault(self, line: str, fault: str) -> bool:
        """Break or mend a simulated line; False when there is no such line."""
        with self._store.writing() as work:
            done = work.session.execute(
                simulated_lines.update().where(simulated_lines.c.line == line).values(fault=fault)
            )
            return bool(done.rowcount)  # type: ignore[attr-defined]
