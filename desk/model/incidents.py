"""片区故障: one incident over the orders of an area, from first report to recovery."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from desk.model.work_orders import Severity

PREFIX = "GZ"
# Why an order under an incident waits: `WorkOrder.waiting`.
HANGING = "incident"


class Source(StrEnum):
    RULE = "rule"
    HAND = "hand"
    FEED = "feed"


@dataclass(eq=False)
class ParentIncident:
    """An outage of an area that we know of ourselves; planned works stay in the BSS."""

    number: str
    area: str
    services: list[str]  # empty: all
    text: str
    source: Source
    opened_at: datetime
    expected_end: datetime
    grade: Severity = Severity.GENERAL
    external_id: str | None = None
    assessed_at: datetime | None = None
    informed_at: datetime | None = None
    recovered_at: datetime | None = None
    id: int = field(init=False)

    def touches(self, service: str | None) -> bool:
        return not self.services or service is None or service in self.services

    def expected(self, now: datetime, overdue: timedelta) -> datetime:
        """What may be told: the given time, or once that has passed a little from now."""
        if self.expected_end > now:
            return self.expected_end
        later = now + overdue
        return later.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)


@dataclass(frozen=True)
class OutageNews:
    """What an outage feed tells about one outage."""

    external_id: str
    area: str
    text: str
    expected_end: datetime
    services: tuple[str, ...] = ()
    recovered: bool = False


def grade_of(reports: int, grades: dict[Severity, int]) -> Severity:
    """The severest grade whose number of reports is reached."""
    reached = [grade for grade in Severity if reports >= grades[grade]]
    return reached[-1] if reached else Severity.GENERAL
