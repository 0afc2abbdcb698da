"""派单规则: who fits an order, and why nobody does. Pure."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from desk.dispatch_policy import When
from desk.model.dispatch import (
    Chosen,
    Need,
    Nobody,
    Team,
    TeamMember,
    Why,
    choose,
    covering,
    next_shift,
    works_at,
)
from desk.model.errors import BadData
from desk.model.work_orders import CustomerLevel, Kind, WorkOrder
from desk.order_policies import load_order_policies
from desk.policies import FOLDER
from desk.team_data import FILE, load_teams

ZONE = ZoneInfo("Asia/Shanghai")


def member(person: str, **given: Any) -> TeamMember:
    values = {"skills": ["光纤"], "languages": ["zh"], "hours": [], "vip": False, "max_open": 4}
    return TeamMember("t", person, **{**values, **given})


ANNA, BO, CAI = (
    member("anna"),
    member("bo", languages=["zh", "yue"], vip=True),
    member("cai", skills=["电视"], max_open=1),
)
ALL = (ANNA, BO, CAI)


@pytest.mark.parametrize(
    ("need", "load", "off", "expected"),
    [
        (Need(), {}, (), "anna"),  # nobody has anything to do: by name
        (Need(), {"anna": 1}, (), "bo"),
        (Need(), {"anna": 1, "bo": 2, "cai": 0}, (), "cai"),
        (Need(skill="光纤"), {"anna": 3, "bo": 3}, (), "anna"),
        (Need(skill="光纤"), {"anna": 4, "bo": 3}, (), "bo"),
        (Need(vip=True), {"bo": 3}, (), "bo"),  # one who serves VIPs, though busier
        (Need(vip=True), {"bo": 4}, (), "anna"),
        (Need(language="yue"), {}, (), "bo"),
        (Need(exclude=frozenset({"anna"})), {}, (), "bo"),
        (Need(skill="无线网络"), {}, (), Why.NO_SKILL),
        (Need(language="en"), {}, (), Why.NO_LANGUAGE),
        (Need(skill="电视", language="yue"), {}, (), Why.NO_LANGUAGE),
        (Need(), {}, ("anna", "bo", "cai"), Why.OFF_SHIFT),
        (Need(), {"anna": 4, "bo": 4, "cai": 1}, (), Why.FULL),
        (Need(exclude=frozenset({"anna", "bo", "cai"})), {}, (), Why.NOBODY),
    ],
)
def test_who_takes_it(
    need: Need, load: dict[str, int], off: tuple[str, ...], expected: str | Why
) -> None:
    chosen = choose(ALL, need, lambda one: one.person not in off, load)
    assert (chosen.person if isinstance(chosen, Chosen) else chosen.why) == expected


def test_who_is_off_shift_says_when_the_first_that_fits_is_back() -> None:
    morning, noon = (datetime(2026, 11, 23, hour, tzinfo=UTC) for hour in (0, 4))
    back = {"anna": noon, "bo": morning, "cai": None}
    found = choose(ALL, Need(), lambda one: False, {}, lambda one: back[one.person])
    assert found == Nobody(Why.OFF_SHIFT, morning)
    assert choose(ALL, Need(), lambda one: True, {"anna": 4, "bo": 4, "cai": 1}) == Nobody(Why.FULL)


def test_without_a_team_there_is_nobody() -> None:
    assert choose((), Need(), lambda one: True, {}) == Nobody(Why.NO_TEAM)


@pytest.mark.parametrize(
    ("group", "area", "codes"),
    [
        ("field", "东", ["east", "any"]),
        ("field", "西", ["any"]),
        ("field", None, ["east", "any"]),
        ("desk", "东", ["desk"]),
        ("none", "东", []),
    ],
)
def test_teams_of_an_area(group: str, area: str | None, codes: list[str]) -> None:
    teams = [
        Team("east", "", "field", ["东"], None),
        Team("any", "", "field", [], None),
        Team("desk", "", "desk", [], None),
    ]
    assert [team.code for team in covering(teams, group, area)] == codes


@pytest.mark.parametrize(
    ("moment", "days", "works"),
    [
        ("2026-11-23T00:30:00+00:00", "all", True),  # Monday 8:30 in China
        ("2026-11-23T00:29:59+00:00", "all", False),
        ("2026-11-23T10:00:00+00:00", "all", False),  # 18:00 is over
        ("2026-11-23T01:00:00+00:00", "working", True),
        ("2026-11-22T01:00:00+00:00", "working", False),  # Sunday
        ("2026-11-22T01:00:00+00:00", "rest", True),
    ],
)
def test_shifts(moment: str, days: str, works: bool) -> None:
    hours = [{"days": days, "from": "08:30:00", "until": "18:00:00"}]

    def is_working_day(day: date) -> bool:
        return day.weekday() < 5

    assert works_at(hours, datetime.fromisoformat(moment), ZONE, is_working_day) is works


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        ("2026-11-20T20:00+08:00", "2026-11-21T09:00+08:00"),  # Friday evening: the weekend
        ("2026-11-21T08:00+08:00", "2026-11-21T09:00+08:00"),
        ("2026-11-22T20:00+08:00", "2026-11-23T08:30+08:00"),  # Sunday evening: Monday
        ("2026-11-23T12:00+08:00", "2026-11-23T13:30+08:00"),  # before the second span of the day
    ],
)
def test_when_the_next_shift_begins(moment: str, opens: str) -> None:
    hours = [
        {"days": "working", "from": "08:30:00", "until": "12:00:00"},
        {"days": "working", "from": "13:30:00", "until": "18:00:00"},
        {"days": "rest", "from": "09:00:00", "until": "17:00:00"},
    ]

    def is_working_day(day: date) -> bool:
        return day.weekday() < 5

    now = datetime.fromisoformat(moment)
    assert next_shift(hours, now, ZONE, is_working_day) == datetime.fromisoformat(opens)
    assert next_shift([], now, ZONE, is_working_day) is None


def repair(**given: Any) -> WorkOrder:
    now = datetime(2026, 11, 21, tzinfo=UTC)
    return WorkOrder("BX261121000001", Kind.REPAIR, now, now, "宽带不通", **given)


@pytest.mark.parametrize(
    ("when", "holds"),
    [
        ({}, True),
        ({"kinds": ["repair"]}, True),
        ({"kinds": ["complaint"]}, False),
        ({"kinds": ["repair"], "levels": ["normal"]}, False),
        ({"levels": ["vip"], "areas": ["城东区"], "services": ["broadband"]}, True),
        ({"services": ["iptv"]}, False),
        ({"marks": ["优先处理", "别的"]}, True),
        ({"marks": ["别的"]}, False),
        ({"match": ["电视", "宽带"]}, True),
        ({"match": ["电视"]}, False),
    ],
)
def test_conditions(when: dict[str, Any], holds: bool) -> None:
    order = repair(area="城东区", service="broadband", level=CustomerLevel.VIP, marks=["优先处理"])
    assert When.model_validate(when).holds(order) is holds


@pytest.mark.parametrize(
    ("file", "path", "value", "named"),
    [
        ("dispatch.yml", ["rules"], [], "rules"),
        ("dispatch.yml", ["rules", 0, "when", "kinds"], ["ticket"], "rules.0.when.kinds"),
        ("dispatch.yml", ["rules", 0, "teem"], "x", "rules.0.teem"),
        ("dispatch.yml", ["skills", 0, "when", "match"], ["("], "skills.0.when.match.0"),
        ("dispatch.yml", ["reasons"], {"full": "满"}, "reasons"),
        ("dispatch.yml", ["vip_call", "description"], "{nummer}", "vip_call.description"),
        ("order_life.yml", ["close_after_days"], {"repair": 3}, "close_after_days"),
        ("order_life.yml", ["close_after_days", "repair"], 0, "close_after_days"),
        ("order_life.yml", ["acknowledge_minutes"], {"repair": 30}, "acknowledge_minutes"),
        ("attachments.yml", ["max_megabytes"], 0, "max_megabytes"),
    ],
)
def test_a_wrong_policy_is_refused(
    tmp_path: Path, file: str, path: list[Any], value: Any, named: str
) -> None:
    for source in FOLDER.glob("*.yml"):
        (tmp_path / source.name).write_bytes(source.read_bytes())
    data = yaml.safe_load((FOLDER / file).read_text(encoding="utf8"))
    inner = data
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    (tmp_path / file).write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf8")
    with pytest.raises(BadData, match=f"^{file}: {named}"):
        load_order_policies(tmp_path)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (("shift: 维修班", "shift: 早班"), "no shift 早班"),
        (("code: field-west", "code: field-east"), "field-east is there twice"),
        (("max_open: 12", "max_open: 0"), "teams.0.members.0.max_open"),
        (("until: '18:00'", "until: '07:00'"), "until must be later"),
    ],
)
def test_a_wrong_team_file_is_refused(tmp_path: Path, change: tuple[str, str], named: str) -> None:
    file = tmp_path / "teams.yml"
    file.write_text(FILE.read_text(encoding="utf8").replace(*change), encoding="utf8")
    with pytest.raises(BadData, match=rf"^teams.yml: .*{named}"):
        load_teams(file)
