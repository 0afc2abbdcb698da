"""Calendars of service levels: which minutes of which days count, and arithmetic with them.

A due time is `Calendar.add(start, span)`, the time worked between two events is
`Calendar.between`; both walk the openings of civil days, so they agree with each other by
construction. Which days are worked is told from outside (`desk.ports.working_days`).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Protocol

from desk.model.errors import NeverOpen

MINUTES_OF_A_DAY = 24 * 60
# No calendar of a service desk is closed longer; looking further would be looking for ever.
_LONGEST_CLOSED = 400

# From and until, in minutes after midnight.
type Opening = tuple[int, int]
type Openings = tuple[Opening, ...]

WHOLE_DAY: Openings = ((0, MINUTES_OF_A_DAY),)


class Holidays(Protocol):
    """What is known of public holidays; `desk.ports.working_days` knows those of China."""

    def is_working_day(self, day: date) -> bool: ...
    def is_holiday(self, day: date) -> bool: ...
    def is_announced(self, year: int) -> bool: ...


@dataclass(frozen=True)
class Calendar:
    """Civil days of `zone`, each with its openings in order; moments are aware, results in UTC."""

    name: str
    zone: tzinfo
    openings: Callable[[date], Openings]
    # Whether the public holidays of a year are known; before that its due times are provisional.
    announced: Callable[[int], bool] = lambda _year: True
    always: bool = False

    def add(self, start: datetime, span: timedelta) -> datetime:
        """The first moment by which `span` of open time has passed since `start`."""
        if self.always or not span:
            return (start + span).astimezone(UTC)
        for opens, closes in self._onwards(start):
            if span <= closes - opens:
                return opens + span
            span -= closes - opens
        raise NeverOpen(self.name)

    def subtract(self, end: datetime, span: timedelta) -> datetime:
        """The last moment from which `span` of open time is left until `end`."""
        if self.always or not span:
            return (end - span).astimezone(UTC)
        for opens, closes in self._backwards(end):
            if span <= closes - opens:
                return closes - span
            span -= closes - opens
        raise NeverOpen(self.name)

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The open time from `start` to `end`; nothing when `end` is not later."""
        if end <= start:
            return timedelta()
        if self.always:
            return end - start
        total, day, last = timedelta(), self._day(start), self._day(end)
        while day <= last:
            for opens, closes in self._moments(day):
                total += max(timedelta(), min(closes, end) - max(opens, start))
            day += timedelta(days=1)
        return total

    def add_days(self, start: datetime, days: int) -> datetime:
        """The end of the n-th open day after the day of `start`."""
        day, closed = self._day(start), 0
        while days:
            day += timedelta(days=1)
            is_open = bool(self.openings(day))
            days -= is_open
            closed = 0 if is_open else closed + 1
            if closed > _LONGEST_CLOSED:
                raise NeverOpen(self.name)
        openings = self.openings(day)
        closes = openings[-1][1] if openings else MINUTES_OF_A_DAY
        end = self._moment(day, closes)
        # A promise for a day names that day, not midnight of the next.
        return end - timedelta(seconds=1) if closes == MINUTES_OF_A_DAY else end

    def is_provisional(self, start: datetime, end: datetime) -> bool:
        """Whether what lies between depends on holidays that are not announced yet."""
        years = range(self._day(start).year, self._day(end).year + 1)
        return not all(self.announced(year) for year in years)

    def _onwards(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        day, closed = self._day(start), 0
        while closed <= _LONGEST_CLOSED:
            closed += 1
            for opens, closes in self._moments(day):
                if closes > start:
                    closed = 0
                    yield max(opens, start.astimezone(UTC)), closes
            day += timedelta(days=1)

    def _backwards(self, end: datetime) -> Iterator[tuple[datetime, datetime]]:
        day, closed = self._day(end), 0
        while closed <= _LONGEST_CLOSED:
            closed += 1
            for opens, closes in reversed(self._moments(day)):
                if opens < end:
                    closed = 0
                    yield opens, min(closes, end.astimezone(UTC))
            day -= timedelta(days=1)

    def _moments(self, day: date) -> list[tuple[datetime, datetime]]:
        return [(self._moment(day, a), self._moment(day, b)) for a, b in self.openings(day)]

    def _moment(self, day: date, minute: int) -> datetime:
        days, rest = divmod(minute, MINUTES_OF_A_DAY)
        hour, minute = divmod(rest, 60)
        civil = datetime.combine(day + timedelta(days=days), time(hour, minute), tzinfo=self.zone)
        return civil.astimezone(UTC)

    def _day(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()


def always_open(name: str, zone: tzinfo) -> Calendar:
    """24×7: elapsed time."""
    return Calendar(name, zone, lambda _day: WHOLE_DAY, always=True)


def whole_days(name: str, zone: tzinfo, holidays: Holidays) -> Calendar:
    """Working days from midnight to midnight."""

    def openings(day: date) -> Openings:
        return WHOLE_DAY if holidays.is_working_day(day) else ()

    return Calendar(name, zone, openings, holidays.is_announced)


def working_hours(
    name: str,
    zone: tzinfo,
    week: tuple[Openings, ...],
    *,
    exceptions: Mapping[date, Openings] | None = None,
    holidays: "Holidays | None" = None,
    make_up: Openings = (),
) -> Calendar:
    """Openings per weekday, Monday first; `exceptions` win over everything.

    With `holidays` public holidays are closed, and a day worked in exchange (调休) has the
    openings `make_up` where its weekday has none.
    """
    special = exceptions or {}

    def openings(day: date) -> Openings:
        if day in special:
            return special[day]
        usual = week[day.weekday()]
        if holidays is None:
            return usual
        if holidays.is_holiday(day):
            return ()
        return usual or (make_up if holidays.is_working_day(day) else ())

    if holidays is None:
        return Calendar(name, zone, openings)
    return Calendar(name, zone, openings, holidays.is_announced)
