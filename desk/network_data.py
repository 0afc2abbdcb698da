"""Reads `data/demo/network.yml`: the simulated access network and the demo operator's crews."""

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from desk.model.errors import BadData
from desk.policies import load_yaml, validate
from desk.readings import SERVICES, load_readings

FILE = Path(__file__).resolve().parent.parent / "data" / "demo" / "network.yml"
NO_FAULT = "none"


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid")


class LineData(_Data):
    line: str
    service: Literal[SERVICES]  # type: ignore[valid-type]
    fault: str = NO_FAULT
    profile_mbps: int | None = Field(default=None, gt=0)


class CrewData(_Data):
    name: str
    area: str
    per_slot: int = Field(ge=1)
    per_slot_off_days: int = Field(ge=0)


def _has_healthy(faults: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    if NO_FAULT not in faults:
        raise ValueError(f"{NO_FAULT!r} is missing: what a healthy line measures")
    return faults


type _Faults = Annotated[dict[str, dict[str, Any]], AfterValidator(_has_healthy)]


class NetworkData(_Data):
    faults: dict[Literal[SERVICES], _Faults]  # type: ignore[valid-type]
    lines: list[LineData]
    crews: list[CrewData]

    def measured(self, service: str, fault: str) -> dict[str, Any]:
        """What a line of a service with a fault measures."""
        return {**self.faults[service][NO_FAULT], **self.faults[service][fault]}


def load_network(file: Path = FILE) -> NetworkData:
    """Raises `BadData` for a fault that measures something unknown, or a line with no fault."""
    network = validate(NetworkData, load_yaml(file), file.name)
    readings = load_readings()
    for service, faults in network.faults.items():
        for fault, measured in faults.items():
            for field in measured:
                if field not in readings[service].fields:
                    known = sorted(readings[service].fields)
                    key = f"faults.{service}.{fault}.{field}"
                    raise BadData(file.name, key, f"no such field, expected one of {known}")
    for position, line in enumerate(network.lines):
        known = sorted(network.faults.get(line.service, {}))
        if line.fault not in known:
            raise BadData(file.name, f"lines.{position}.fault", f"expected one of {known}")
    return network
