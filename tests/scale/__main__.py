"""`make scale`: how long people wait at a desk with 100,000 orders and 1,000,000 messages.

One JSON line per database: milliseconds p50 and p95 of each view, how many of them this process
itself worked, and orders taken per second (`--intake` for these alone).
"""

import argparse
import json
import logging
import os
import secrets
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from statistics import quantiles
from typing import Any

import psycopg

from desk.app import Desk
from desk.clock import Clock
from desk.model.access import Sight
from desk.model.console import BoardFilter
from desk.model.tickets import Caller, Scope, TicketQuery, TicketSeverity
from desk.model.work_orders import Kind, State
from desk.settings import Settings
from desk.store.schema import migrate
from tests.conftest import POSTGRES, test_secrets
from tests.scale.filling import NOW, Filling
from tests.scale.intake import measured

LIMIT_MS = 200
CALLER = Caller(1, "scale", frozenset(Scope), frozenset(), 0)
EAST = Caller(2, "east", frozenset(Scope), frozenset({"城东区"}), 0)


def main() -> int:
    parser = argparse.ArgumentParser(prog="make scale")
    parser.add_argument("--orders", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--seconds", type=float, default=8, help="how long orders are taken in")
    parser.add_argument("--writers", default="1,2,4", help="processes that take orders in")
    parser.add_argument("--intake", action="store_true", help="only how fast orders are taken in")
    parser.add_argument("--databases", default="sqlite,postgresql")
    parser.add_argument("--url", help="this database instead, filled when it is empty, and kept")
    options = parser.parse_args()
    logging.disable(logging.INFO)
    slow = False
    for name in [options.url] if options.url else options.databases.split(","):
        told: dict[str, Any] = {"views_ms": {}}
        if not options.intake:
            with database(name) as (url, folder):
                told = measure(url, folder, options)
        if not options.url:
            writers = tuple(map(int, options.writers.split(",")))
            with database(name) as (url, folder):
                told["intake"] = measured(url, folder, options.seconds, writers)
        print(json.dumps({"database": name, **told}, ensure_ascii=False), flush=True)
        slow |= any(view["p95"] > LIMIT_MS for view in told["views_ms"].values())
    return 1 if slow else 0


def measure(url: str, folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    settings = Settings(data_dir=folder, database_url=url)
    desk = Desk.open(settings, clock=Clock(lambda: NOW), secrets=test_secrets())
    migrate(desk.store.engine)
    started, filling = time.perf_counter(), Filling(options.orders)
    rows = 0 if desk.work_order_view.listed("all", "") else filling.write(desk.store.engine)
    filled = time.perf_counter() - started
    waits = {name: timed(view, options.rounds) for name, view in views(desk, filling).items()}
    desk.close()
    return {
        "rows": rows,
        "fill_seconds": round(filled, 1),
        "views_ms": waits,
    }


def views(desk: Desk, filling: Filling) -> dict[str, Callable[[], object]]:
    """What people and other systems ask for, and how often it finds little."""
    orders, tickets, talks = desk.work_order_view, desk.ticket_view, desk.conversation_view
    some = filling.number(filling.orders // 2)
    board, floor = desk.workplace.board, desk.workplace.floor
    week = NOW - timedelta(days=7)

    def page(caller: Caller = CALLER, **query: Any) -> Callable[[], object]:
        return lambda: tickets.listed(caller, TicketQuery(**query))

    return {
        "console orders open": lambda: orders.listed("open", ""),
        "console orders all": lambda: orders.listed("all", ""),
        "console search number": lambda: orders.listed("all", some),
        "console search part of number": lambda: orders.listed("all", some[5:]),
        "console search phone": lambda: orders.listed("all", "13900001234"),
        "console search nothing found": lambda: orders.listed("all", "BX999999999999"),
        "console order": lambda: orders.one(some),
        "board open": lambda: board.page(BoardFilter(), Sight(1)),
        "board everything, page 500": lambda: board.page(BoardFilter(state="all"), Sight(1), 500),
        "board late repairs of an area": lambda: board.page(
            BoardFilter(kind="repair", area="城东区", overdue=True), Sight(1)
        ),
        "board words": lambda: board.page(BoardFilter(state="all", query="红灯"), Sight(1)),
        "board words nothing found": lambda: board.page(
            BoardFilter(state="all", query="月球"), Sight(1)
        ),
        "board areas": lambda: board.areas(Sight(1)),
        "floor clocks": floor.clocks,
        "console conversations all": lambda: talks.in_box("all", Sight(1)),
        "console conversations queued": lambda: talks.in_box("queued", Sight(1)),
        "console conversation": lambda: talks.one(f"c-{filling.orders // 2:012d}"),
        "inspection newest": lambda: desk.inspection_view.newest(50),
        "journal newest": lambda: desk.journal.after(desk.journal.last_id() - 100),
        "tickets": page(),
        "tickets page 10,000": page(offset=10_000),
        "tickets open": page(states=frozenset({State.IN_PROGRESS})),
        "tickets closed faults": page(
            states=frozenset({State.CLOSED}), kinds=frozenset({Kind.REPAIR})
        ),
        "tickets of a week": page(created_from=week),
        "tickets critical": page(severities=frozenset({TicketSeverity.CRITICAL})),
        "tickets of an area": page(EAST),
        "tickets by reference": page(external_id="none"),
        "ticket": lambda: tickets.one(CALLER, some),
    }


def timed(view: Callable[[], object], rounds: int) -> dict[str, float]:
    view()
    spent, before = [], time.process_time()
    for _ in range(rounds):
        started = time.perf_counter()
        view()
        spent.append((time.perf_counter() - started) * 1000)
    cut = quantiles(spent, n=20, method="inclusive")
    own = (time.process_time() - before) * 1000 / rounds
    return {"p50": round(cut[9], 1), "p95": round(cut[18], 1), "own": round(own, 1)}


@contextmanager
def database(kind: str) -> Iterator[tuple[str, Path]]:
    """An empty database of its own that goes away again."""
    with tempfile.TemporaryDirectory(dir=os.environ.get("SCALE_DIR")) as folder:
        if "://" in kind:
            yield kind, Path(folder)
            return
        if kind == "sqlite":
            yield f"sqlite:///{folder}/desk.db", Path(folder)
            return
        name, admin = f"xt_scale_{secrets.token_hex(4)}", POSTGRES.replace("+psycopg", "")
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
            try:
                yield f"{POSTGRES.rsplit('/', 1)[0]}/{name}", Path(folder)
            finally:
                connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


if __name__ == "__main__":
    raise SystemExit(main())
