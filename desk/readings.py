"""Reads `data/diagnosis/readings.yml`: what the figures of a line test mean, per service."""

from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from desk.model.errors import BadData
from desk.model.readings import HEALTHY, Condition, FieldMeaning, Limit, ServiceReadings
from desk.policies import load_yaml, validate

FOLDER = Path(__file__).resolve().parent.parent / "data" / "diagnosis"
READINGS_FILE = "readings.yml"
SERVICES = ("broadband", "iptv", "mobile", "landline")


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Field(_Data):
    label: str
    unit: str = ""
    words: dict[str, str] = {}


class _Limit(_Data):
    below: float | str | None = None
    above: float | str | None = None


class _Condition(_Data):
    name: str
    when: dict[str, _Limit | bool | int | float | str | None | list[str]]


class _Service(_Data):
    fields: dict[str, _Field]
    conditions: list[_Condition]


class _File(_Data):
    broadband: _Service
    iptv: _Service
    mobile: _Service
    landline: _Service


def load_readings(folder: Path = FOLDER) -> dict[str, ServiceReadings]:
    """By service; raises `BadData` for the first thing that is wrong."""
    data = validate(_File, load_yaml(folder / READINGS_FILE), READINGS_FILE)
    return {name: _service(name, getattr(data, name)) for name in SERVICES}


def _service(service: str, data: _Service) -> ServiceReadings:
    fields = {n: FieldMeaning(f.label, f.unit, f.words) for n, f in data.fields.items()}
    seen: set[str] = {HEALTHY, "unknown"}
    conditions = []
    for position, condition in enumerate(data.conditions):
        key = f"{service}.conditions.{position}"
        if condition.name in seen:
            raise BadData(READINGS_FILE, key, f"the name {condition.name!r} is taken")
        seen.add(condition.name)
        when = {f: _wanted(key, f, wanted, fields) for f, wanted in condition.when.items()}
        if not when:
            raise BadData(READINGS_FILE, f"{key}.when", "expected at least one field")
        conditions.append(Condition(condition.name, when))
    return ServiceReadings(service, fields, tuple(conditions))


def _wanted(key: str, field: str, wanted: Any, fields: dict[str, FieldMeaning]) -> Any:
    if field not in fields:
        raise BadData(READINGS_FILE, f"{key}.when.{field}", f"expected one of {sorted(fields)}")
    if isinstance(wanted, list):
        return tuple(wanted)
    if not isinstance(wanted, _Limit):
        return wanted
    if (wanted.below is None) == (wanted.above is None):
        raise BadData(READINGS_FILE, f"{key}.when.{field}", "expected either below or above")
    for other in (wanted.below, wanted.above):
        if isinstance(other, str) and other not in fields:
            raise BadData(READINGS_FILE, f"{key}.when.{field}", f"no such field {other!r}")
    return Limit(wanted.below, wanted.above)
