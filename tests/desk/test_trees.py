"""Troubleshooting trees as data: every way through ends, and a wrong file is refused by name."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from desk.model.diagnosis import choose_tree
from desk.model.errors import BadData
from desk.readings import load_readings
from desk.tree_checks import ENDS, HANDOVER, targets
from desk.trees import FOLDER, PHRASES_FILE, load_choices, load_trees

TREES = load_trees()
CHOICES = load_choices(TREES)


def places(product: str, target: str) -> list[str]:
    """Where a branch leads, as product/node or @end; a hand-over may start at any entry."""
    if not target.startswith(HANDOVER):
        return [target if target in ENDS else f"{product}/{target}"]
    other, _, node = target.removeprefix(HANDOVER).partition("/")
    starts = [node] if node else [entry.go for entry in TREES[other].entries]
    return [f"{other}/{start}" for start in starts if not start.startswith(HANDOVER)]


def ways_on(place: str) -> list[str]:
    product, _, name = place.partition("/")
    return [
        way for target in targets(TREES[product].nodes[name]) for way in places(product, target)
    ]


def asks(place: str) -> bool:
    product, _, name = place.partition("/")
    return bool(TREES[product].nodes[name].ask)


def paths(start: str) -> list[list[str]]:
    """Every way from a node to an end; fails on a circle within a tree and on a dead end.

    Round through another tree the desk does not ask twice: it opens the order.
    """
    finished: list[list[str]] = []
    waiting = [[start]]
    while waiting:
        path = waiting.pop()
        if path[-1] in ENDS:
            finished.append(path)
            continue
        onward = ways_on(path[-1])
        assert onward, f"dead end: {path}"
        for target in dict.fromkeys(onward):
            if target in path:
                trees = {place.partition("/")[0] for place in path[path.index(target) :]}
                assert len(trees) > 1, f"circle: {path} → {target}"
                waiting.append([*path, "@order"])
            else:
                waiting.append([*path, target])
    return finished


@pytest.mark.parametrize("product", TREES)
def test_every_way_from_every_entry_ends(product: str) -> None:
    tree = TREES[product]
    ends: set[str] = set()
    for entry in tree.entries:
        for start in places(product, entry.go):
            found = paths(start)
            ends |= {path[-1] for path in found}
            questions = max(sum(asks(place) for place in path[:-1]) for path in found)
            assert questions <= 9, f"{entry.reading}: nobody answers {questions} questions"
    assert ends >= {"@solved"}
    assert ends & {"@order", "@check"}


@pytest.mark.parametrize("product", TREES)
def test_solved_is_only_reached_by_testing_the_line_again(product: str) -> None:
    for node in TREES[product].nodes.values():
        if "@solved" in targets(node):
            assert node.is_test, node.id


@pytest.mark.parametrize("product", TREES)
def test_every_question_can_be_put_in_plainer_words_or_skipped(product: str) -> None:
    for node in TREES[product].nodes.values():
        if node.ask and node.tried is None:
            assert {s for a in node.answers for s in a.signals} >= {"affirm", "deny"}, node.id


def test_every_reading_of_a_service_has_its_start() -> None:
    for tree in TREES.values():
        known = load_readings()[tree.service].names()
        assert {entry.reading for entry in tree.entries} == known | {"unknown"}, tree.product
    assert TREES["broadband"].start_for("never seen before") == "lights"


PICTURES = FOLDER / "pictures"


def test_every_picture_exists() -> None:
    for tree in TREES.values():
        for node in tree.nodes.values():
            if node.image:
                assert (PICTURES / node.image.removeprefix("/static/")).exists(), node.image


@pytest.mark.parametrize(
    ("intent", "text", "product"),
    [
        ("report_broadband_fault", "宽带上不了网", "broadband"),
        ("report_broadband_fault", "家里断网了", "broadband"),
        ("report_broadband_fault", "光猫红灯亮了 上不了网", "broadband"),
        ("report_broadband_fault", "网太卡了", "broadband_slow"),
        ("report_broadband_fault", "网速慢得像蜗牛", "broadband_slow"),
        ("report_broadband_fault", "打游戏延迟很高", "broadband_slow"),
        ("report_broadband_fault", "300兆的宽带只有20兆", "broadband_slow"),
        ("report_broadband_fault", "wifi连不上", "wifi"),
        ("report_broadband_fault", "Wi-Fi 连不上", "wifi"),
        ("report_broadband_fault", "无线路由器搜不到信号", "wifi"),
        ("report_broadband_fault", "WIFI密码忘了连不上", "wifi"),
        ("report_broadband_fault", "有线没网 wifi也没网 光猫红灯", "broadband"),
        ("report_iptv_fault", "电视看不了", "iptv"),
        ("report_mobile_fault", "手机没信号", "mobile"),
        ("report_landline_fault", "座机没声音", "landline"),
        ("ask_outage", "是不是片区故障", "broadband"),
        ("ask_outage", "附近基站坏了吗 手机都没信号", "mobile"),
        ("greet", "你好", None),
    ],
)
def test_the_words_of_a_report_choose_the_tree(intent: str, text: str, product: str | None) -> None:
    rules = CHOICES.get(intent)
    assert (None if rules is None else choose_tree(rules, text)) == product


def folder_with(tmp_path: Path, file: str, change: Callable[[dict[str, Any]], None]) -> Path:
    """All data files, one of them changed."""
    for path in FOLDER.glob("*.yml"):
        shutil.copy(path, tmp_path)
    data = yaml.safe_load((FOLDER / file).read_text(encoding="utf8"))
    change(data)
    (tmp_path / file).write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf8")
    return tmp_path


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
            to=[{"label": "能", "go": "retest", "match": ["(能"]}, {"label": "不", "go": "power"}],
        ),
        "nodes.wired.answers.0.match",
        "is no regular expression",
    ),
    (
        set_in(*WIRED, "answers", to=[{"label": "能", "go": "retest", "signals": ["maybe"]}]),
        "nodes.wired.answers.0.signals.0",
        "Input should be",
    ),
    (without("texts", "line_los"), "texts.line_los", "is missing"),
    (set_in("service", to="gas"), "service", "Input should be"),
    (set_in("order", to="parcel"), "order", "Input should be"),
    (set_in("healthy", to=["fine"]), "healthy", "'fine' is none of"),
    (set_in("entries", "fine", to="wired"), "entries.fine", "no such reading"),
    (set_in("entries", "ok", to="@tree:radio"), "entries.ok", "hands over to 'radio'"),
    (set_in(*WIRED, "tried", to="@tree:wifi/roof"), "nodes.wired", "no node of that tree"),
    (set_in(*WIRED, "from_report", to="(("), "nodes.wired.from_report", "no regular expression"),
    (
        set_in("nodes", "after_fibre", "from_report", to="."),
        "nodes.after_fibre.from_report",
        "no answer has phrases",
    ),
    (set_in("texts", "line_los", to="{colour}"), "texts.line_los", "{colour}"),
    (
        set_in("nodes", "retest_failed", "go", to="retest"),
        "nodes.retest",
        "leads back to itself without a question",
    ),
    (set_in("nodes", "retest_failed", "say", to="{oops}"), "nodes.retest_failed.say", "{oops}"),
    (set_in("texts", "ordered", to="{order}"), "texts.ordered", "{order}"),
    (set_in("texts", "suspended", to="100 {"), "texts.suspended", "'{'"),
]


@pytest.mark.parametrize(("change", "key", "problem"), BROKEN, ids=[b[1] for b in BROKEN])
def test_a_wrong_tree_is_refused_with_file_node_and_reason(
    tmp_path: Path, change: Change, key: str, problem: str
) -> None:
    with pytest.raises(BadData) as caught:
        load_trees(folder_with(tmp_path, "broadband.yml", change))
    assert (caught.value.file, caught.value.key) == ("broadband.yml", key)
    assert problem in caught.value.problem


def test_two_trees_cannot_play_ping_pong(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, "broadband.yml", set_in("entries", "ok", to="@tree:wifi"))
    with pytest.raises(BadData) as caught:
        load_trees(folder)
    assert "asks nothing itself" in caught.value.problem


def test_a_product_has_one_tree(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, "wifi.yml", set_in("product", to="iptv"))
    with pytest.raises(BadData):
        load_trees(folder)


@pytest.mark.parametrize(
    ("change", "key", "problem"),
    [
        (
            set_in("intents", "report_iptv_fault", to=[{"tree": "radio"}]),
            "intents.report_iptv_fault",
            "no tree 'radio'",
        ),
        (
            set_in("intents", "report_iptv_fault", to=[{"tree": "iptv", "match": ["a"]}]),
            "intents.report_iptv_fault",
            "the last rule must be the default",
        ),
        (set_in("intents", "report_iptv_fault", to=[]), "intents.report_iptv_fault", "default"),
        (
            set_in(
                "intents", "ask_outage", to=[{"tree": "iptv", "match": ["("]}, {"tree": "iptv"}]
            ),
            "intents.ask_outage.match",
            "no regular expression",
        ),
    ],
)
def test_wrong_choice_rules_are_refused(
    tmp_path: Path, change: Change, key: str, problem: str
) -> None:
    with pytest.raises(BadData) as caught:
        load_choices(TREES, folder_with(tmp_path, "choice.yml", change))
    assert (caught.value.file, caught.value.key) == ("choice.yml", key)
    assert problem in caught.value.problem


@pytest.mark.parametrize(
    ("change", "key", "problem"),
    [
        (without("mobile"), "mobile", "Field required"),
        (
            set_in("iptv", "conditions", to=[{"name": "ok", "when": {}}]),
            "iptv.conditions.0",
            "taken",
        ),
        (
            set_in("iptv", "conditions", to=[{"name": "odd", "when": {}}]),
            "iptv.conditions.0.when",
            "at least one field",
        ),
        (
            set_in("iptv", "conditions", to=[{"name": "odd", "when": {"colour": True}}]),
            "iptv.conditions.0.when.colour",
            "expected one of",
        ),
        (
            set_in("iptv", "conditions", to=[{"name": "o", "when": {"loss_percent": {}}}]),
            "iptv.conditions.0.when.loss_percent",
            "either below or above",
        ),
        (
            set_in(
                "iptv", "conditions", to=[{"name": "o", "when": {"loss_percent": {"above": "x"}}}]
            ),
            "iptv.conditions.0.when.loss_percent",
            "no such field",
        ),
    ],
)
def test_wrong_readings_are_refused(tmp_path: Path, change: Change, key: str, problem: str) -> None:
    with pytest.raises(BadData) as caught:
        load_readings(folder_with(tmp_path, "readings.yml", change))
    assert (caught.value.file, caught.value.key) == ("readings.yml", key)
    assert problem in caught.value.problem


@pytest.mark.parametrize(
    ("file", "text", "key"),
    [
        ("broadband.yml", "product: ]", "line 1"),
        ("broadband.yml", "- a list", "file"),
        ("broadband.yml", "", "file"),
        (PHRASES_FILE, "phrases: {}", "closing"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(
    tmp_path: Path, file: str, text: str, key: str
) -> None:
    for path in FOLDER.glob("*.yml"):
        shutil.copy(path, tmp_path)
    (tmp_path / file).write_text(text)
    with pytest.raises(BadData) as caught:
        load_trees(tmp_path)
    assert (caught.value.file, caught.value.key) == (file, key)


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (set_in("phrases", "tried", to=["("]), "phrases.tried"),
        (set_in("phrases", "perhaps", to=["a"]), "phrases.perhaps.[key]"),
        (set_in("closing", "confirm", "agree", "match", to=["("]), "closing.confirm.agree.match"),
        (without("closing", "visit", "decline"), "closing.visit"),
        (set_in("closing", "earliest", to=["("]), "closing.earliest"),
    ],
)
def test_wrong_shared_phrases_are_refused(tmp_path: Path, change: Change, key: str) -> None:
    with pytest.raises(BadData) as caught:
        load_trees(folder_with(tmp_path, PHRASES_FILE, change))
    assert (caught.value.file, caught.value.key) == (PHRASES_FILE, key)


def test_a_folder_without_the_shared_phrases_is_refused(tmp_path: Path) -> None:
    shutil.copy(FOLDER / "readings.yml", tmp_path)
    with pytest.raises(BadData, match=r"phrases\.yml: file: is missing"):
        load_trees(tmp_path)
    with pytest.raises(BadData, match=r"readings\.yml: file: is missing"):
        load_trees(tmp_path / "nothing")
