"""片区故障: many reports, one incident; one answer; all are told and asked when it is over."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from desk.app import Desk
from desk.model.errors import UnknownIncident
from desk.model.incidents import OutageNews, grade_of
from desk.model.work_orders import Severity, State
from desk.order_policies import load_order_policies
from desk.ports.outage_feed import HttpOutageFeed, read_news
from tests.conftest import Moment
from tests.desk.concurrently import at_once
from tests.desk.orders import move, open_order, order, repair_of
from tests.desk.talking import Customer

MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # 10:00 in China
EAST = "城东区"


def heard(desk: Desk, name: str) -> list[str]:
    said = desk.conversations.history("rest", name)[1]
    return [message.text for message in said if message.author == "system"]


def parent(desk: Desk, number: str) -> str | None:
    links = desk.work_order_view.one(number)["links"]
    found = [link["number"] for link in links if link["kind"] == "parent_incident"]
    return found[0] if found else None


def known(desk: Desk, area: str = EAST) -> list[str]:
    conversation = Customer(desk, "asker").opens()
    return [one.text for one in desk.outages.at(conversation, area).incidents]


def test_the_fifth_report_makes_an_incident_and_the_sixth_hangs_under_it(
    desk: Desk, moment: Moment
) -> None:
    moment.now = MONDAY
    numbers = []
    for count in range(5):
        assert known(desk) == []
        numbers.append(repair_of(desk, f"c{count}"))
        moment.pass_time(minutes=5)
    incident = parent(desk, numbers[0])
    assert incident is not None and incident.startswith("GZ")
    numbers.append(repair_of(desk, "c5"))
    assert {parent(desk, number) for number in numbers} == {incident}
    assert known(desk) == ["5 户报修，正在核查"]
    last = desk.work_order_view.one(numbers[-1])
    assert (last["state"], last["waiting"]) == ("new", "incident")
    assert {c["label"]: c["state"] for c in last["clocks"]}["派单"] == "met"
    for count in range(6):
        (told,) = heard(desk, f"c{count}")
        assert "城东区的宽带出现大面积故障" in told and "14:20" in told
    assert desk.incident_view.listed()[0]["orders"] == 6


@pytest.mark.parametrize(
    ("what", "minutes"),
    [
        ([("a", EAST, "broadband")] * 5, 1),  # one household
        ([(f"c{n}", EAST, "broadband") for n in range(5)], 8),  # too slowly
        ([(f"c{n}", EAST, "broadband") for n in range(4)] + [("x", "城西区", "broadband")], 1),
        ([(f"c{n}", EAST, "broadband") for n in range(4)] + [("x", EAST, "iptv")], 1),
        ([(f"c{n}", EAST, "mobile") for n in range(7)], 1),  # mobile asks for eight
    ],
)
def test_what_is_no_incident(
    sqlite_desk: Desk, moment: Moment, what: list[tuple[str, str, str]], minutes: int
) -> None:
    moment.now = MONDAY
    for name, area, service in what:
        repair_of(sqlite_desk, name, area, service)
        moment.pass_time(minutes=minutes)
    assert sqlite_desk.incident_view.listed() == []


def test_reports_at_the_same_instant_make_one_incident(desk: Desk, moment: Moment) -> None:
    moment.now = MONDAY
    for count in range(4):
        repair_of(desk, f"c{count}")
    there = [Customer(desk, f"d{n}").opens() for n in range(4)]
    at_once(
        *(
            lambda one=one: open_order(desk, one, area=EAST, service="broadband", phone=None)
            for one in there
        )
    )
    (incident,) = desk.incident_view.listed()
    assert incident["orders"] == 8


def test_everybody_is_told_and_asked_when_it_is_over(desk: Desk, moment: Moment) -> None:
    moment.now = MONDAY
    first = repair_of(desk, "c0")
    number = desk.incidents.open(EAST, ["broadband"], "光缆中断", expected_end=None, actor="cli")
    waiting, at_work = repair_of(desk, "c1"), repair_of(desk, "c2")
    desk.work_orders.assign(at_work, team=None, person="城东一组", actor="cli", why="抢修")
    move(desk, at_work, State.ACKNOWLEDGED, State.IN_PROGRESS)
    moment.pass_time(hours=1)
    assert desk.order_upkeep.sweep() == 0
    assert desk.incidents.recover(number, actor="cli") == 3
    assert desk.incidents.recover(number, actor="cli") == 3
    sorted(at_once(desk.order_upkeep.sweep, desk.order_upkeep.sweep))  # type: ignore[type-var]
    assert [order(desk, one).state for one in (first, waiting, at_work)] == [
        State.RESOLVED,
        State.RESOLVED,
        State.IN_PROGRESS,
    ]
    for name in ("c0", "c1"):
        assert heard(desk, name)[-1].startswith("城东区的宽带故障已恢复。请试一下")
    assert known(desk) == []
    moment.pass_time(days=3)
    desk.order_upkeep.sweep()
    assert order(desk, first).state is State.CLOSED
    later = repair_of(desk, "c9")
    assert parent(desk, later) is None


def test_who_asks_during_it_gets_one_answer_and_is_told_when_it_is_over(
    desk: Desk, moment: Moment
) -> None:
    moment.now = MONDAY
    number = desk.incidents.open(EAST, [], "光缆中断", expected_end=None, actor="cli")
    wang = Customer(desk, "wang")
    here = wang.opens()
    wang.proves_identity(here, "13800000001")
    turn = desk.diagnosis.start(here, "broadband", key=wang.key())
    assert turn.state == "blocked" and "光缆中断" in turn.prompts[0].text
    assert desk.work_order_view.listed("open", "") == []
    desk.incidents.recover(number, actor="cli")
    assert heard(desk, "wang")[-1].startswith("城东区的网络故障已恢复。请试一下")


def test_clocks_of_an_incident(desk: Desk, moment: Moment) -> None:
    moment.now = MONDAY
    number = desk.incidents.open(EAST, [], "光缆中断", expected_end=None, actor="cli")
    moment.pass_time(hours=2)
    assert desk.levels.sweep() == 1
    breaches = [e for e in desk.journal.after(0) if e.type == "SlaBreached"]
    assert [(e.work_order, e.data["clock"]) for e in breaches] == [(number, "incident_assess")]
    end = moment.now + timedelta(hours=1)
    desk.incidents.assess(number, grade=Severity.MAJOR, expected_end=end, actor="zhuguan")
    (shown,) = desk.incident_view.listed()
    assert (shown["grade"], shown["expected_end"]) == ("重大", end)
    with pytest.raises(UnknownIncident):
        desk.incidents.assess("GZ1", grade=Severity.MAJOR, expected_end=None, actor="cli")


def test_a_passed_time_is_not_told(desk: Desk, moment: Moment) -> None:
    moment.now = MONDAY
    end = moment.now + timedelta(hours=1)
    desk.incidents.open(EAST, [], "光缆中断", expected_end=end, actor="cli")
    conversation = Customer(desk, "asker").opens()
    moment.pass_time(minutes=61)  # 11:01 in China
    (told,) = desk.outages.at(conversation, EAST).incidents
    assert told.expected_end == datetime(2026, 11, 23, 5, 0, tzinfo=UTC)


def feed(desk: Desk, **values: object) -> int:
    outage = {
        "id": "NM-1",
        "area": EAST,
        "services": ["broadband"],
        "text": "主干光缆中断",
        "expected_end": "2026-11-23T14:00:00+08:00",
        **values,
    }
    file = desk.settings.data_dir / "outages.json"
    file.write_text(json.dumps({"outages": [outage]}), encoding="utf8")
    return desk.outage_feed.read()


def test_the_feed_opens_changes_and_ends_an_incident(desk: Desk, moment: Moment) -> None:
    moment.now = MONDAY
    assert desk.outage_feed.read() == 0
    assert [feed(desk), feed(desk)] == [1, 0]
    assert known(desk) == ["主干光缆中断"]
    assert feed(desk, text="正在熔接") == 1
    assert known(desk) == ["正在熔接"]
    assert [feed(desk, recovered=True), feed(desk, recovered=True), feed(desk)] == [1, 0, 0]
    assert known(desk) == []


def test_a_broken_feed_changes_nothing(desk: Desk) -> None:
    (desk.settings.data_dir / "outages.json").write_text("{", encoding="utf8")
    assert desk.outage_feed.read() == 0
    assert HttpOutageFeed("http://127.0.0.1:9/", "t", 0.2).current() == ()


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ([], "outages: expected a list"),
        ({"outages": {}}, "outages: expected a list"),
        ({"outages": [{"id": "a"}]}, "outages.0: expected_end is missing"),
        ({"outages": ["a"]}, "outages.0: "),
        (
            {
                "outages": [
                    {"id": "a", "area": "x", "text": "y", "expected_end": "2026-11-23T14:00"}
                ]
            },
            "outages.0: expected_end has no time zone",
        ),
        (
            {"outages": [{"id": 1, "area": "x", "text": "y", "expected_end": "2026-11-23T14:00Z"}]},
            "outages.0: id, area, text and services must be texts",
        ),
    ],
)
def test_a_wrong_feed_is_refused_by_place(data: object, problem: str) -> None:
    with pytest.raises(ValueError, match=f"^{problem}"):
        read_news(data)


def test_the_shape_of_the_feed() -> None:
    data = {"outages": [{"id": "a", "area": "x", "text": "y", "expected_end": "2026-11-23T14:00Z"}]}
    assert read_news(data) == (
        OutageNews("a", "x", "y", datetime(2026, 11, 23, 14, 0, tzinfo=UTC)),
    )


@pytest.mark.parametrize(
    ("reports", "grade"),
    [
        (0, Severity.GENERAL),
        (19, Severity.GENERAL),
        (20, Severity.SERIOUS),
        (99, Severity.SERIOUS),
        (100, Severity.MAJOR),
    ],
)
def test_grades(reports: int, grade: Severity) -> None:
    assert grade_of(reports, load_order_policies().incidents.grades) is grade
