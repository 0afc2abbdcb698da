"""Reads `data/diagnosis/*.yml` into trees; a wrong one is refused with file, node and reason."""

import re
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from desk.model.diagnosis import Answer, Entry, Node, Signal, Tree
from desk.model.errors import BadData
from desk.policies import load_yaml, template_problem, validate

FOLDER = Path(__file__).resolve().parent.parent / "data" / "diagnosis"
PHRASES_FILE = "phrases.yml"
# Where a branch may end instead of leading to another node.
ENDS = frozenset({"@solved", "@order", "@human", "@stopped"})
# What the desk says of its own accord → the placeholders it fills in.
_TEXTS: dict[str, frozenset[str]] = {
    **dict.fromkeys(
        "line_unknown not_understood wait simpler_missing cancelled solved retest_failed "
        "confirm_buttons ask_contact bad_contact declined human "
        "suspended_other suspended_button resumed".split(),
        frozenset(),
    ),
    **dict.fromkeys(("incident", "planned"), frozenset({"area", "text", "expected_end"})),
    **dict.fromkeys(("suspended", "arrears"), frozenset({"owed"})),
    **dict.fromkeys(
        "line_ok line_los line_power_off line_auth line_hung".split(), frozenset({"power", "error"})
    ),
    "confirm_order": frozenset({"contact"}),
    "ordered": frozenset({"number", "promised_at", "contact"}),
}
_CONFIRM_BUTTONS = 3


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Answer(_Data):
    label: str
    go: str
    match: list[str] = []
    unless: list[str] = []
    signals: list[Signal] = []


class _Node(_Data):
    title: str
    ask: str | None = None
    simpler: str | None = None
    image: str | None = None
    answers: list[_Answer] = []
    say: str | None = None
    go: str | None = None
    passed: str | None = None
    failed: str | None = None
    wait_minutes: int | None = Field(default=None, ge=1, le=60)
    remind: str | None = None
    tried: str | None = None


class _Tree(_Data):
    product: str
    title: str
    entries: dict[str, str]
    nodes: dict[str, _Node]
    texts: dict[str, str]


class _Confirmation(_Data):
    match: list[str]
    unless: list[str] = []


class _Phrases(_Data):
    phrases: dict[Signal, list[str]]
    confirmation: dict[str, _Confirmation]


def load_trees(folder: Path = FOLDER) -> dict[str, Tree]:
    """All trees by product. Raises `BadData` for the first thing that is wrong."""
    shared = validate(_Phrases, load_yaml(folder / PHRASES_FILE), PHRASES_FILE)
    phrases = {
        signal: tuple(_pattern(PHRASES_FILE, f"phrases.{signal}", text) for text in texts)
        for signal, texts in shared.phrases.items()
    }
    trees = (
        _load_tree(path, phrases, shared)
        for path in sorted(folder.glob("*.yml"))
        if path.name != PHRASES_FILE
    )
    return {tree.product: tree for tree in trees}


def _load_tree(
    path: Path, phrases: dict[Signal, tuple[re.Pattern[str], ...]], shared: _Phrases
) -> Tree:
    data = validate(_Tree, load_yaml(path), path.name)
    _check_texts(path.name, data)
    nodes = {name: _node(path.name, name, node) for name, node in data.nodes.items()}
    for reading, target in data.entries.items():
        _check_target(path.name, f"entries.{reading}", target, nodes)
    if "unknown" not in data.entries:
        raise BadData(path.name, "entries.unknown", "is missing: where to start without a reading")
    _check_reachable(path.name, data.entries, nodes)
    _check_questions_between(path.name, nodes)
    entries = sorted(data.entries.items(), key=lambda entry: entry[0] == "unknown")
    return Tree(
        product=data.product,
        title=data.title,
        nodes=nodes,
        entries=tuple(Entry(reading, go) for reading, go in entries),
        phrases=phrases,
        texts=data.texts,
        confirm=_confirm_node(data.texts["confirm_buttons"], shared),
    )


