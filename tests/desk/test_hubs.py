"""Callbacks as rows: claimed once, tried ever slower, dead and visible in the end, revived."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from desk.app import Desk
from desk.model.errors import CallbackRefused
from desk.model.tickets import Caller, EventKind, NewTicket, Scope, TicketSeverity
from desk.model.work_orders import Kind
from tests.conftest import Moment, open_desk_at
from tests.desk.concurrently import at_once

ORIGIN = "https://crm.example.com"
WISH = NewTicket(Kind.REPAIR, "断网", TicketSeverity.MINOR)


@pytest.fixture
def desk(database_url: str, tmp_path: Path, moment: Moment) -> Iterator[Desk]:
    opened = open_desk_at(database_url, tmp_path, moment, callback_origins=[ORIGIN])
    yield opened
    opened.close()


@pytest.fixture
def caller(desk: Desk) -> Caller:
    found = desk.api_keys.find(desk.api_keys.create("crm", frozenset(Scope)))
    assert found is not None
    return found


def listens(desk: Desk, caller: Caller) -> str:
    hub, _ = desk.hubs.register(caller, f"{ORIGIN}/events", ORIGIN, [], None)
    return hub.id


def test_a_dead_callback_is_seen_and_makes_room_for_the_next(
    desk: Desk, caller: Caller, moment: Moment
) -> None:
    listens(desk, caller)
    first, second = (desk.tickets.create(caller, WISH, key) for key in "ab")
    while desk.hubs.fan_out():
        pass
    waits = []
    for _ in range(12):
        (due,) = desk.hubs.claim()
        assert (due.number, due.kind) == (first, EventKind.CREATED)
        desk.hubs.failed(due.id, "answered 500")
        before, waiting = moment.now, desk.hubs.waiting()[0]
        waits.append((waiting.not_before - before) / timedelta(seconds=1))
        moment.now = max(moment.now, waiting.not_before)
    assert waits[:4] == [2, 4, 8, 16]
    assert max(waits) == 900
    dead, *_ = desk.hubs.waiting()
    assert (dead.dead_at, dead.last_error) == (before, "answered 500")
    assert desk.journal.after(0)[-1].type == "CallbackFailed"
    (due,) = desk.hubs.claim()
    assert due.number == second
    desk.hubs.delivered(due.id)
    assert desk.hubs.revive() == 1
    (due,) = desk.hubs.claim()
    assert (due.number, due.attempts) == (first, 1)


def test_what_a_killed_worker_held_comes_back(desk: Desk, caller: Caller, moment: Moment) -> None:
    listens(desk, caller)
    desk.tickets.create(caller, WISH, "a")
    while desk.hubs.fan_out():
        pass
    (held,) = desk.hubs.claim()
    assert desk.hubs.claim() == []
    moment.pass_time(seconds=61)
    (again,) = desk.hubs.claim()
    assert (again.id, again.attempts, again.event_id) == (held.id, 2, held.event_id)


def test_two_processes_tell_an_event_once(desk: Desk, caller: Caller) -> None:
    listens(desk, caller)
    for key in "abc":
        desk.tickets.create(caller, WISH, key)
    results = at_once(*[desk.hubs.fan_out] * 4)
    assert all(isinstance(one, int) for one in results), results
    assert len(desk.hubs.waiting()) == 3
    claimed = at_once(*[desk.hubs.claim] * 4)
    assert sum(len(one) for one in claimed if isinstance(one, list)) == 1


def test_a_key_has_so_many_listeners_and_only_allowed_ones(desk: Desk, caller: Caller) -> None:
    with pytest.raises(CallbackRefused):
        desk.hubs.register(caller, "https://other.example/x", "https://other.example", [], None)
    for _ in range(20):
        listens(desk, caller)
    with pytest.raises(CallbackRefused, match="20"):
        listens(desk, caller)


def test_each_listener_has_a_secret_of_its_own(desk: Desk, caller: Caller) -> None:
    secrets = {desk.hubs.secret(listens(desk, caller)) for _ in range(3)}
    assert len(secrets) == 3
