"""Calendars: due times and the open time between moments, against walking minute by minute."""

from bisect import bisect_right
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar
import holidays
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk.model.calendars import (
    Calendar,
    Openings,
    always_open,
    whole_days,
    working_hours,
)
from desk.model.errors import NeverOpen
from desk.ports.working_days import ChinaWorkingDays

CHINA = ZoneInfo("Asia/Shanghai")
DAYS = ChinaWorkingDays()
MORNING, AFTERNOON = (9 * 60, 12 * 60), (13 * 60 + 30, 18 * 60)
WEEKDAY: Openings = (MORNING, AFTERNOON)
OFFICE = working_hours(
    "office",
    CHINA,
    (WEEKDAY, WEEKDAY, WEEKDAY, WEEKDAY, WEEKDAY, (MORNING,), ()),
    holidays=DAYS,
    make_up=WEEKDAY,
    exceptions={date(2026, 11, 25): (MORNING,), date(2026, 11, 26): ()},
)
WORKING_DAYS = whole_days("working_days", CHINA, DAYS)
ALWAYS = always_open("always", CHINA)
NIGHTS = working_hours("nights", CHINA, (((0, 480), (1200, 1440)),) * 7)
SUMMER_TIME = working_hours("berlin", ZoneInfo("Europe/Berlin"), (((60, 300),),) * 7)
CALENDARS = [OFFICE, WORKING_DAYS, ALWAYS, NIGHTS, SUMMER_TIME]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


@pytest.mark.parametrize(
    ("start", "minutes", "due"),
    [
        ("2026-11-23T09:00", 30, "2026-11-23T09:30"),  # Monday
        ("2026-11-23T09:00", 180, "2026-11-23T12:00"),  # all of the morning ends at its close
        ("2026-11-23T09:00", 181, "2026-11-23T13:31"),  # over noon
        ("2026-11-23T12:30", 30, "2026-11-23T14:00"),  # begun while closed
        ("2026-11-23T17:45", 30, "2026-11-24T09:15"),  # over night
        ("2026-11-24T17:45", 195, "2026-11-25T12:00"),  # an exception: the morning only
        ("2026-11-25T11:00", 120, "2026-11-27T10:00"),  # … and a day that is closed
        ("2026-11-27T17:00", 120, "2026-11-28T10:00"),  # Saturdays have a morning
        ("2026-11-28T11:00", 120, "2026-11-30T10:00"),  # Sundays have nothing
        ("2026-09-30T17:30", 60, "2026-10-08T09:30"),  # National Day, its Saturday too
        ("2026-09-19T11:30", 60, "2026-09-20T09:30"),  # a Sunday worked in exchange (调休)
        ("2026-11-23T09:00", 0, "2026-11-23T09:00"),
    ],
)
def test_office_hours(start: str, minutes: int, due: str) -> None:
    assert OFFICE.add(at(start), timedelta(minutes=minutes)) == at(due)
    assert OFFICE.between(at(start), at(due)) == timedelta(minutes=minutes)


def test_a_day_is_promised_until_its_close() -> None:
    assert OFFICE.add_days(at("2026-11-24T09:00"), 1) == at("2026-11-25T12:00")
    assert OFFICE.add_days(at("2026-11-24T09:00"), 2) == at("2026-11-27T18:00")
    assert WORKING_DAYS.add_days(at("2026-11-20T09:00"), 1) == at("2026-11-23T23:59:59")


def test_what_never_opens_is_refused_instead_of_sought_for_ever() -> None:
    never = working_hours("never", CHINA, ((),) * 7)
    for sought in (
        lambda: never.add(at("2026-11-23T09:00"), timedelta(minutes=1)),
        lambda: never.subtract(at("2026-11-23T09:00"), timedelta(minutes=1)),
        lambda: never.add_days(at("2026-11-23T09:00"), 1),
    ):
        with pytest.raises(NeverOpen):
            sought()


