"""Due times over the Chinese calendar, and what one clock can do. Pure."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import holidays
import pytest

from desk.model.sla import SlaClock, Span, due_at
from desk.ports.working_days import ChinaWorkingDays

CHINA = ZoneInfo("Asia/Shanghai")
CALENDAR = ChinaWorkingDays()


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


def working_days(start: str, days: int) -> datetime:
    return due_at(local(start), Span(working_days=days), CALENDAR.is_working_day, CHINA)


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
    due = due_at(start, Span(working_days=1), CALENDAR.is_working_day, CHINA)
    assert due.astimezone(CHINA).date() == date(2026, 11, 20)
    assert due.utcoffset() == timedelta(0)


def test_every_day_of_2026_and_up_to_ten_working_days_agree_with_the_calendar() -> None:
    calendar = holidays.country_holidays("CN", years=[2026, 2027])
    for offset in range(365):
        day = date(2026, 1, 1) + timedelta(days=offset)
        for days in range(1, 11):
            due = working_days(f"{day}T12:00", days).astimezone(CHINA)
            assert due.date() == calendar.get_nth_working_day(day, days), f"{day} + {days}"


@pytest.mark.parametrize("hours", [0.25, 2, 24, 48])
def test_hours_are_elapsed_time_whatever_the_calendar_says(hours: float) -> None:
    start = datetime(2026, 9, 30, 15, 0, tzinfo=UTC)
    due = due_at(start, Span(hours=hours), CALENDAR.is_working_day, CHINA)
    assert due - start == timedelta(hours=hours)


START = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def after(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def clock() -> SlaClock:
    return SlaClock("dispatch", "BX261121483920", START, after(30))


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


def test_time_spent_paused_is_given_back() -> None:
    paused = clock()
    paused.pause(after(10))
    assert paused.state == "paused"
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
