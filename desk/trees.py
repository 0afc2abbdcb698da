"""Reads `data/diagnosis/*.yml` into trees; a wrong one is refused with file, node and reason."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from desk.model.diagnosis import Answer, Closing, Entry, Node, Signal, Tree, TreeRule
from desk.model.errors import BadData
from desk.model.readings import ServiceReadings
from desk.policies import load_yaml, template_problem, validate
from desk.readings import FOLDER, READINGS_FILE, load_readings
from desk.tree_checks import (
    ENDS,
    HANDOVER,
    check_handovers,
    check_questions_between,
    check_reachable,
    check_target,
)
from desk.tree_data import (
    AnswerData,
    ChoiceData,
    ClosingAnswer,
    ClosingData,
    NodeData,
    SharedData,
    TreeData,
)

__all__ = ["ENDS", "FOLDER", "PHRASES_FILE", "load_choices", "load_trees"]

PHRASES_FILE = "phrases.yml"
CHOICE_FILE = "choice.yml"
_NOT_TREES = (PHRASES_FILE, CHOICE_FILE, READINGS_FILE)
# What the desk says of its own accord → the placeholders it fills in. Most are shared by all trees.
_TEXTS: dict[str, frozenset[str]] = {
    **dict.fromkeys(
        "line_unknown not_understood wait simpler_missing cancelled solved retest_failed "
        "ask_contact ask_contact_check bad_contact declined human no_way_back suspended_other "
        "suspended_button resumed other_times slot_taken ask_area bad_area".split(),
        frozenset(),
    ),
    **dict.fromkeys(("incident", "planned"), frozenset({"area", "text", "expected_end"})),
    **dict.fromkeys(("suspended", "arrears"), frozenset({"owed"})),
    **dict.fromkeys(("confirm_order", "confirm_check"), frozenset({"contact"})),
    **dict.fromkeys(("confirm_visit", "confirm_again"), frozenset({"contact", "slot"})),
    "ask_slot": frozenset({"slots"}),
    "elsewhere": frozenset({"title", "step"}),
    **dict.fromkeys(
        ("ordered", "ordered_again", "ordered_check", "ordered_again_check"),
        frozenset({"number", "promised_at", "contact"}),
    ),
    **dict.fromkeys(
        ("ordered_visit", "ordered_again_visit"),
        frozenset({"number", "promised_at", "contact", "slot"}),
    ),
}


def load_trees(folder: Path = FOLDER) -> dict[str, Tree]:
    """All trees by product. Raises `BadData` for the first thing that is wrong."""
    readings = load_readings(folder)
    shared = validate(SharedData, load_yaml(folder / PHRASES_FILE), PHRASES_FILE)
    phrases = {
        signal: _patterns(PHRASES_FILE, f"phrases.{signal}", texts)
        for signal, texts in shared.phrases.items()
    }
    closing = _closing(shared.closing)
    paths = [path for path in sorted(folder.glob("*.yml")) if path.name not in _NOT_TREES]
    read = {path.name: validate(TreeData, load_yaml(path), path.name) for path in paths}
    entered = _entered_from_outside(read.values())
    files: dict[str, str] = {}
    trees: dict[str, Tree] = {}
    for file, data in read.items():
        if data.product in trees:
            raise BadData(file, "product", f"{data.product!r} has a tree already")
        files[data.product] = file
        trees[data.product] = _tree(
            file,
            data,
            {**shared.texts, **data.texts},
            phrases,
            closing,
            readings[data.service],
            entered,
        )
    check_handovers(files, trees)
    return trees


def _entered_from_outside(all_data: Iterable[TreeData]) -> frozenset[str]:
    """The hand-overs of all trees: a node that only another tree leads to is reached as well."""
    found: set[str] = set()
    for data in all_data:
        found.update(data.entries.values())
        for node in data.nodes.values():
            found.update(answer.go for answer in node.answers)
            found.update(t for t in (node.go, node.passed, node.failed, node.tried) if t)
    return frozenset(target for target in found if target.startswith(HANDOVER))


def load_choices(
    trees: Mapping[str, Tree], folder: Path = FOLDER
) -> dict[str, tuple[TreeRule, ...]]:
    """Which tree serves which fault intent, by the words of the report."""
    data = validate(ChoiceData, load_yaml(folder / CHOICE_FILE), CHOICE_FILE)
    choices = {}
    for intent, rules in data.intents.items():
        key = f"intents.{intent}"
        for rule in rules:
            if rule.tree not in trees:
                raise BadData(CHOICE_FILE, key, f"no tree {rule.tree!r}, have {sorted(trees)}")
        if not rules or rules[-1].match:
            raise BadData(CHOICE_FILE, key, "the last rule must be the default, without match")
        choices[intent] = tuple(
            TreeRule(
                rule.tree,
                _patterns(CHOICE_FILE, f"{key}.match", rule.match),
                _patterns(CHOICE_FILE, f"{key}.unless", rule.unless),
            )
            for rule in rules
        )
    return choices


def _tree(
    file: str,
    data: TreeData,
    texts: dict[str, str],
    phrases: dict[Signal, tuple[re.Pattern[str], ...]],
    closing: Closing,
    readings: ServiceReadings,
    entered: frozenset[str],
) -> Tree:
    nodes = {name: _node(file, name, node) for name, node in data.nodes.items()}
    for reading, target in data.entries.items():
        if reading not in readings.names() | {"unknown"}:
            expected = f"expected unknown or one of {sorted(readings.names())}"
            raise BadData(file, f"entries.{reading}", f"no such reading, {expected}")
        check_target(file, f"entries.{reading}", target, nodes)
    _check_texts(file, data, texts, readings)
    if "unknown" not in data.entries:
        raise BadData(file, "entries.unknown", "is missing: where to start without a reading")
    for reading in data.healthy:
        if reading not in readings.names():
            raise BadData(file, "healthy", f"{reading!r} is none of {sorted(readings.names())}")
    own = [name for name in nodes if f"{HANDOVER}{data.product}/{name}" in entered]
    check_reachable(file, [*data.entries.values(), *own], nodes)
    check_questions_between(file, nodes)
    entries = sorted(data.entries.items(), key=lambda entry: entry[0] == "unknown")
    return Tree(
        product=data.product,
        title=data.title,
        service=data.service,
        order=data.order,
        healthy=frozenset(data.healthy),
        nodes=nodes,
        entries=tuple(Entry(reading, go) for reading, go in entries),
        phrases=phrases,
        texts=texts,
        closing=closing,
    )


def _closing(data: ClosingData) -> Closing:
    """The questions of every tree; their answers are read like any other."""
    return Closing(
        confirm=_closing_node("confirm", "登记报修", data.confirm, 3),
        visit=_closing_node("visit", "预约上门", data.visit, 4),
        area=_closing_node("area", "所在区域", data.area, 2),
        elsewhere=_closing_node("elsewhere", "接着之前的排查", data.elsewhere, 2),
        earliest=_patterns(PHRASES_FILE, "closing.earliest", data.earliest),
    )


def _closing_node(name: str, title: str, data: Mapping[Any, ClosingAnswer], kinds: int) -> Node:
    key = f"closing.{name}"
    if len(data) != kinds:
        raise BadData(PHRASES_FILE, key, f"expected {kinds} answers, got {sorted(data)}")
    answers = tuple(
        _answer(PHRASES_FILE, f"{key}.{kind}", AnswerData(go=kind, **words.model_dump()))
        for kind, words in data.items()
    )
    return Node(id=name, title=title, answers=answers)


def _check_texts(
    file: str, data: TreeData, texts: dict[str, str], readings: ServiceReadings
) -> None:
    known = dict(_TEXTS)
    measured = frozenset(readings.fields)
    known.update((f"line_{name}", measured) for name in data.entries if name != "unknown")
    for name, placeholders in sorted(known.items()):
        if name not in texts:
            raise BadData(file, f"texts.{name}", "is missing")
        if problem := template_problem(texts[name], placeholders):
            raise BadData(file, f"texts.{name}", problem)
    for name, node in data.nodes.items():
        if problem := template_problem(node.say or "", frozenset(texts)):
            raise BadData(file, f"nodes.{name}.say", problem)


def _node(file: str, name: str, data: NodeData) -> Node:
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
    if data.from_report and not any(answer.match for answer in answers):
        raise BadData(file, f"{key}.from_report", "no answer has phrases a report could hold")
    heard = _patterns(file, f"{key}.from_report", [data.from_report] if data.from_report else [])
    rest: dict[str, Any] = data.model_dump(exclude={"answers", "from_report"})
    return Node(id=name, answers=answers, from_report=next(iter(heard), None), **rest)


def _answer(file: str, key: str, data: AnswerData) -> Answer:
    return Answer(
        label=data.label,
        go=data.go,
        match=_patterns(file, f"{key}.match", data.match),
        unless=_patterns(file, f"{key}.unless", data.unless),
        signals=frozenset(data.signals),
    )


def _patterns(file: str, key: str, texts: list[str]) -> tuple[re.Pattern[str], ...]:
    try:
        return tuple(re.compile(text) for text in texts)
    except re.error as error:
        raise BadData(file, key, f"{error.pattern!r} is no regular expression: {error}") from None
