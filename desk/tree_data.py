"""The shapes of `data/diagnosis/*.yml`, as pydantic reads them."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from desk.model.diagnosis import Signal
from desk.readings import SERVICES


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid")


class AnswerData(_Data):
    label: str
    go: str
    match: list[str] = []
    unless: list[str] = []
    signals: list[Signal] = []


class NodeData(_Data):
    title: str
    ask: str | None = None
    simpler: str | None = None
    image: str | None = None
    answers: list[AnswerData] = []
    say: str | None = None
    go: str | None = None
    passed: str | None = None
    failed: str | None = None
    wait_minutes: int | None = Field(default=None, ge=1, le=60)
    remind: str | None = None
    tried: str | None = None
    from_report: str | None = None


class TreeData(_Data):
    product: str
    title: str
    service: Literal[SERVICES]  # type: ignore[valid-type]
    order: Literal["visit", "check"] = "visit"
    healthy: list[str] = ["ok"]
    entries: dict[str, str]
    nodes: dict[str, NodeData]
    texts: dict[str, str] = {}


class ClosingAnswer(_Data):
    """An answer to a question that every tree ends with; where it leads is the desk's affair."""

    label: str
    match: list[str] = []
    unless: list[str] = []
    signals: list[Signal] = []


class ClosingData(_Data):
    """Kinds of answers are fixed: the desk acts on them."""

    confirm: dict[Literal["agree", "another", "decline"], ClosingAnswer]
    visit: dict[Literal["other_times", "agree", "another", "decline"], ClosingAnswer]
    area: dict[Literal["unknown", "decline"], ClosingAnswer]
    elsewhere: dict[Literal["go_on", "anew"], ClosingAnswer]
    earliest: list[str]


class SharedData(_Data):
    phrases: dict[Signal, list[str]]
    closing: ClosingData
    texts: dict[str, str]


class RuleData(_Data):
    tree: str
    match: list[str] = []
    unless: list[str] = []


class ChoiceData(_Data):
    intents: dict[str, list[RuleData]]
