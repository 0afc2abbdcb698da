"""How many orders a second are taken in: one at a time by several processes, and from a file.

Every order has a phone (its receipt goes into the outbox) and somebody to take it. One at a time
is a ticket of another system, dispatched in its own transaction; a file is dispatched by the
upkeep, whose time counts too.
"""

import logging
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from itertools import count
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from desk.app import Desk
from desk.clock import Clock
from desk.model.dispatch import Team, TeamMember
from desk.model.tickets import NewTicket, Scope, TicketSeverity
from desk.model.work_orders import Kind, State
from desk.order_rows import AT_ONCE, OrderRow
from desk.settings import Settings
from desk.store.schema import migrate
from desk.store.tables import work_orders_table
from tests.conftest import test_secrets
from tests.scale.filling import NOW

_ALWAYS = {"days": "all", "from": "00:00:00", "until": "23:59:59.999999"}
_WISH = NewTicket(Kind.REPAIR, "宽带上不了网", TicketSeverity.MINOR, contact_phone="13911112222")


def opened(url: str, folder: Path) -> Desk:
    settings = Settings(data_dir=folder, database_url=url)
    return Desk.open(settings, clock=Clock(lambda: NOW), secrets=test_secrets())


def measured(url: str, folder: Path, seconds: float, writers: tuple[int, ...]) -> dict[str, Any]:
    """Orders per second and statements per order on an empty database."""
    desk = opened(url, folder)
    migrate(desk.store.engine)
    _staff(desk)
    key = desk.api_keys.create("scale", frozenset(Scope))
    one = {
        str(number): round(_by_processes(url, folder, key, number, seconds), 1)
        for number in writers
    }
    result = {
        "one_at_a_time_by_writers": one,
        "statements_one_at_a_time": _statements(desk, lambda: _take(desk, key, "counted"), 1),
        **_from_file(desk, seconds),
        "statements_from_file": _statements(
            desk, lambda: desk.order_intake.take(_rows("counted", AT_ONCE)), AT_ONCE
        ),
    }
    desk.close()
    return result


def _staff(desk: Desk) -> None:
    """A team for every group, that is never full and never sleeps."""
    with desk.store.writing() as work:
        for group in {rule.group for rule in desk.order_policies.dispatch.rules}:
            work.session.add(Team(group, group, group, [], None))
            work.session.add(
                TeamMember(group, f"{group}-1", [], ["zh"], [_ALWAYS], False, 1_000_000_000)
            )


def _take(desk: Desk, key: str, name: str) -> None:
    caller = desk.api_keys.find(key)
    assert caller is not None
    desk.tickets.create(caller, _WISH, name)


def _by_processes(url: str, folder: Path, key: str, writers: int, seconds: float) -> float:
    context = get_context("spawn")
    with ProcessPoolExecutor(writers, mp_context=context) as pool:
        begin = time.time() + 8  # all have started by then
        given = [(url, folder, key, f"{writers}-{n}", begin, seconds) for n in range(writers)]
        return sum(pool.map(_writer, given)) / seconds


def _writer(given: tuple[str, Path, str, str, float, float]) -> int:
    """One process: tickets one after the other for so long; returns how many."""
    url, folder, key, name, begin, seconds = given
    logging.disable(logging.INFO)
    desk = opened(url, folder)
    _take(desk, key, f"{name}-warm")
    time.sleep(max(0.0, begin - time.time()))
    taken = 0
    while time.time() < begin + seconds:
        _take(desk, key, f"{name}-{taken}")
        taken += 1
    desk.close()
    return taken


def _rows(name: str, number: int) -> list[OrderRow]:
    return [
        OrderRow(
            kind=Kind.REPAIR,
            description="宽带上不了网",
            phone="13911112222",
            reference=f"{name}-{place}",
        )
        for place in range(number)
    ]


def _from_file(desk: Desk, seconds: float) -> dict[str, float]:
    desk.order_intake.take(_rows("warm", AT_ONCE))
    begun, taken, pieces = time.perf_counter(), 0, count()
    while time.perf_counter() - begun < seconds:
        taken += len(desk.order_intake.take(_rows(f"f{next(pieces)}", AT_ONCE)))
    intake = time.perf_counter() - begun
    with desk.store.reading() as session:
        new = sa.select(sa.func.count()).where(work_orders_table.c.state == State.NEW)
        waiting = session.scalar(new) or 0
    begun = time.perf_counter()
    while desk.order_upkeep.sweep():
        pass
    dispatched = time.perf_counter() - begun
    return {
        "from_file": round(taken / intake, 1),
        "dispatched_afterwards": round(waiting / dispatched, 1),
    }


def _statements(desk: Desk, take: Any, orders: int) -> float:
    with _counted(desk.store.engine) as said:
        take()
    return round(len(said) / orders, 2)


@contextmanager
def _counted(engine: sa.Engine) -> Iterator[list[str]]:
    said: list[str] = []

    def note(*given: Any) -> None:
        said.append(given[2])

    sa.event.listen(engine, "before_cursor_execute", note)
    yield said
    sa.event.remove(engine, "before_cursor_execute", note)
