"""Whom a conversation is offered to: the choice, the rules of the file, its mistakes."""

from datetime import UTC, datetime
from typing import Any

import pytest
import yaml

from desk.model.errors import BadData
from desk.model.handoff import Reason
from desk.model.routing import Candidate, Need, choose
from desk.policies import FOLDER, load_policies, validate
from desk.routing_policy import RoutingPolicy, load_routing

POLICY = load_routing()


def someone(agent_id: int, **more: Any) -> Candidate:
    known: dict[str, Any] = {
        "skills": frozenset(),
        "areas": frozenset(),
        "languages": frozenset(),
        "capacity": 3,
        "load": 0,
        "idle_since": None,
    }
    sets = {k: frozenset(v) if isinstance(v, list) else v for k, v in more.items()}
    return Candidate(agent_id=agent_id, **{**known, **sets})


def minute(number: int) -> datetime:
    return datetime(2026, 11, 22, 9, number, tzinfo=UTC)


@pytest.mark.parametrize(
    ("need", "people", "anybody", "chosen"),
    [
        ({}, [], False, None),
        ({}, [someone(1)], False, 1),
        ({}, [someone(1, load=3)], False, None),  # full
        ({}, [someone(1, load=1), someone(2)], False, 2),
        ({}, [someone(1, load=2, capacity=6), someone(2, load=2)], False, 1),  # the share counts
        ({}, [someone(1, idle_since=minute(5)), someone(2, idle_since=minute(1))], False, 2),
        ({"skill": "排障"}, [someone(1, skills=["投诉处理"]), someone(2)], False, 2),
        # Who names the skill goes before who has no limit.
        ({"skill": "排障"}, [someone(1), someone(2, skills=["排障"], load=1)], False, 2),
        ({"skill": "排障"}, [someone(1, skills=["投诉处理"])], False, None),
        ({"skill": "排障"}, [someone(1, skills=["投诉处理"])], True, 1),
        ({"area": "城东"}, [someone(1, areas=["城西"]), someone(2, areas=["城东"])], False, 2),
        ({"area": "城东"}, [someone(1, areas=["城西"])], True, 1),
        ({"language": "yue"}, [someone(1, languages=["zh"])], True, None),  # never
        ({"language": "yue"}, [someone(1, languages=["zh", "yue"])], False, 1),
        ({"last_agent": 2}, [someone(1), someone(2, load=2)], False, 2),
        ({"last_agent": 2}, [someone(1), someone(2, load=3)], False, 1),
        ({"exclude": frozenset({1})}, [someone(1), someone(2, load=2)], False, 2),
        ({"only": 2}, [someone(1), someone(2, load=2, skills=["排障"])], False, 2),
        ({"only": 2}, [someone(1), someone(2, load=3)], False, None),  # waited for while there
        ({"only": 2}, [someone(1), someone(2, load=3)], True, 1),
        ({"only": 2}, [someone(1), someone(2)], True, 2),
        ({"only": 2}, [someone(1)], False, 1),  # not there to answer
        ({"only": 2, "skill": "排障"}, [someone(1, skills=["投诉处理"])], False, None),
        ({"passed_by": 1}, [someone(1), someone(2, load=2)], False, 2),
        ({"passed_by": 1, "last_agent": 1}, [someone(1), someone(2, load=2)], False, 2),
        ({"passed_by": 1}, [someone(1)], False, 1),
    ],
)
def test_the_choice(
    need: dict[str, Any], people: list[Candidate], anybody: bool, chosen: int | None
) -> None:
    assert choose(Need(**need), people, anybody=anybody) == chosen


@pytest.mark.parametrize(
    ("reason", "matter", "place"),
    [
        ("asked", None, ("general", None)),
        ("asked", "query_bill", ("general", None)),
        ("asked", "file_complaint", ("complaints", "投诉处理")),
        ("serious_complaint", "report_iptv_fault", ("complaints", "投诉处理")),
        ("asked", "report_iptv_fault", ("technical", "排障")),
        ("diagnosis_failed", None, ("technical", "排障")),
        ("unsupported", "change_package", ("business", "业务办理")),
    ],
)
def test_queue_and_skill(reason: str, matter: str | None, place: tuple[str, str | None]) -> None:
    assert POLICY.place(Reason(reason), matter) == place


@pytest.mark.parametrize(
    ("texts", "language"),
    [
        ([], "zh"),
        (["好的", "上不了网"], "zh"),
        (["冇网络啊", "你好"], "yue"),
        (["my internet is down"], "en"),
        (["691"], "zh"),
        (["BX261121483920"], "zh"),
        (["138 0013 8000"], "zh"),
        (["13800138000 13900139000"], "zh"),
        (["BX261121483920 13800138000"], "zh"),
        (["@@@ ??? !!! ---"], "zh"),
        (["No internet since 9:00!"], "en"),
    ],
)
def test_the_language_is_that_of_the_customer(texts: list[str], language: str) -> None:
    assert POLICY.language(texts) == language


def test_rules_name_matters_that_there_are() -> None:
    named = {matter for rule in POLICY.rules for matter in rule.when.matters}
    assert named <= set(load_policies().handoff.matters)


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        (("default_queue",), "moon", "moon is no queue"),
        (("rules", 0, "queue"), "moon", "moon is no queue"),
        (("rules", 0, "skill"), "唱歌", "唱歌 is no skill"),
        (("rules", 0, "when"), {}, "reasons or matters expected"),
        (("rules", 0, "when"), {"reasons": ["bored"]}, "rules.0.when.reasons"),
        (("offer_seconds",), 1, "offer_seconds"),
        (("missed_before_away",), 0, "missed_before_away"),
        (("colour",), "red", "colour"),
    ],
)
def test_a_wrong_file_is_refused_by_key(key: tuple[str | int, ...], value: Any, told: str) -> None:
    data: Any = yaml.safe_load((FOLDER / "routing.yml").read_text(encoding="utf8"))
    place = data
    for part in key[:-1]:
        place = place[part]
    place[key[-1]] = value
    with pytest.raises(BadData) as refused:
        validate(RoutingPolicy, data, "routing.yml")
    assert "routing.yml" in str(refused.value)
    assert told in str(refused.value)
