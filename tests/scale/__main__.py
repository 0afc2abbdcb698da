"""`make scale`: how long people wait at a desk with 100,000 orders and 1,000,000 messages.

One JSON line per database: milliseconds p50 and p95 of each view, how many of them this process
itself worked, and orders taken per second.
"""

import argparse
import json
import logging
import os
import secrets
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from statistics import quantiles
from typing import Any

import psycopg

from desk.app import Desk
from desk.clock import Clock
from desk.model.tickets import Caller, NewTicket, Scope, TicketQuery, TicketSeverity
from desk.model.work_orders import Kind, State
from desk.settings import Settings
from desk.store.schema import migrate
from tests.conftest import POSTGRES, test_secrets
from tests.scale.filling import NOW, Filling

LIMIT_MS = 200
CALLER = Caller(1, "scale", frozenset(Scope), frozenset(), 0)
EAST = Caller(2, "east", frozenset(Scope), frozenset({"城东区"}), 0)


def main() -> int:
    parser = argparse.ArgumentParser(prog="make scale")
    parser.add_argument("--orders", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--seconds", type=float, default=8, help="how long orders are taken in")
    parser.add_argument("--databases", default="sqlite,postgresql")
    parser.add_argument("--url", help="this database instead, filled when it is empty, and kept")
    options = parser.parse_args()
    logging.disable(logging.INFO)
    slow = False
    for name in [options.url] if options.url else options.databases.split(","):
        with database(name) as (url, folder):
            told = measure(url, folder, options)
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
    intake = {str(n): taken_in(desk, n, options.seconds) for n in (1, 4)}
    desk.close()
    return {
        "rows": rows,
        "fill_seconds": round(filled, 1),
        "views_ms": waits,
        "intake_by_threads": intake,
    }


def views(desk: Desk, filling: Filling) -> dict[str, Callable[[], object]]:
    """What people and other systems ask for, and how often it finds little."""
    orders, tickets, talks = desk.work_order_view, desk.ticket_view, desk.conversation_view
    some = filling.number(filling.orders // 2)
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
        "console conversations all": lambda: talks.in_box("all", 1),
        "console conversations queued": lambda: talks.in_box("queued", 1),
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


def taken_in(desk: Desk, threads: int, seconds: float) -> dict[str, float]:
    """Orders through the desk's own verb, each its own transaction, exactly once by its key."""
    caller = desk.api_keys.find(
        desk.api_keys.create(f"scale-{secrets.token_hex(6)}", frozenset(Scope))
    )
    assert caller is not None
    wish = NewTicket(Kind.REPAIR, "宽带上不了网", TicketSeverity.MINOR)
    deadline = time.perf_counter() + seconds

    def take(worker: int) -> int:
        taken = 0
        while time.perf_counter() < deadline:
            desk.tickets.create(caller, wish, f"{worker}-{taken}")
            taken += 1
        return taken

    started, worked = time.perf_counter(), time.process_time()
    with ThreadPoolExecutor(threads) as pool:
        taken = sum(pool.map(take, range(threads)))
    # On a busy machine the clock waits for others; what the process itself works stays the same.
    return {
        "orders_per_second": round(taken / (time.perf_counter() - started), 1),
        "own_ms_per_order": round((time.process_time() - worked) * 1000 / taken, 2),
    }


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
