"""Self-diagnosis: a tree of questions as data, and how an answer chooses the next step.

Pure: `choose` reads one answer against one question. The service walks the tree, looks at the
line and keeps the run.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from desk.model.readings import LineReading
from desk.model.work_orders import OrderReceipt


class RunState(StrEnum):
    ASKING = "asking"
    SOLVED = "solved"
    ORDERED = "ordered"
    BLOCKED = "blocked"
    STOPPED = "stopped"
    HUMAN = "human"
    ADVISED = "advised"  # nothing to repair: told what it is and what helps
    MOVED = "moved"  # goes on in another conversation of the same customer


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
    BACK = "back"


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
    # A report that holds this may already answer the question by its words.
    from_report: re.Pattern[str] | None = None

    @property
    def is_test(self) -> bool:
        return self.passed is not None


@dataclass(frozen=True)
class Entry:
    """Where to start, by what the line test read ("los", "power_off", "auth", "ok", "unknown")."""

    reading: str
    go: str


@dataclass(frozen=True)
class Closing:
    """The questions every tree ends with before an order; not part of a tree's data."""

    confirm: Node  # may we send somebody, may we call this number
    visit: Node  # the same with visit slots to choose from
    area: Node  # whom we do not know: where to come
    elsewhere: Node  # the customer's diagnosis on another channel: go on there or start anew
    earliest: tuple[re.Pattern[str], ...]  # "as soon as possible"


@dataclass(frozen=True)
class Tree:
    product: str
    title: str
    service: str  # what the line test measures: broadband, iptv, mobile or landline
    order: str  # what ends an unsolved run: "visit" or "check" (nobody comes)
    healthy: frozenset[str]  # readings that prove the end
    nodes: dict[str, Node]
    entries: tuple[Entry, ...]
    phrases: dict[Signal, tuple[re.Pattern[str], ...]]
    texts: dict[str, str]
    closing: Closing

    def start_for(self, reading: str) -> str:
        return next(e.go for e in self.entries if e.reading in (reading, "unknown"))

    def passes(self, reading: LineReading) -> bool:
        return reading.summary in self.healthy

    @property
    def proof(self) -> str:
        """Where "it works again" leads, whatever was asked: the line test, if the tree has one."""
        return next((n.id for n in self.nodes.values() if n.passed == "@solved"), "@solved")


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
    report: str = ""  # the words it began with
    account: str | None = None  # the proven account whose line is tested
    area: str | None = None
    urgent: bool = False
    offered: list[str] = field(default_factory=list)  # visit slots the open question offers
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
    understood: bool = True


@dataclass(frozen=True)
class Incident:
    """A known outage or planned work in an area."""

    area: str
    kind: str  # "outage" | "planned"
    text: str
    expected_end: datetime
    services: tuple[str, ...] = ()  # empty: all

    def touches(self, service: str) -> bool:
        return not self.services or service in self.services


@dataclass(frozen=True)
class TreeRule:
    """A tree, and the words of a report that choose it; without words it is the default."""

    product: str
    match: tuple[re.Pattern[str], ...] = ()
    unless: tuple[re.Pattern[str], ...] = ()


def choose_tree(rules: tuple[TreeRule, ...], text: str) -> str:
    """Which tree a fault report is about; the rules of its intent in order, the default last."""
    words = plain(text)
    return next(rule.product for rule in rules if not rule.match or _says(rule, words))


def plain(text: str) -> str:
    return re.sub(r"[\s，。！？!?,.、~～]+", "", text).lower()


def _says(one: Answer | TreeRule, words: str) -> bool:
    return any(p.search(words) for p in one.match) and not any(p.search(words) for p in one.unless)


def named(node: Node, text: str) -> Answer | None:
    """The answer whose label or phrases the words hold; nothing is guessed."""
    words = plain(text)
    by_label = next((a for a in node.answers if words == plain(a.label)), None)
    return by_label or next((a for a in node.answers if _says(a, words)), None)


def choose(node: Node, tree: Tree, text: str, signal: Signal | None) -> Choice:
    """Read one answer. The customer's words count before the model's guess: a button label, then
    the answer's phrases, then phrases that mean the same everywhere, and the signal last."""
    words = plain(text)
    back = tree.phrases.get(Signal.BACK, ())
    if any(p.search(words) for p in back):
        return Choice(signal=Signal.BACK)
    answer = named(node, text)
    if answer is not None:
        return Choice(answer)
    heard = next((s for s, ps in tree.phrases.items() if any(p.search(words) for p in ps)), signal)
    if heard is not None:
        by_signal = next((a for a in node.answers if heard in a.signals), None)
        if by_signal is not None:
            return Choice(by_signal)
    return Choice(signal=heard)


def without_back(tree: Tree, text: str) -> str:
    """ "刚才说错了，是红灯" without the first half: what is left may be the corrected answer."""
    words = plain(text)
    for pattern in tree.phrases.get(Signal.BACK, ()):
        words = pattern.sub("", words)
    return words
