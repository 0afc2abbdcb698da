"""The operator's figures: what the standard says is there, and a wrong file is refused by name."""

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from desk.model.errors import BadData
from desk.model.sla import Span
from desk.policies import FOLDER, load_policies


def test_the_figures_are_those_of_the_service_standard() -> None:
    levels = load_policies().service_levels
    assert levels.handoff.first_response.span == Span(hours=0.25)
    assert levels.repair.dispatch.span == Span(hours=0.5)
    assert levels.repair.on_site.span == Span(hours=24)
    assert levels.repair.restore.span == Span(hours=48)
    assert levels.complaint.first_contact.span == Span(hours=2)
    assert levels.complaint.proposal.span == Span(hours=24)
    days = {
        str(severity): (limits.first_result.working_days, limits.close.working_days)
        for severity, limits in levels.complaint.severities.items()
    }
    assert days == {"general": (1, 5), "serious": (2, 7), "major": (3, 10)}


def test_every_clock_has_a_chinese_label() -> None:
    levels = load_policies().service_levels
    clocks = {"first_response", "first_result", "close"}
    clocks |= set(type(levels.repair).model_fields) | set(type(levels.complaint).model_fields)
    clocks |= set(type(levels.business).model_fields) | {"urged"}
    assert set(levels.clock_labels) == clocks - {"promise", "severities"}


BROKEN: list[tuple[str, tuple[str, ...], Any, str]] = [
    ("identity", ("code_digits",), 3, "greater than or equal to 4"),
    ("identity", ("code_digits",), "sechs", "valid integer"),
    ("identity", ("colour",), "red", "Extra inputs are not permitted"),
    ("identity", ("max_attempts",), None, "valid integer"),
    ("identity", ("code_text",), "验证码 {kode}", "{kode}"),
    ("service_levels", ("repair", "on_site"), {"hours": -1}, "greater than or equal to 0"),
    ("service_levels", ("repair", "on_site"), {"days": 1}, "Extra inputs"),
    ("service_levels", ("repair", "promise"), "tomorrow", "Input should be"),
    ("service_levels", ("complaint", "promise"), "on_site", "Input should be"),
    (
        "service_levels",
        ("complaint", "severities"),
        {"tiny": {"first_result": {}, "close": {}}},
        "Input should be",
    ),
    ("service_levels", ("complaint", "severities"), {}, "general"),
    ("complaints", ("repeat_days",), 0, "greater than or equal to 1"),
    ("complaints", ("categories",), [{"name": "网络", "match": ["("]}], "regular expression"),
    ("handoff", ("agent_taken",), "我是{name}", "{name}"),
]


@pytest.mark.parametrize(("name", "keys", "value", "problem"), BROKEN)
def test_a_wrong_figure_is_refused_with_file_and_key(
    tmp_path: Path, name: str, keys: tuple[str, ...], value: Any, problem: str
) -> None:
    shutil.copytree(FOLDER, tmp_path, dirs_exist_ok=True)
    path = tmp_path / f"{name}.yml"
    data = yaml.safe_load(path.read_text(encoding="utf8"))
    place = data
    for key in keys[:-1]:
        place = place[key]
    place[keys[-1]] = value
    path.write_text(yaml.safe_dump(data, allow_unicode=True))
    with pytest.raises(BadData) as caught:
        load_policies(tmp_path)
    assert caught.value.file == path.name
    assert caught.value.key.startswith(".".join(keys))
    assert problem in caught.value.problem


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadData, match=r"service_levels\.yml: file: is missing"):
        load_policies(tmp_path)


def test_a_broken_file_is_named_with_its_line(tmp_path: Path) -> None:
    shutil.copytree(FOLDER, tmp_path, dirs_exist_ok=True)
    (tmp_path / "identity.yml").write_text("code_digits: 6\ncode_text: [")
    with pytest.raises(BadData, match=r"identity\.yml: line [23]: "):
        load_policies(tmp_path)
