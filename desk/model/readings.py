"""Line tests: what was measured on one service, and which known condition that amounts to.

The port `desk.ports.line_test` measures; `data/diagnosis/readings.yml` says what the figures mean.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

HEALTHY = "ok"


@dataclass(frozen=True)
class FieldMeaning:
    """One measured quantity: its name for technicians, its unit, words for particular values."""

    label: str
    unit: str = ""
    words: Mapping[str, str] | None = None

    def told(self, value: Any) -> str:
        """The value in words: 在线, -19.5 dBm."""
        named = (self.words or {}).get(_key(value))
        return named if named is not None else f"{value} {self.unit}".rstrip()


@dataclass(frozen=True)
class Limit:
    """A figure below or above another figure, or another measured field."""

    below: float | str | None = None
    above: float | str | None = None

    def holds(self, value: Any, measured: Mapping[str, Any]) -> bool:
        if not isinstance(value, int | float):
            return False
        below, above = _figure(self.below, measured), _figure(self.above, measured)
        return (below is not None and value < below) or (above is not None and value > above)


@dataclass(frozen=True)
class Condition:
    """A state of a service that can be read off the figures ("los", "auth", "throttled")."""

    name: str
    when: Mapping[str, Any]  # field → value, list of values, or `Limit`

    def fits(self, measured: Mapping[str, Any]) -> bool:
        return all(_fits(wanted, measured, field) for field, wanted in self.when.items())


@dataclass(frozen=True)
class ServiceReadings:
    """How to read the measurements of one service: broadband, iptv, mobile or landline."""

    service: str
    fields: Mapping[str, FieldMeaning]
    conditions: tuple[Condition, ...]

    def names(self) -> frozenset[str]:
        return frozenset({HEALTHY, *(condition.name for condition in self.conditions)})

    def read(self, measured: Mapping[str, Any], at: datetime) -> "LineReading":
        """The first condition that fits, or healthy."""
        known = {name: measured[name] for name in self.fields if name in measured}
        found = next((c.name for c in self.conditions if c.fits(known)), HEALTHY)
        told = "，".join(
            f"{self.fields[n].label} {self.fields[n].told(v)}" for n, v in known.items()
        )
        return LineReading(self.service, found, known, told, at)


@dataclass(frozen=True)
class LineReading:
    """One line test. `summary` is one of the readings a tree may start from."""

    service: str
    summary: str
    measured: Mapping[str, Any]
    told: str  # in words, for the technician
    at: datetime


def _key(value: Any) -> str:
    """How a value is written as a key of the data file."""
    if value is None:
        return "none"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _figure(limit: float | str | None, measured: Mapping[str, Any]) -> float | None:
    value = measured.get(limit) if isinstance(limit, str) else limit
    return value if isinstance(value, int | float) else None


def _fits(wanted: Any, measured: Mapping[str, Any], field: str) -> bool:
    if field not in measured:
        return False
    value = measured[field]
    if isinstance(wanted, Limit):
        return wanted.holds(value, measured)
    if isinstance(wanted, tuple):
        return value in wanted
    return bool(value == wanted)
