"""Troubleshooting trees as data: every way through ends, and a wrong file is refused by name."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from desk.model.diagnosis import Node, Tree
from desk.model.errors import BadData
from desk.trees import ENDS, FOLDER, PHRASES_FILE, load_trees

TREES = load_trees()


def ways_on(node: Node) -> list[str]:
    single = [target for target in (node.go, node.passed, node.failed, node.tried) if target]
    return [answer.go for answer in node.answers] + single


def paths(tree: Tree, start: str) -> list[list[str]]:
    """Every way from a node to an end; fails on a circle and on a dead end."""
    finished: list[list[str]] = []
    waiting = [[start]]
    while waiting:
        path = waiting.pop()
        if path[-1] in ENDS:
            finished.append(path)
            continue
        onward = ways_on(tree.nodes[path[-1]])
        assert onward, f"dead end: {path}"
        for target in dict.fromkeys(onward):
            assert target not in path, f"circle: {path} → {target}"
            waiting.append([*path, target])
    return finished


@pytest.mark.parametrize("product", TREES)
def test_every_way_from_every_entry_ends(product: str) -> None:
    tree = TREES[product]
    for entry in tree.entries:
        found = paths(tree, entry.go)
        assert {path[-1] for path in found} >= {"@solved", "@order"}, entry.reading
        questions = max(sum(bool(tree.nodes[n].ask) for n in path[:-1]) for path in found)
        assert questions <= 8, f"{entry.reading}: nobody answers {questions} questions"


@pytest.mark.parametrize("product", TREES)
def test_solved_is_only_reached_by_testing_the_line_again(product: str) -> None:
    for node in TREES[product].nodes.values():
        if "@solved" in ways_on(node):
            assert node.is_test, node.id


@pytest.mark.parametrize("product", TREES)
def test_every_question_can_be_put_in_plainer_words_or_skipped(product: str) -> None:
    for node in TREES[product].nodes.values():
        if node.ask and node.tried is None:
            assert {s for a in node.answers for s in a.signals} >= {"affirm", "deny"}, node.id


def test_every_reading_of_a_line_has_its_start() -> None:
    readings = {entry.reading for entry in TREES["broadband"].entries}
    assert readings == {"ok", "hung", "los", "power_off", "auth", "unknown"}
    assert TREES["broadband"].start_for("never seen before") == "lights"


type Change = Callable[[dict[str, Any]], None]


def set_in(*keys: str, to: Any) -> Change:
    def change(data: dict[str, Any]) -> None:
        for key in keys[:-1]:
            data = data[key]
        data[keys[-1]] = to

    return change


def without(*keys: str) -> Change:
    def change(data: dict[str, Any]) -> None:
        for key in keys[:-1]:
            data = data[key]
        del data[keys[-1]]

    return change


WIRED = ("nodes", "wired")
BROKEN: list[tuple[Change, str, str]] = [
    (without("product"), "product", "Field required"),
    (set_in("colour", to="red"), "colour", "Extra inputs are not permitted"),
    (set_in(*WIRED, "aks", to="?"), "nodes.wired.aks", "Extra inputs are not permitted"),
    (set_in(*WIRED, "ask", to=None), "nodes.wired", "exactly one of ask, say, passed"),
    (set_in(*WIRED, "say", to="好"), "nodes.wired", "exactly one of ask, say, passed"),
    (set_in(*WIRED, "answers", to=[]), "nodes.wired.answers", "at least two answers"),
    (without("nodes", "retest_failed", "go"), "nodes.retest_failed.go", "must lead somewhere"),
    (without("nodes", "retest", "failed"), "nodes.retest.failed", "both passed and failed"),
    (without("nodes", "restart", "remind"), "nodes.restart.remind", "say something afterwards"),
    (set_in("nodes", "restart", "wait_minutes", to=0), "nodes.restart.wait_minutes", "equal to 1"),
    (set_in(*WIRED, "tried", to="nowhere"), "nodes.wired", "leads to 'nowhere'"),
    (set_in("nodes", "retest", "passed", to="@done"), "nodes.retest", "leads to '@done'"),
    (set_in("entries", "ok", to="nowhere"), "entries.ok", "leads to 'nowhere'"),
    (without("entries", "unknown"), "entries.unknown", "where to start without a reading"),
    (
        set_in("nodes", "island", to={"title": "岛", "say": "好", "go": "@human"}),
        "nodes.island",
        "can never be reached",
    ),
    (
        set_in(
            *WIRED,
            "answers",
            to=[{"label": "能", "go": "retest", "match": ["(能"]}, {"label": "不能", "go": "wifi"}],
        ),
        "nodes.wired.answers.0.match",
        "is no regular expression",
    ),
    (
        set_in(*WIRED, "answers", to=[{"label": "能", "go": "retest", "signals": ["maybe"]}]),
        "nodes.wired.answers.0.signals.0",
        "Input should be",
    ),
    (without("texts", "ordered"), "texts.ordered", "is missing"),
    (
        set_in("nodes", "retest_failed", "go", to="retest"),
        "nodes.retest",
        "leads back to itself without a question",
    ),
    (set_in("nodes", "retest_failed", "say", to="{oops}"), "nodes.retest_failed.say", "{oops}"),
    (set_in("texts", "ordered", to="{order}"), "texts.ordered", "{order}"),
    (set_in("texts", "suspended", to="100 {"), "texts.suspended", "'{'"),
    (set_in("texts", "confirm_buttons", to="可以|不用"), "texts.confirm_buttons", "three"),
]


@pytest.mark.parametrize(("change", "key", "problem"), BROKEN, ids=[b[1] for b in BROKEN])
def test_a_wrong_tree_is_refused_with_file_node_and_reason(
    tmp_path: Path, change: Change, key: str, problem: str
) -> None:
    shutil.copy(FOLDER / PHRASES_FILE, tmp_path)
    data = yaml.safe_load((FOLDER / "broadband.yml").read_text(encoding="utf8"))
    change(data)
    (tmp_path / "broadband.yml").write_text(yaml.safe_dump(data, allow_unicode=True))
    with pytest.raises(BadData) as caught:
        load_trees(tmp_path)
    assert (caught.value.file, caught.value.key) == ("broadband.yml", key)
    assert problem in caught.value.problem


@pytest.mark.parametrize(
    ("file", "text", "key"),
    [
        ("broadband.yml", "product: [", "line 1"),
        ("broadband.yml", "- a list", "file"),
        ("broadband.yml", "", "file"),
        (PHRASES_FILE, "phrases: {}", "confirmation"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(
    tmp_path: Path, file: str, text: str, key: str
) -> None:
    for name in ("broadband.yml", PHRASES_FILE):
        shutil.copy(FOLDER / name, tmp_path)
    (tmp_path / file).write_text(text)
    with pytest.raises(BadData) as caught:
        load_trees(tmp_path)
    assert (caught.value.file, caught.value.key) == (file, key)


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (set_in("phrases", "tried", to=["("]), "phrases.tried"),
        (set_in("phrases", "perhaps", to=["a"]), "phrases.perhaps.[key]"),
        (set_in("confirmation", "agree", "match", to=["("]), "confirmation.agree.match"),
        (without("confirmation", "decline"), "confirmation.decline"),
    ],
)
def test_wrong_shared_phrases_are_refused(tmp_path: Path, change: Change, key: str) -> None:
    shutil.copy(FOLDER / "broadband.yml", tmp_path)
    data = yaml.safe_load((FOLDER / PHRASES_FILE).read_text(encoding="utf8"))
    change(data)
    (tmp_path / PHRASES_FILE).write_text(yaml.safe_dump(data, allow_unicode=True))
    with pytest.raises(BadData) as caught:
        load_trees(tmp_path)
    assert (caught.value.file, caught.value.key) == (PHRASES_FILE, key)


def test_a_folder_without_the_shared_phrases_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadData, match=r"phrases\.yml: file: is missing"):
        load_trees(tmp_path)
