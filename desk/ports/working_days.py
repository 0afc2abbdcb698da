"""The working-day calendar, public holidays and make-up days (调休) included."""

from datetime import date
from typing import Protocol

import holidays


class WorkingDays(Protocol):
    def is_working_day(self, day: date) -> bool: ...


class ChinaWorkingDays:
    """`holidays` data: Monday to Friday, less public holidays, plus make-up working days."""

    def __init__(self) -> None:
        self._china = holidays.country_holidays("CN")

    def is_working_day(self, day: date) -> bool:
        return bool(self._china.is_working_day(day))