def _confirm_node(buttons: str, shared: _Phrases) -> Node:
    """The question before an order, asked in every tree; its answers are read like any other."""
    signals = {"agree": Signal.AFFIRM, "another": Signal.DENY, "decline": Signal.CANCEL}
    answers = []
    for label, (kind, signal) in zip(buttons.split("|"), signals.items(), strict=True):
        words = shared.confirmation.get(kind)
        if words is None:
            raise BadData(PHRASES_FILE, f"confirmation.{kind}", "is missing")
        data = _Answer(
            label=label, go=kind, match=words.match, unless=words.unless, signals=[signal]
        )
        answers.append(_answer(PHRASES_FILE, f"confirmation.{kind}", data))
    return Node(id="confirm_order", title="登记上门维修", answers=tuple(answers))


def _check_texts(file: str, data: _Tree) -> None:
    for name, known in sorted(_TEXTS.items()):
        if name not in data.texts:
            raise BadData(file, f"texts.{name}", "is missing")
        if problem := template_problem(data.texts[name], known):
            raise BadData(file, f"texts.{name}", problem)
    if len(data.texts["confirm_buttons"].split("|")) != _CONFIRM_BUTTONS:
        raise BadData(file, "texts.confirm_buttons", "expected three labels: yes|another number|no")
    for name, node in data.nodes.items():
        if problem := template_problem(node.say or "", frozenset(data.texts)):
            raise BadData(file, f"nodes.{name}.say", problem)


def _node(file: str, name: str, data: _Node) -> Node:
    key = f"nodes.{name}"
    shapes = [bool(data.ask), bool(data.say), bool(data.passed)]
    if sum(shapes) != 1:
        raise BadData(file, key, "expected exactly one of ask, say, passed")
    if data.ask and len(data.answers) < len(("yes", "no")):
        raise BadData(file, f"{key}.answers", "a question needs at least two answers")
    if data.say and not data.go:
        raise BadData(file, f"{key}.go", "a statement must lead somewhere")
    if data.passed and not data.failed:
        raise BadData(file, f"{key}.failed", "a test needs both passed and failed")
    if data.wait_minutes and not data.remind:
        raise BadData(file, f"{key}.remind", "a node that waits must say something afterwards")
    answers = tuple(_answer(file, f"{key}.answers.{i}", a) for i, a in enumerate(data.answers))
    rest: dict[str, Any] = data.model_dump(exclude={"answers"})
    return Node(id=name, answers=answers, **rest)


def _answer(file: str, key: str, data: _Answer) -> Answer:
    return Answer(
        label=data.label,
        go=data.go,
        match=tuple(_pattern(file, f"{key}.match", text) for text in data.match),
        unless=tuple(_pattern(file, f"{key}.unless", text) for text in data.unless),
        signals=frozenset(data.signals),
    )


def _pattern(file: str, key: str, text: str) -> re.Pattern[str]:
    try:
        return re.compile(text)
    except re.error as error:
        raise BadData(file, key, f"{text!r} is no regular expression: {error}") from None


def _targets(node: Node) -> list[str]:
    single = (node.go, node.passed, node.failed, node.tried)
    return [a.go for a in node.answers] + [target for target in single if target]


def _check_target(file: str, key: str, target: str, nodes: dict[str, Node]) -> None:
    if target not in nodes and target not in ENDS:
        raise BadData(file, key, f"leads to {target!r}, expected a node or one of {sorted(ENDS)}")


def _check_reachable(file: str, entries: dict[str, str], nodes: dict[str, Node]) -> None:
    seen: set[str] = set()
    waiting = [target for target in entries.values() if target in nodes]
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        for target in _targets(nodes[name]):
            _check_target(file, f"nodes.{name}", target, nodes)
            if target in nodes:
                waiting.append(target)
    for name in nodes:
        if name not in seen:
            raise BadData(file, f"nodes.{name}", "can never be reached")


def _check_questions_between(file: str, nodes: dict[str, Node]) -> None:
    """Statements and tests lead on by themselves: a circle of them would never stop."""
    for start in (name for name, node in nodes.items() if not node.ask):
        seen: set[str] = set()
        waiting = [start]
        while waiting:
            for target in _targets(nodes[waiting.pop()]):
                if target == start:
                    raise BadData(file, f"nodes.{start}", "leads back to itself without a question")
                if target in nodes and not nodes[target].ask and target not in seen:
                    seen.add(target)
                    waiting.append(target)
