"""The journal: one order for all writers, so that who reads on by id misses nothing."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import sqlalchemy as sa

from desk.app import Desk
from desk.model.work_orders import State
from desk.store.tables import sla_clocks, work_orders_table
from tests.conftest import Moment, open_desk_at
from tests.desk.concurrently import at_once
from tests.desk.talking import Customer, agent


def test_a_reader_that_follows_misses_nothing(desk: Desk) -> None:
    """Ids are given before a commit: without one order, a late commit would be skipped over."""
    seen: list[int] = []
    writers_left = threading.Semaphore(0)

    def write(writer: int) -> None:
        for number in range(15):
            with desk.store.writing() as work:
                work.emit("Wrote", actor=f"w{writer}", number=number)
                # Some transactions stay open after their event, others overtake them.
                if (writer + number) % 3 == 0:
                    work.session.execute(sa.select(sa.func.count()).select_from(sla_clocks))
                    time.sleep(0.002)
        writers_left.release()

    def read() -> None:
        done = 0
        while True:
            finished = done == 4
            events = desk.journal.after(seen[-1] if seen else 0, limit=7)
            seen.extend(e.id for e in events)
            if finished and not events:
                return
            done += writers_left.acquire(blocking=False)

    with ThreadPoolExecutor(5) as pool:
        running = [pool.submit(write, writer) for writer in range(4)]
        reader = pool.submit(read)
        for task in [*running, reader]:
            task.result(timeout=60)
    everything = desk.journal.after(0, limit=10_000)
    assert [e.id for e in everything] == seen == sorted(seen)
    for writer in range(4):
        numbers = [e.data["number"] for e in everything if e.actor == f"w{writer}"]
        assert numbers == list(range(15))


def test_an_event_is_written_with_its_effect_or_not_at_all(desk: Desk) -> None:
    last = desk.journal.last_id()
    try:
        with desk.store.writing() as work:
            work.emit("Wrote")
            raise ZeroDivisionError
    except ZeroDivisionError:
        assert desk.journal.last_id() == last
    assert [e for e in desk.journal.after(last) if e.type == "Wrote"] == []


def test_reading_on_goes_page_by_page(desk: Desk) -> None:
    with desk.store.writing() as work:
        for number in range(5):
            work.emit("Wrote", number=number)
    first = [e for e in desk.journal.after(0, limit=10_000) if e.type == "Wrote"][0].id - 1
    page = desk.journal.after(first, limit=2)
    rest = desk.journal.after(page[-1].id)
    assert [e.data["number"] for e in [*page, *rest]] == [0, 1, 2, 3, 4]
    assert desk.journal.after(desk.journal.last_id()) == []


# -- no deadlocks between the journal's order and locked rows (PostgreSQL) -------------------------


def beside_a_lock(desk: Desk, locked: sa.Select[tuple[int]], act: Callable[[], object]) -> None:
    """Run `act` while another transaction holds rows it needs and then writes to the journal.

    Whoever waits for a row must not hold the journal meanwhile, or both would wait for ever.
    """
    with ThreadPoolExecutor(1) as pool:
        with desk.store.writing() as work:
            work.session.execute(locked.with_for_update())
            running = pool.submit(act)
            _until_somebody_waits(desk)
            work.emit("SlaBreached", clock="dispatch")
        running.result(timeout=30)


def _until_somebody_waits(desk: Desk) -> None:
    waiting = (
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with desk.store.engine.connect() as connection:
            if connection.exec_driver_sql(waiting).scalar():
                return
        time.sleep(0.01)
    raise AssertionError("nobody waits for the locked row")


def test_taking_a_conversation_while_its_clock_is_swept(
    postgres_url: str, tmp_path: Path, moment: Moment
) -> None:
    """Both lock the journal before the clock, so neither waits for the other for ever."""
    desk = open_desk_at(postgres_url, tmp_path, moment)
    taken = []
    for number in range(5):
        conversation = Customer(desk, f"customer-{number}").opens()
        desk.handoff.request(conversation, "asked", key=f"h{number}")
        moment.pass_time(minutes=16)
        take = partial(desk.handoff.take, conversation, agent(desk))
        results = at_once(take, desk.levels.sweep, desk.levels.sweep)
        assert not [result for result in results if isinstance(result, Exception)]
        taken.append(desk.conversation_view.one(conversation)["conversation"]["state"])
    assert taken == ["human"] * 5
    desk.close()


def test_a_complaint_comes_again_while_its_order_moves(
    postgres_url: str, tmp_path: Path, moment: Moment
) -> None:
    desk = open_desk_at(postgres_url, tmp_path, moment)
    customer = Customer(desk)
    here = customer.opens()

    def complain() -> str:
        return desk.complaints.file(
            here, "网络", "网速慢", "修好", "13911112222", key=customer.key()
        ).number

    number = complain()
    order = sa.select(work_orders_table.c.id).where(work_orders_table.c.number == number)
    beside_a_lock(desk, order, complain)
    beside_a_lock(desk, order, partial(desk.work_orders.move, number, State.DISPATCHED, actor="x"))
    assert desk.work_order_view.one(number)["state"] == "dispatched"
    desk.close()
