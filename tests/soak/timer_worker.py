"""A sweeper as a process of its own, to be killed: fires timers into a ledger.

`python -m tests.soak.timer_worker URL LEASE EVERY FILE`; FILE holds by how many seconds the clock
of this machine is off.
"""

import os
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from desk.clock import Clock, SteadyTime
from desk.model.sla import Timer
from desk.services.timers import Timers
from desk.store.mapping import metadata
from desk.store.unit_of_work import Store, Work

# One row for each effect, written by the handler: twice the same reference is an effect too many.
ledger = sa.Table(
    "soak_ledger",
    sa.MetaData(),
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("reference", sa.String(64), nullable=False),
    sa.Column("due", sa.Float, nullable=False),
    sa.Column("fired", sa.Float, nullable=False),
)
assert "soak_ledger" not in metadata.tables


def handle(work: Work, timer: Timer) -> None:
    work.session.execute(
        ledger.insert().values(
            reference=timer.reference, due=timer.due_at.timestamp(), fired=time.time()
        )
    )


def main(url: str, lease: float, every: float, offset_file: Path) -> None:
    def wall() -> datetime:
        return datetime.now(UTC) + timedelta(seconds=float(offset_file.read_text() or 0))

    store = Store(url, Clock(SteadyTime(wall)))
    timers = Timers(store, {"soak": handle}, timedelta(seconds=lease))
    # Only now is the right time known to this process (tests/soak/timers.py waits for it).
    offset_file.with_name(f"ready-{os.getpid()}").touch()
    while True:
        timers.sweep()
        time.sleep(every)


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]), float(sys.argv[3]), Path(sys.argv[4]))
