"""What a run of retention found and did, class by class."""

from dataclasses import dataclass
from datetime import date, datetime

CLASSES = ("acceptances", "executions", "complaints", "requests", "identities", "logs")


@dataclass(frozen=True)
class ClassReport:
    """`found` and `deleted` count records (an order, a conversation); `rows` all their rows."""

    name: str
    before: date  # what ended earlier than this is past its time
    found: int
    archived: int
    deleted: int
    rows: int
    oldest_left: datetime | None


def months_back(day: date, months: int) -> date:
    """The same day so many months ago, or the last day of that month."""
    index = day.year * 12 + day.month - 1 - months
    year, month = divmod(index, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError(day)
