"""`data/simulation/customers.yml`: the questions, faults and ways of speaking, validated."""

import re
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from desk.model.errors import BadData
from desk.network_data import load_network
from desk.policies import load_yaml, validate
from desk.readings import SERVICES

FILE = Path(__file__).resolve().parents[2] / "data" / "simulation" / "customers.yml"

type End = Literal["solved", "visit", "check", "advised"]


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Question(_Data):
    """Something the bot asks: to look at a thing, or to do one."""

    match: re.Pattern[str]
    see: str | None = None
    otherwise: str = ""
    do: str | None = None
    fixed: str = ""
    not_: str = Field(default="", alias="not")
    not_seen: str | None = None


class Fault(_Data):
    """What is wrong, what cures it, what the customer sees of it, how it should end."""

    name: str
    service: Literal[SERVICES]  # type: ignore[valid-type]
    network: str
    report: list[str] = Field(min_length=1)
    ends: End
    cured_by: frozenset[str] = frozenset()
    sees: dict[str, str] = {}
    unverified: list[End] = []  # … also right where the line cannot be tested

    def right_ends(self, *, verified: bool) -> frozenset[str]:
        return frozenset({self.ends, *([] if verified else self.unverified)})

    @property
    def fixable(self) -> bool:
        return self.ends == "solved"


class Personality(_Data):
    name: str
    slot: str
    before: list[str] = []
    after: list[str] = []
    asks: float = Field(default=0, ge=0, le=1)
    waits: float = Field(default=0, ge=0, le=1)


class People(_Data):
    questions: list[Question]
    faults: list[Fault]
    personalities: list[Personality]
    typos: dict[str, str]
    fillers: list[str]
    openings: list[str]


def load_people(file: Path = FILE) -> People:
    """Raises `BadData` for a fault that the simulated network does not know."""
    people = validate(People, load_yaml(file), file.name)
    network = load_network()
    actions = {question.do for question in people.questions}
    for position, fault in enumerate(people.faults):
        if fault.network not in network.faults[fault.service]:
            known = sorted(network.faults[fault.service])
            raise BadData(file.name, f"faults.{position}.network", f"expected one of {known}")
        if unknown := sorted(fault.cured_by - actions):
            raise BadData(file.name, f"faults.{position}.cured_by", f"nobody does {unknown[0]!r}")
        if fault.fixable != bool(fault.cured_by):
            raise BadData(file.name, f"faults.{position}", "solved and cured_by go together")
    return people
