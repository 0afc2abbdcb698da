"""Self-diagnosis: a tree of questions as data, and how an answer chooses the next step.

Pure: `choose` reads one answer against one question. The service walks the tree, looks at the
line and keeps the run.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from desk.model.work_orders import OrderReceipt


class RunState(StrEnum):
    ASKING = "asking"
    SOLVED = "solved"
    ORDERED = "ordered"
    BLOCKED = "blocked"
    STOPPED = "stopped"
    HUMAN = "human"


class Signal(StrEnum):
    """What the dialogue model made of the sentence, where it is a reaction and not a reading."""

    AFFIRM = "affirm"
    DENY = "deny"
    FIXED = "fixed"
    NOT_FIXED = "not_fixed"
    WAIT = "wait"
    REPEAT = "repeat"
    CANCEL = "cancel"
    TRIED = "tried"
    UNSURE = "unsure"


@dataclass(frozen=True)
class Answer:
    """One way out of a question: a button, the phrases that mean it, where it leads."""

    label: str
    go: str
    match: tuple[re.Pattern[str], ...] = ()
    unless: tuple[re.Pattern[str], ...] = ()
    signals: frozenset[Signal] = frozenset()


@dataclass(frozen=True)
class Node:
    """A question (`ask`), a statement that moves on (`say`), or a line test (`passed`)."""

    id: str
    title: str
    ask: str | None = None
    simpler: str | None = None  # said to "不会": the same step in plainer words
    image: str | None = None
    answers: tuple[Answer, ...] = ()
    say: str | None = None
    go: str | None = None
    passed: str | None = None
    failed: str | None = None
    wait_minutes: int | None = None
    remind: str | None = None  # said when the wait is over
    tried: str | None = None  # where "已经试过了" leads

    @property
    def is_test(self) -> bool:
        return self.passed is not None


@dataclass(frozen=True)
class Entry:
    """Where to start, by what the line test read ("los", "power_off", "auth", "ok", "unknown")."""

    reading: str
    go: str


@dataclass(frozen=True)
class Tree:
    product: str
    title: str
    nodes: dict[str, Node]
    entries: tuple[Entry, ...]
    phrases: dict[Signal, tuple[re.Pattern[str], ...]]
    texts: dict[str, str]
    confirm: Node  # "shall we send somebody, may we call this number": asked before every order

    def start_for(self, reading: str) -> str:
        return next(e.go for e in self.entries if e.reading in (reading, "unknown"))

    @property
    def proof(self) -> str:
        """Where "it works again" leads, whatever was asked: the line test, if the tree has one."""
        return next((node.id for node in self.nodes.values() if node.is_test), "@solved")


@dataclass(frozen=True)
class Choice:
    """What an answer means at a node: an answer taken, or a signal, or neither (not understood)."""

    answer: Answer | None = None
    signal: Signal | None = None


@dataclass(eq=False)
class DiagnosisRun:
    """One customer going through one tree. A row, so that any restart goes on at the same step."""

    conversation_id: str
    product: str
    node: str
    started_at: datetime
    customer_id: int | None = None
    state: RunState = RunState.ASKING
    steps: list[dict[str, Any]] = field(default_factory=list)
    reading: dict[str, Any] | None = None
    contact: str | None = None
    reason: str | None = None
    misunderstood: int = 0
    ended_at: datetime | None = None
    order_number: str | None = None
    id: int = field(init=False)


@dataclass(frozen=True)
class Prompt:
    text: str
    buttons: tuple[str, ...] = ()
    image: str | None = None


@dataclass(frozen=True)
class DiagnosisTurn:
    state: str
    prompts: tuple[Prompt, ...]
    order: OrderReceipt | None = None


@dataclass(frozen=True)
class LineReading:
    """One line test. `summary` is one of the readings a tree may start from."""

    online: bool
    optical_power_dbm: float | None  # received power; None when there is no light
    authenticated: bool
    last_error: str | None  # dial error code, e.g. "691"
    profile_mbps: int | None
    at: datetime
    powered: bool = True

    @property
    def summary(self) -> str:
        if not self.powered:
            return "power_off"
        if self.optical_power_dbm is None:
            return "los"
        if not self.authenticated:
            return "auth"
        return "ok" if self.online else "hung"

    @property
    def healthy(self) -> bool:
        return self.summary == "ok"


@dataclass(frozen=True)
class Incident:
    """A known outage or planned work in an area."""

    area: str
    kind: str  # "outage" | "planned"
    text: str
    expected_end: datetime


def _plain(text: str) -> str:
    return re.sub(r"[\s，。！？!?,.、~～]+", "", text).lower()


def choose(node: Node, tree: Tree, text: str, signal: Signal | None) -> Choice:
    """Read one answer. The customer's words count before the model's guess: a button label, then
    the answer's phrases, then phrases that mean the same everywhere, and the signal last."""
    plain = _plain(text)
    for answer in node.answers:
        if plain == _plain(answer.label):
            return Choice(answer)
    for answer in node.answers:
        if any(p.search(plain) for p in answer.match) and not any(
            p.search(plain) for p in answer.unless
        ):
            return Choice(answer)
    heard = next((s for s, ps in tree.phrases.items() if any(p.search(plain) for p in ps)), signal)
    if heard is not None:
        by_signal = next((a for a in node.answers if heard in a.signals), None)
        if by_signal is not None:
            return Choice(by_signal)
    return Choice(signal=heard)
