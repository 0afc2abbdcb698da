"""The operator's figures: what the standard says is there, and a wrong file is refused by name."""

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from desk.model.errors import BadData
from desk.model.service_levels import Span
from desk.policies import FOLDER, load_policies

FIGURES: dict[tuple[str, str, str], dict[str, Any]] = {
    ("handoff", "first_response", "normal"): {"hours": 0.25},
    ("handoff", "first_response", "important"): {"hours": 0.5},
    ("handoff", "first_response", "urgent"): {"hours": 5 / 60},
    ("repair", "dispatch_centre", "urgent"): {"hours": 1},
    ("repair", "dispatch", ""): {"hours": 0.5},
    ("repair", "acknowledge", ""): {"hours": 0.5},
    ("repair", "on_site", ""): {"hours": 24},
    ("repair", "restore", "town"): {"hours": 48},
    ("repair", "restore", "country"): {"hours": 72},
    ("business", "acknowledge", ""): {"hours": 2},
    ("complaint", "acknowledge", ""): {"hours": 2},
    ("callback", "acknowledge", ""): {"hours": 2},
    ("complaint", "return_visit", ""): {"hours": 24},
    ("repair", "return_visit", ""): {"hours": 24},
    ("repair", "survey", ""): {"hours": 24},
    ("repair", "low_score", ""): {"same_day": True},
    ("repair", "problem", "normal"): {"hours": 24},
    ("repair", "problem", "urgent"): {"hours": 2},
    ("repair", "problem_told", "urgent"): {"hours": 10 / 60},
    ("business", "follow_up", ""): {"hours": 72},
    ("callback", "feedback", ""): {"hours": 24},
    ("business", "contact", ""): {"working_days": 1},
    ("business", "handling", "normal"): {"hours": 8},
    ("business", "handling", "important"): {"hours": 4},
    ("business", "handling", "urgent"): {"hours": 2},
    ("callback", "first_answer", ""): {"hours": 24},
    ("callback", "full_answer", ""): {"hours": 48},
    ("complaint", "first_contact", ""): {"hours": 2},
    ("complaint", "proposal", ""): {"hours": 24},
    ("complaint", "statutory_answer", ""): {"hours": 15 * 24},
    ("complaint", "first_result", "general"): {"working_days": 1},
    ("complaint", "first_result", "serious"): {"working_days": 2},
    ("complaint", "first_result", "major"): {"working_days": 3},
    ("complaint", "close", "general"): {"working_days": 5},
    ("complaint", "close", "serious"): {"working_days": 7},
    ("complaint", "close", "major"): {"working_days": 10},
}


def test_the_figures_are_those_of_the_service_standard() -> None:
    levels = load_policies().service_levels
    (file,) = levels.versions.values()
    figures = {
        (kind, name, value): length.span
        for kind, subject in file.subjects.items()
        for name, clock in subject.clocks.items()
        for value, length in clock.lengths[1].items()
    }
    assert {key: figures[key] for key in FIGURES} == {
        key: Span(**span) for key, span in FIGURES.items()
    }


BROKEN: list[tuple[str, tuple[str, ...], Any, str]] = [
    ("identity", ("code_digits",), 3, "greater than or equal to 4"),
    ("identity", ("code_digits",), "sechs", "valid integer"),
    ("identity", ("colour",), "red", "Extra inputs are not permitted"),
    ("identity", ("max_attempts",), None, "valid integer"),
    ("identity", ("code_text",), "验证码 {kode}", "{kode}"),
    ("complaints", ("repeat_days",), 0, "greater than or equal to 1"),
    ("complaints", ("categories",), [{"name": "网络", "match": ["("]}], "regular expression"),
    ("working_days", ("days_off",), ["2026-13-01"], "valid date"),
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
    with pytest.raises(BadData, match=r"working_days\.yml: file: is missing"):
        load_policies(tmp_path)


def test_a_broken_file_is_named_with_its_line(tmp_path: Path) -> None:
    shutil.copytree(FOLDER, tmp_path, dirs_exist_ok=True)
    (tmp_path / "identity.yml").write_text("code_digits: 6\ncode_text: [")
    with pytest.raises(BadData, match=r"identity\.yml: line [23]: "):
        load_policies(tmp_path)


def test_a_day_cannot_be_off_and_worked(tmp_path: Path) -> None:
    shutil.copytree(FOLDER, tmp_path, dirs_exist_ok=True)
    days = "days_off: [2027-01-02]\ndays_worked: [2027-01-02]\nannounced: []\n"
    (tmp_path / "working_days.yml").write_text(days)
    with pytest.raises(BadData, match=r"working_days\.yml: .*2027-01-02 is a day off and a day w"):
        load_policies(tmp_path)