def is_open(calendar: Calendar, moment: datetime) -> bool:
    civil = moment.astimezone(calendar.zone)
    minute = civil.hour * 60 + civil.minute
    return any(opens <= minute < closes for opens, closes in calendar.openings(civil.date()))


def walked(calendar: Calendar, start: datetime, minutes: int) -> datetime:
    """The naive way: one minute after the other."""
    while minutes:
        minutes -= is_open(calendar, start)
        start += timedelta(minutes=1)
    return start


MOMENTS = st.integers(0, 500 * 1440).map(
    lambda minute: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(CALENDARS), MOMENTS, st.integers(1, 1200))
def test_adding_is_walking_minute_by_minute(
    calendar: Calendar, start: datetime, minutes: int
) -> None:
    due = calendar.add(start, timedelta(minutes=minutes))
    assert due == walked(calendar, start, minutes)
    assert calendar.between(start, due) == timedelta(minutes=minutes)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(CALENDARS), MOMENTS, st.integers(0, 6 * 1440))
def test_the_time_between_is_the_open_minutes(
    calendar: Calendar, start: datetime, minutes: int
) -> None:
    counted = sum(is_open(calendar, start + timedelta(minutes=n)) for n in range(minutes))
    end = start + timedelta(minutes=minutes)
    assert calendar.between(start, end) == timedelta(minutes=counted)
    assert calendar.between(end, start) == timedelta()


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(CALENDARS), MOMENTS, st.floats(0.001, 200_000))
def test_adding_and_subtracting_are_inverse(
    calendar: Calendar, start: datetime, seconds: float
) -> None:
    span = timedelta(seconds=seconds)
    due = calendar.add(start, span)
    assert calendar.between(start, due) == span
    begun = calendar.subtract(due, span)
    assert calendar.between(begun, due) == span
    assert begun >= start  # a start while closed is the same as the next opening


def test_working_days_equal_both_calendar_libraries() -> None:
    """Every day 2020–2026 × 1…30 working days; 2027 is not announced in either."""
    china = holidays.country_holidays("CN", years=range(2020, 2028))
    days = [date(2020, 1, 1) + timedelta(days=n) for n in range(7 * 365 + 2)]
    assert days[-1] == date(2026, 12, 31)
    working = [day for day in days if china.is_working_day(day)]
    assert working == [day for day in days if chinese_calendar.is_workday(day)]
    checked = 0
    for day in days:
        start = datetime.combine(day, datetime.min.time(), tzinfo=CHINA)
        first = bisect_right(working, day)
        for n, expected in enumerate(working[first : first + 30], start=1):
            reckoned = WORKING_DAYS.add_days(start, n).astimezone(CHINA).date()
            assert reckoned == expected, f"{day} + {n}"
            checked += 1
    # The last days of 2026 reach into a year that nobody can check yet.
    assert checked > 75_000


def test_a_year_that_is_not_announced_is_provisional() -> None:
    announced = [year for year in range(2019, 2030) if DAYS.is_announced(year)]
    assert announced == list(range(2019, 2027))
    christmas, new_year = at("2026-12-25T09:00"), at("2027-01-04T12:00")
    assert not WORKING_DAYS.is_provisional(christmas, at("2026-12-31T23:00"))
    assert WORKING_DAYS.is_provisional(christmas, new_year)
    assert OFFICE.is_provisional(christmas, new_year)
    assert not ALWAYS.is_provisional(christmas, new_year)


def test_the_operators_own_days_win() -> None:
    own = ChinaWorkingDays(
        days_off={date(2026, 12, 31)}, days_worked={date(2027, 1, 2)}, announced={2027}
    )
    days = whole_days("own", CHINA, own)
    assert days.add_days(at("2026-12-30T09:00"), 1) == at("2027-01-02T23:59:59")
    assert not days.is_provisional(at("2026-12-30T09:00"), at("2027-01-05T09:00"))
    assert (own.is_holiday(date(2026, 12, 31)), own.is_holiday(date(2027, 1, 2))) == (True, False)
