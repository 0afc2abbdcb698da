"""Durable timers under fire: workers killed, one stopped past its lease, the clock thrown ± 1 h.

`python -m tests.soak.timers` runs the full form on SQLite and on PostgreSQL and prints one line of
figures for each; exit code 1 when an effect is missing, doubled, early or too late.
"""

import os
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import psycopg
import sqlalchemy as sa

from desk.clock import Clock
from desk.model.sla import Timer
from desk.services.timers import Timers
from desk.store.schema import migrate
from desk.store.unit_of_work import Store
from tests.soak.timer_worker import ledger

ROOT = Path(__file__).resolve().parents[2]
POSTGRES = os.environ.get(
    "XIAOTONG_TEST_POSTGRES_URL", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres"
)
_HOUR = 3600.0


@dataclass(frozen=True)
class Plan:
    timers: int = 1000
    seconds: float = 240.0  # over which they are due
    kills: int = 50
    lease: float = 5.0
    every: float = 1.0  # how often a worker looks, as in gateway/sweeper.py
    jump_seconds: float = 5.0


@dataclass
class Result:
    """What the ledger says."""

    planned: int
    effects: int
    doubled: list[str]
    missing: int
    early: int
    lateness: list[float]
    left: int
    dead: int
    kills: int
    reclaimed: int = field(default=0)

    def quantile(self, share: float) -> float:
        ordered = sorted(self.lateness)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else 0.0

    def problems(self, plan: Plan) -> list[str]:
        found = []
        for what, wrong in (
            ("missing", self.missing),
            ("doubled", len(self.doubled)),
            ("early", self.early),
            ("left in the table", self.left),
            ("dead", self.dead),
        ):
            if wrong:
                found.append(f"{wrong} {what}")
        if self.quantile(0.99) > 2.0:
            found.append(f"p99 lateness {self.quantile(0.99):.2f} s, expected at most 2 s")
        if self.quantile(1.0) > plan.lease + 5.0:
            found.append(f"latest {self.quantile(1.0):.2f} s, expected at most the lease and 5 s")
        return found


class Workers:
    """Two sweepers; what is killed is started again, as a supervisor would."""

    def __init__(self, url: str, plan: Plan, offset_file: Path, count: int = 2) -> None:
        self._command = [sys.executable, "-m", "tests.soak.timer_worker", url]
        self._command += [str(plan.lease), str(plan.every), str(offset_file)]
        self.processes = [self._start() for _ in range(count)]

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(self._command, cwd=ROOT)

    def wait_until_up(self, folder: Path) -> None:
        deadline = time.monotonic() + 60
        while not all((folder / f"ready-{one.pid}").exists() for one in self.processes):
            if time.monotonic() > deadline:
                raise TimeoutError("the workers did not start within a minute")
            time.sleep(0.05)

    def kill(self, place: int) -> None:
        self.processes[place].send_signal(signal.SIGKILL)
        self.processes[place].wait()
        self.processes[place] = self._start()

    def stop_for(self, place: int) -> None:
        self.processes[place].send_signal(signal.SIGSTOP)

    def go_on(self, place: int) -> None:
        self.processes[place].send_signal(signal.SIGCONT)

    def end(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait()


def run(url: str, plan: Plan, folder: Path, seed: int = 1) -> Result:
    """Fill the table, set the workers to it, torment them, read the ledger."""
    offset_file = folder / "offset"
    offset_file.write_text("0")
    store = Store(url, Clock())
    migrate(store.engine)
    ledger.create(store.engine)
    workers = Workers(url, plan, offset_file)
    try:
        workers.wait_until_up(folder)
        begin = datetime.now(UTC) + timedelta(seconds=1)
        _fill(store, plan, begin)
        _torment(workers, plan, offset_file, begin, Random(seed))
        _wait_until_empty(store, begin + timedelta(seconds=plan.seconds + plan.lease + 20))
    finally:
        workers.end()
    result = _read(store, plan)
    store.close()
    return result


def _fill(store: Store, plan: Plan, begin: datetime) -> None:
    with store.writing() as work:
        for number in range(plan.timers):
            due = begin + timedelta(seconds=plan.seconds * number / plan.timers)
            work.session.add(Timer("soak", f"c-{number}", due, str(number)))


def _torment(
    workers: Workers, plan: Plan, offset_file: Path, begin: datetime, random: Random
) -> None:
    """The clock jumps forward and back, one worker sleeps past its lease, others are killed.

    A worker that is started while the clock is wrong could not know better, so none is.
    """
    _sleep_until(begin)
    workers.stop_for(0)
    _sleep_until(begin + timedelta(seconds=plan.lease + 2))
    workers.go_on(0)
    for offset in (_HOUR, -_HOUR):
        offset_file.write_text(str(offset))
        time.sleep(plan.jump_seconds)
        offset_file.write_text("0")
        time.sleep(1)
    left = (begin + timedelta(seconds=plan.seconds) - datetime.now(UTC)).total_seconds()
    pause = max(left, 0.0) / max(plan.kills, 1)
    first = datetime.now(UTC)
    for number in range(plan.kills):
        _sleep_until(first + timedelta(seconds=pause * (number + random.random())))
        # Kills take turns; on a slow machine one waits for the worker started before it.
        workers.wait_until_up(offset_file.parent)
        workers.kill(number % len(workers.processes))


def _sleep_until(moment: datetime) -> None:
    time.sleep(max((moment - datetime.now(UTC)).total_seconds(), 0))


def _wait_until_empty(store: Store, deadline: datetime) -> None:
    while datetime.now(UTC) < deadline:
        with store.reading() as session:
            if not session.scalar(sa.text("SELECT count(*) FROM timers")):
                return
        time.sleep(0.2)


def _read(store: Store, plan: Plan) -> Result:
    with store.reading() as session:
        rows = session.execute(sa.select(ledger.c.reference, ledger.c.due, ledger.c.fired)).all()
        left = session.scalar(sa.text("SELECT count(*) FROM timers")) or 0
    times = Counter(row.reference for row in rows)
    lateness = [row.fired - row.due for row in rows]
    return Result(
        planned=plan.timers,
        effects=len(rows),
        doubled=[reference for reference, count in times.items() if count > 1],
        missing=plan.timers - len(times),
        early=sum(late < 0 for late in lateness),
        lateness=lateness,
        left=left,
        dead=len(Timers(store, {}).dead()),
        kills=plan.kills,
    )


@contextmanager
def new_database(kind: str, folder: Path) -> Iterator[str]:
    """An empty database that goes away again."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'soak.db'}"
        return
    name = f"xt_soak_{secrets.token_hex(4)}"
    admin = POSTGRES.replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    try:
        yield f"{POSTGRES.rsplit('/', 1)[0]}/{name}"
    finally:
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def main() -> int:
    plan, failed = Plan(), False
    for kind in ("sqlite", "postgresql"):
        with tempfile.TemporaryDirectory() as name, new_database(kind, Path(name)) as url:
            result = run(url, plan, Path(name))
        problems = result.problems(plan)
        failed = failed or bool(problems)
        print(
            f"{kind}: {result.effects} of {result.planned} effects, "
            f"{len(result.doubled)} doubled, {result.early} early, {result.kills} kills, "
            f"lateness p50 {result.quantile(0.5):.2f} s "
            f"p99 {result.quantile(0.99):.2f} s latest {result.quantile(1.0):.2f} s: "
            f"{'; '.join(problems) or 'passed'}",
            flush=True,
        )
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
