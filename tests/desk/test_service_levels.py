"""Service-level files: a wrong one is refused by key, versions take turns, calendars are built."""

import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from desk.model.errors import BadData
from desk.model.service_levels import Facts, Span
from desk.policies import FOLDER
from desk.ports.working_days import ChinaWorkingDays
from desk.service_levels import level_policy, load_levels, policy_book, read_level

CHINA = ZoneInfo("Asia/Shanghai")
LEVELS = FOLDER / "service_levels"
FILE = LEVELS / "2026-01-01.yml"

ON_SITE = ("subjects", "repair", "clocks", "on_site")
OFFICE = ("calendars", "office")
BROKEN: list[tuple[tuple[str | int, ...], Any, str]] = [
    (("effective_from",), "soon", "valid date"),
    (("colour",), "red", "Extra inputs"),
    (("subjects", "repair", "promise"), {"visit": "tomorrow"}, "'tomorrow' is no clock of it"),
    (("subjects", "repair", "promise"), {"visit": "on_site"}, "network_check"),
    (("subjects", "complaint"), None, "lacks complaint, which the desk opens"),
    (("subjects", "complaint", "clocks", "close"), None, "lacks close, which the desk asks for"),
    ((*ON_SITE, "span"), {"hours": -1}, "greater than or equal to 0"),
    ((*ON_SITE, "span"), {"weeks": 1}, "Extra inputs"),
    ((*ON_SITE, "span"), {}, "above 0"),
    ((*ON_SITE, "span"), {"hours": 1, "working_days": 1}, "or else working_days"),
    ((*ON_SITE, "by_priority"), {"normal": {"hours": 1}}, "expected one of span"),
    ((*ON_SITE, "calendar"), "lunar", "'lunar' is no calendar"),
    ((*ON_SITE, "span"), {"working_days": 1}, "always knows no working days"),
    ((*ON_SITE, "ladder"), "rope", "'rope' is no ladder"),
    ((*ON_SITE, "matters"), ["picnic"], "'picnic' is no matter"),
    ((*ON_SITE, "starts"), ["arrived"], "'arrived' is no state"),
    ((*ON_SITE, "starts"), [], "at least 1 item"),
    ((*ON_SITE, "warn"), {"share": 1.5}, "less than 1"),
    ((*ON_SITE, "warn"), {"share": 0.5, "before": {"hours": 1}}, "either share or before"),
    ((*ON_SITE, "warn"), {"before": {"working_days": 1}}, "expected minutes, hours or days"),
    ((*ON_SITE, "label"), "", "at least 1 character"),
    (("ladders", "visit"), [{"at": "breach", "tell": "king"}], "'king' is no role"),
    (("ladders", "visit"), [{"tell": "owner"}], "either at or after"),
    ((*OFFICE, "week", "mon"), ["9-12"], "from-until such as 09:00-12:00"),
    ((*OFFICE, "week", "mon"), ["12:00-09:00"], "from-until such as"),
    ((*OFFICE, "week", "mon"), ["09:00-12:00", "11:00-18:00"], "without overlap"),
    ((*OFFICE, "week"), {}, "a week with openings"),
    ((*OFFICE, "open"), "sometimes", "'always', 'working_days' or 'hours'"),
    (
        ("subjects", "complaint", "clocks", "close", "by_severity"),
        {"general": {"working_days": 5}},
        "no limits for serious, major",
    ),
]


def written(path: Path, keys: tuple[str | int, ...], value: Any) -> Path:
    """The real file with one key changed, or left out."""
    data = yaml.safe_load(FILE.read_text(encoding="utf8"))
    place = data
    for key in keys[:-1]:
        place = place[key]
    if value is None:
        del place[keys[-1]]
    else:
        place[keys[-1]] = value
    path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf8")
    return path


@pytest.mark.parametrize(("keys", "value", "problem"), BROKEN)
def test_a_wrong_file_is_refused_with_key_and_expectation(
    tmp_path: Path, keys: tuple[str | int, ...], value: Any, problem: str
) -> None:
    with pytest.raises(BadData) as caught:
        read_level(written(tmp_path / "new.yml", keys, value))
    assert caught.value.file == "new.yml"
    assert caught.value.key.split(".")[0] == keys[0]
    assert problem in caught.value.problem


def test_two_versions_do_not_begin_on_the_same_day(tmp_path: Path) -> None:
    shutil.copy(FILE, tmp_path / "a.yml")
    shutil.copy(FILE, tmp_path / "b.yml")
    with pytest.raises(BadData, match=r"b\.yml: effective_from: 2026-01-01 is also that of a"):
        load_levels(tmp_path)


def test_no_version_at_all(tmp_path: Path) -> None:
    with pytest.raises(BadData, match="holds no version"):
        load_levels(tmp_path)


def test_the_version_in_force_is_that_of_the_day(tmp_path: Path) -> None:
    shutil.copy(FILE, tmp_path / "first.yml")
    written(tmp_path / "anew.yml", ("effective_from",), date(2026, 12, 1))
    book = policy_book(load_levels(tmp_path), CHINA, ChinaWorkingDays())
    assert [
        book.on(day).version
        for day in (date(2020, 1, 1), date(2026, 11, 30), date(2026, 12, 1), date(2030, 1, 1))
    ] == ["first", "first", "anew", "anew"]


def test_what_the_length_depends_on() -> None:
    policy = level_policy("v", read_level(FILE), CHINA, ChinaWorkingDays())

    def span(clock: str, facts: Facts) -> Span | None:
        found = policy.clock(facts, clock)
        return found and found[1]

    handling = [span("handling", Facts("business", "handling", p)) for p in ("normal", "urgent")]
    assert handling == [Span(hours=8), Span(hours=2)]
    town, country = (span("restore", Facts("repair", place=p)) for p in ("town", "country"))
    assert (town, country) == (Span(hours=48), Span(hours=72))
    assert span("close", Facts("complaint", severity="major")) == Span(working_days=10)
    assert span("dispatch_centre", Facts("repair")) is None
    assert span("dispatch_centre", Facts("repair", priority="urgent")) == Span(hours=1)
    assert span("on_site", Facts("repair", "network_check")) is None
    assert policy.promise(Facts("repair")) == "on_site"
    assert policy.promise(Facts("repair", "network_check")) == "network_check"


def test_office_hours_from_the_file(tmp_path: Path) -> None:
    keys = ("subjects", "business", "clocks", "handling", "calendar")
    file = read_level(written(tmp_path / "new.yml", keys, "office"))
    policy = level_policy("v", file, CHINA, ChinaWorkingDays())
    found = policy.clock(Facts("business", "handling"), "handling")
    assert found is not None
    rule, length = found
    friday = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)  # 17:00 in China: one hour is left
    assert length.end(rule.calendar, friday) - friday == timedelta(days=3, hours=0.5)
