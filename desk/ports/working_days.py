"""The working-day calendar, public holidays and make-up days (调休) included."""

from collections.abc import Set as AbstractSet
from datetime import date
from typing import Protocol

import holidays


class WorkingDays(Protocol):
    def is_working_day(self, day: date) -> bool: ...
    def is_holiday(self, day: date) -> bool: ...
    def is_announced(self, year: int) -> bool: ...


class ChinaWorkingDays:
    """`holidays` data: Monday to Friday, less public holidays, plus make-up working days.

    The operator's own days (`data/policies/working_days.yml`) win over the library's. A year
    without a single make-up day is one the State Council has not announced yet: the library then
    knows the festivals but not the exchanges, so what is reckoned with it is provisional.
    """

    def __init__(
        self,
        days_off: AbstractSet[date] = frozenset(),
        days_worked: AbstractSet[date] = frozenset(),
        announced: AbstractSet[int] = frozenset(),
    ) -> None:
        self._china = holidays.country_holidays("CN")
        self._days_off, self._days_worked, self._announced = days_off, days_worked, set(announced)
        self._known: dict[date, bool] = {}

    def is_working_day(self, day: date) -> bool:
        known = self._known.get(day)
        if known is None:
            own = day in self._days_off or day in self._days_worked
            known = day in self._days_worked if own else bool(self._china.is_working_day(day))
            self._known[day] = known
        return known

    def is_holiday(self, day: date) -> bool:
        """A day off that is not simply a weekend."""
        if day in self._days_off or day in self._days_worked:
            return day in self._days_off
        return day in self._china and not self._china.is_working_day(day)

    def is_announced(self, year: int) -> bool:
        if year not in self._announced:
            known = holidays.country_holidays("CN", years=year).weekend_workdays
            if not any(day.year == year for day in known):
                return False
            self._announced.add(year)
        return True
