"""Durable timers: claimed with lease and fence, backing off, dead in the end where seen.

The full form of the last test is `make soak`.
"""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from desk.app import Desk
from desk.clock import SteadyTime
from desk.model.errors import UnknownTimer
from desk.model.sla import Timer
from desk.services import timers
from desk.services.timers import Timers
from desk.store.unit_of_work import Work
from tests.conftest import START, Moment
from tests.desk.concurrently import at_once
from tests.soak.timers import Plan, new_database, run


def started(desk: Desk, *names: str) -> None:
    with desk.store.writing() as work:
        for name in names:
            timers.start(work, "test", f"c-{name}", name, timedelta(minutes=1))


class Effects:
    """A handler whose effect is an event in the journal."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def __call__(self, work: Work, timer: Timer) -> None:
        work.emit("Rang", about=timer.reference)

    @property
    def seen(self) -> list[str]:
        return [e.data["about"] for e in self._desk.journal.after(0) if e.type == "Rang"]


def test_nothing_rings_early_and_everything_once(desk: Desk, moment: Moment) -> None:
    effects = Effects(desk)
    sweeper = Timers(desk.store, {"test": effects})
    started(desk, *"abcdef")
    moment.pass_time(seconds=59)
    assert sweeper.sweep() == 0
    moment.pass_time(seconds=1)
    fired = at_once(*[sweeper.sweep] * 3)
    assert sum(fired) == 6  # type: ignore[arg-type]
    assert sorted(effects.seen) == list("abcdef")


def test_who_sleeps_over_the_lease_does_nothing(desk: Desk, moment: Moment) -> None:
    """The fence: another worker had the timer meanwhile."""
    effects = Effects(desk)
    slow, quick = (Timers(desk.store, {"test": effects}) for _ in range(2))
    started(desk, "a")
    moment.pass_time(minutes=1)
    claim = slow._claim()
    assert claim is not None
    assert quick.sweep() == 0  # it is the slow one's
    moment.pass_time(seconds=30)
    assert quick.sweep() == 1
    assert slow._fire(claim) is False
    assert effects.seen == ["a"]


def test_an_old_claim_does_not_end_a_timer_that_was_claimed_anew(
    desk: Desk, moment: Moment
) -> None:
    effects = Effects(desk)
    slow, quick = (Timers(desk.store, {"test": effects}) for _ in range(2))
    started(desk, "a")
    moment.pass_time(minutes=1)
    old = slow._claim()
    moment.pass_time(seconds=30)
    new = quick._claim()
    assert old is not None and new is not None
    assert slow._fire(old) is False
    assert quick._fire(new) is True
    assert slow._fire(replace(old, fence=new.fence)) is False
    assert effects.seen == ["a"]


def test_a_timer_may_start_itself_again(desk: Desk, moment: Moment) -> None:
    def again(work: Work, timer: Timer) -> None:
        timers.start(work, "test", timer.conversation_id, "next", timedelta(minutes=1))

    started(desk, "a")
    sweeper = Timers(desk.store, {"test": again})
    for _ in range(3):
        moment.pass_time(minutes=1)
        assert sweeper.sweep() == 1


def test_what_always_fails_backs_off_and_is_seen_in_the_end(desk: Desk, moment: Moment) -> None:
    def fails(work: Work, timer: Timer) -> None:
        work.emit("Rang", about=timer.reference)
        raise ConnectionError("away")

    broken = Timers(desk.store, {"test": fails})
    started(desk, "a")
    moment.pass_time(minutes=1)
    waited = []
    for minutes in (1, 2, 5, 15, 60, 240):
        assert broken.sweep() == 0
        moment.pass_time(minutes=minutes, seconds=-1)
        waited.append(broken._claim())
        moment.pass_time(seconds=1)
    assert waited == [None] * 6
    assert broken.sweep() == 0
    (dead,) = broken.dead()
    assert (dead.kind, dead.reference, dead.attempts) == ("test", "a", 7)
    assert dead.error == "ConnectionError: away"
    assert [e.data["about"] for e in desk.journal.after(0) if e.type == "TimerDied"] == ["c-a"]
    effects = Effects(desk)
    assert effects.seen == []
    repaired = Timers(desk.store, {"test": effects})
    repaired.revive(dead.id)
    assert (repaired.sweep(), effects.seen, repaired.dead()) == (1, ["a"], [])
    with pytest.raises(UnknownTimer):
        repaired.revive(dead.id)


class Machine:
    """A machine's two clocks."""

    def __init__(self) -> None:
        self.wall, self.elapsed = START, 0.0

    def passes(self, seconds: float, *, jump: float = 0) -> None:
        self.wall += timedelta(seconds=seconds + jump)
        self.elapsed += seconds

    def time(self) -> SteadyTime:
        return SteadyTime(lambda: self.wall, lambda: self.elapsed)


@pytest.mark.parametrize("jump", [3600, -3600, 10, -10])
def test_a_jump_of_the_clock_that_is_put_right_is_not_seen(jump: float) -> None:
    machine = Machine()
    now = machine.time()
    machine.passes(10, jump=jump)
    assert now() == START + timedelta(seconds=10)
    machine.passes(60)
    assert now() == START + timedelta(seconds=70)
    machine.passes(10, jump=-jump)
    assert now() == START + timedelta(seconds=80)
    machine.passes(300)
    assert now() == START + timedelta(seconds=380)


def test_a_jump_that_stays_is_the_right_time_after_all() -> None:
    machine = Machine()
    now = machine.time()
    machine.passes(1, jump=3600)
    assert now() == START + timedelta(seconds=1)
    machine.passes(119)
    assert now() == START + timedelta(seconds=120)
    machine.passes(1)
    assert now() == START + timedelta(seconds=3721)


def test_a_clock_that_is_kept_in_step_is_followed() -> None:
    machine = Machine()
    now = machine.time()
    for _ in range(20):
        machine.passes(60, jump=0.5)
        assert now() == machine.wall


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_killed_stopped_and_with_a_wrong_clock_everything_rings_once(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """The short form of `make soak`: real processes, real kills."""
    if kind == "postgresql":
        request.getfixturevalue("shared_postgres")  # skips with the reason without a server
    plan = Plan(timers=40, seconds=4, kills=4, lease=0.5, every=0.1, jump_seconds=0.3)
    with new_database(kind, tmp_path) as url:
        result = run(url, plan, tmp_path)
    assert (result.effects, result.doubled, result.early, result.left) == (40, [], 0, 0)
