"""Due times of working days, and what one clock can do. Pure."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from desk.model.calendars import always_open, whole_days
from desk.model.service_levels import Axis, ClockRule, Rung, Span
from desk.model.sla import ClockState, Mark
from desk.ports.working_days import ChinaWorkingDays

CHINA = ZoneInfo("Asia/Shanghai")
WORKING_DAYS = whole_days("working_days", CHINA, ChinaWorkingDays())
ALWAYS = always_open("always", CHINA)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


def working_days(start: str, days: int) -> datetime:
    return Span(working_days=days).end(WORKING_DAYS, local(start))


@pytest.mark.parametrize(
    ("start", "days", "ends_on"),
    [
        ("2026-11-18T09:00", 1, "2026-11-19"),  # Wednesday
        ("2026-11-20T09:00", 1, "2026-11-23"),  # Friday, over the weekend
        ("2026-11-21T09:00", 1, "2026-11-23"),  # Saturday
        ("2026-11-22T23:59:59", 1, "2026-11-23"),  # Sunday, one second before midnight
        ("2026-11-23T00:00", 1, "2026-11-24"),  # … and the next second is another day
        ("2026-11-20T09:00", 5, "2026-11-27"),
        ("2026-09-30T17:00", 1, "2026-10-08"),  # National Day, 1–7 October
        ("2026-09-30T17:00", 2, "2026-10-09"),
        ("2026-09-30T17:00", 3, "2026-10-10"),  # a Saturday, worked in exchange (调休)
        ("2026-09-30T17:00", 4, "2026-10-12"),
        ("2026-09-18T09:00", 1, "2026-09-20"),  # a Sunday, worked in exchange
        ("2026-12-31T09:00", 1, "2027-01-04"),  # over New Year
    ],
)
def test_working_days_end_with_their_last_day(start: str, days: int, ends_on: str) -> None:
    assert working_days(start, days) == local(f"{ends_on}T23:59:59")


def test_the_civil_day_is_that_of_the_operator() -> None:
    """16:30 UTC is half past midnight in China: the day has changed there."""
    start = datetime(2026, 11, 18, 16, 30, tzinfo=UTC)
    due = Span(working_days=1).end(WORKING_DAYS, start)
    assert due.astimezone(CHINA).date() == date(2026, 11, 20)
    assert due.utcoffset() == timedelta(0)


@pytest.mark.parametrize("hours", [0.25, 2, 24, 48])
def test_hours_are_elapsed_time_on_a_calendar_that_is_always_open(hours: float) -> None:
    start = datetime(2026, 9, 30, 15, 0, tzinfo=UTC)
    assert Span(hours=hours).end(ALWAYS, start) - start == timedelta(hours=hours)


START = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
LADDER = (
    Rung("owner", "warning"),
    Rung("team_lead", "breach"),
    Rung("leader", "later", timedelta(minutes=60)),
)


def after(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def rule(minutes: int = 30) -> ClockRule:
    return ClockRule(
        kind="dispatch",
        label="派单",
        calendar=ALWAYS,
        axis=Axis.NOTHING,
        spans={"": Span(hours=minutes / 60)},
        starts=frozenset({"WorkOrderOpened"}),
        fulfilled_by=frozenset({"dispatched"}),
        paused_in=frozenset({"pending"}),
        warn_share=0.5,
        tell_before=timedelta(minutes=5),
        ladder=LADDER,
    )


def clock(minutes: int = 30) -> ClockState:
    due = after(minutes)
    return ClockState(rule(minutes), "2026", Span(hours=0.5), START, due, due, promised=True)


def names(marks: list[Mark]) -> list[str]:
    return [mark.name for mark in marks]


def test_a_clock_met_in_time_and_one_met_late() -> None:
    in_time, late = clock(), clock()
    in_time.fulfil(after(30))
    late.fulfil(after(31))
    assert (in_time.state, late.state) == ("met", "late")


def test_what_is_fulfilled_stays_so() -> None:
    met = clock()
    met.fulfil(after(1))
    met.fulfil(after(99))
    met.pause(after(100))
    assert (met.state, met.fulfilled_at, met.paused_at) == ("met", after(1), None)
    assert met.marks() == []


def test_time_spent_paused_is_given_back() -> None:
    paused = clock()
    paused.pause(after(10))
    assert (paused.state, paused.next_at()) == ("paused", None)
    paused.pause(after(15))  # a second pause does not shorten the first
    paused.resume(after(70))
    assert (paused.state, paused.due_at) == ("running", after(90))
    paused.resume(after(80))
    assert paused.due_at == after(90)


def test_a_breach_shows_until_it_is_fulfilled_late() -> None:
    broken = clock()
    broken.breached_at = after(30)
    assert broken.state == "breached"
    broken.fulfil(after(40))
    assert broken.state == "late"


def test_what_is_said_before_and_after_a_miss() -> None:
    marks = clock().marks()
    assert [(mark.name, mark.at, mark.role) for mark in marks] == [
        ("warning", after(15), ""),
        ("rung 0", after(15), "owner"),
        ("told", after(25), ""),
        ("breach", after(30), ""),
        ("rung 1", after(30), "team_lead"),
        ("rung 2", after(90), "leader"),
    ]


@pytest.mark.parametrize(
    ("minutes", "due"),
    [
        (14, []),
        (15, ["warning", "rung 0"]),
        (29, ["warning", "rung 0", "told"]),
        # The sweeper slept over it: no word that it may come late is said after it did.
        (30, ["breach", "rung 1"]),
        (90, ["breach", "rung 1", "rung 2"]),
    ],
)
def test_what_is_owed_at_a_moment(minutes: int, due: list[str]) -> None:
    assert names(clock().due_marks(after(minutes))) == due


def test_after_the_breach_only_the_ladder_is_left() -> None:
    broken = clock()
    broken.done |= {"breach", "rung 1"}
    assert names(broken.marks()) == ["rung 2"]


def test_only_what_was_promised_is_told_to_the_customer() -> None:
    inside = clock()
    inside.promised = False
    assert "told" not in names(inside.marks())


def test_a_pause_does_not_repeat_the_warning() -> None:
    warned = clock()
    warned.warned_at = after(15)
    warned.done |= {"warning", "rung 0"}
    warned.pause(after(20))
    warned.resume(after(60))
    assert (warned.due_at, warned.warned_at) == (after(70), after(15))
    assert names(warned.marks())[0] == "told"


def test_an_agreed_time_is_a_new_promise() -> None:
    missed = clock()
    missed.breached_at = after(30)
    missed.done |= {"warning", "rung 0", "told", "breach", "rung 1"}
    missed.agree(after(600), after(40))
    assert (missed.state, missed.due_at) == ("running", after(600))
    assert names(missed.marks())[0] == "warning"


def test_a_shorter_limit_keeps_the_time_given_back() -> None:
    changed = clock()
    changed.pause(after(10))
    changed.resume(after(40))
    changed.change("2027", rule(20), Span(hours=1 / 3), after(45))
    assert (changed.due_at, changed.policy) == (after(50), "2027")


def test_a_longer_limit_takes_a_breach_back_and_warns_anew() -> None:
    missed = clock()
    missed.breached_at, missed.warned_at = after(30), after(15)
    missed.done |= {"warning", "rung 0", "breach", "rung 1"}
    missed.change("2027", rule(100), Span(hours=100 / 60), after(40))
    assert (missed.state, missed.due_at) == ("running", after(100))
    assert names(missed.marks())[:2] == ["warning", "rung 0"]
    # A longer one that is over as well changes nothing of what was said.
    still = clock()
    still.breached_at = after(30)
    still.done |= {"breach", "rung 1"}
    still.change("2027", rule(35), Span(hours=35 / 60), after(40))
    assert (still.state, names(still.marks())) == ("breached", ["rung 2"])
