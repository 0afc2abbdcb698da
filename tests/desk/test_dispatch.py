"""派单: on opening and by the upkeep, again when nobody acknowledges; who waits is told why."""

from datetime import UTC, datetime, timedelta

from desk.app import Desk
from desk.model.work_orders import CustomerLevel, Priority, State
from tests.conftest import Moment
from tests.desk.concurrently import at_once
from tests.desk.orders import open_order, order
from tests.desk.talking import Customer

MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # 10:00 in China


def filed(desk: Desk, text: str = "网速慢", name: str = "zhang") -> str:
    here = Customer(desk, name).opens()
    return desk.complaints.file(here, "网络", text, "修好", "13911112222", key=f"f-{name}").number


def test_an_order_is_dispatched_when_it_opens(desk: Desk, moment: Moment) -> None:
    moment.now = MONDAY
    number = filed(desk)
    opened = order(desk, number)
    assert (opened.state, opened.team, opened.assignee) == (
        State.DISPATCHED,
        "complaints",
        "chenyu",
    )
    assert (opened.owner, opened.skill) == ("bot", "投诉处理")
    view = desk.work_order_view.one(number)
    assert {c["label"]: c["state"] for c in view["clocks"]}["派单"] == "met"
    assert view["history"][-2]["text"] == "已派单，等待处理人接单：chenyu（投诉派投诉组）"


def test_load_is_shared(desk: Desk, moment: Moment) -> None:
    moment.now = MONDAY
    people = [order(desk, filed(desk, name=f"c{n}")).assignee for n in range(4)]
    assert people == ["chenyu", "lixiao", "chenyu", "lixiao"]


def test_language_and_level_count(desk: Desk, moment: Moment) -> None:
    moment.now = MONDAY
    cantonese = order(desk, filed(desk, "我屋企嘅宽带好慢", "yue"))
    assert (cantonese.language, cantonese.assignee) == ("yue", "lixiao")
    vip = Customer(desk, "zhao")
    here = vip.opens()
    vip.proves_identity(here, "13800000003")
    number = desk.complaints.file(here, "网络", "网速慢", "修好", "13800000003", key="v").number
    found = order(desk, number)
    assert (found.level, found.priority) == (CustomerLevel.VIP, Priority.IMPORTANT)
    assert (found.area, found.assignee) == ("高新区", "lixiao")


def test_the_elderly_come_first(desk: Desk, moment: Moment) -> None:
    moment.now = MONDAY
    old = Customer(desk, "old")
    here = old.opens()
    old.hears(old.says("我年纪大了，听不懂，你慢点说"), "好的")
    number = desk.complaints.file(here, "网络", "网速慢", "修好", "13911112222", key="o").number
    found = order(desk, number)
    assert (found.level, found.priority) == (CustomerLevel.ELDERLY, Priority.IMPORTANT)


def test_nobody_on_shift_it_waits_and_says_why(desk: Desk, moment: Moment) -> None:
    number = filed(desk)  # Saturday 20:00
    waiting = desk.work_order_view.one(number)
    assert (waiting["state"], waiting["waiting"]) == ("new", "off_shift")
    assert waiting["history"][-2]["text"] == "等待派单：现在没有人当班，11月22日 09:00 有人上班"
    moment.pass_time(minutes=5)
    assert desk.order_upkeep.sweep() == 1
    assert len(desk.work_order_view.one(number)["history"]) == len(waiting["history"])
    moment.now = MONDAY
    desk.order_upkeep.sweep()
    taken = desk.work_order_view.one(number)
    assert (taken["state"], taken["assignee"], taken["waiting"]) == ("dispatched", "chenyu", None)


def test_at_night_the_network_is_watched(desk: Desk, moment: Moment) -> None:
    for hour in (12, 19):  # 20:00 and 03:00 in China
        moment.now = MONDAY.replace(hour=hour)
        here = Customer(desk, f"n{hour}").opens()
        number = open_order(desk, here, service="mobile", marks=["网络核查（无需上门）"])
        assert order(desk, number).assignee == "zhuguan"
    moment.now = MONDAY
    here = Customer(desk, "day").opens()
    number = open_order(desk, here, service="mobile", marks=["网络核查（无需上门）"])
    assert order(desk, number).assignee == "chenyu"


def test_not_acknowledged_it_goes_to_another_then_to_the_lead(desk: Desk, moment: Moment) -> None:
    moment.now = MONDAY
    number = filed(desk)
    moment.pass_time(minutes=119)
    desk.levels.sweep()
    assert order(desk, number).assignee == "chenyu"
    moment.pass_time(minutes=2)
    at_once(desk.levels.sweep, desk.levels.sweep)
    assert order(desk, number).assignee == "lixiao"
    moment.pass_time(minutes=121)
    desk.levels.sweep()
    assert order(desk, number).assignee == "zhuguan"
    history = [event["text"] for event in desk.work_order_view.one(number)["history"]]
    assert "升级到主管：多次派单无人接单，转交负责人" in history
    moment.pass_time(hours=2)
    desk.levels.sweep()
    assert order(desk, number).assignee == "zhuguan"
    with desk.store.reading() as session:
        clocks = [c for c in desk.levels.folded(session, number).clocks if c.kind == "acknowledge"]
    assert [clock.state for clock in clocks] == ["late", "late", "breached"]
    desk.work_orders.move(number, State.ACKNOWLEDGED, actor="zhuguan")
    moment.pass_time(days=1)
    assert desk.order_upkeep.sweep() == 0


def test_acknowledged_it_stays(desk: Desk, moment: Moment) -> None:
    moment.now = MONDAY
    number = filed(desk)
    desk.work_orders.move(number, State.ACKNOWLEDGED, actor="chenyu")
    moment.pass_time(hours=3)
    assert desk.order_upkeep.sweep() == 0
    assert order(desk, number).owner == "chenyu"


def test_two_sweepers_ask_once(desk: Desk, moment: Moment) -> None:
    number = filed(desk)
    moment.now = MONDAY
    done = at_once(desk.order_upkeep.sweep, desk.order_upkeep.sweep)
    assert sorted(done) == [0, 1]  # type: ignore[type-var]
    moves = [e for e in desk.journal.after(0) if e.type == "WorkOrderMoved"]
    assert len(moves) == 1 and order(desk, number).assignee == "chenyu"


def test_a_vip_is_called_an_hour_before_the_visit(desk: Desk, moment: Moment) -> None:
    moment.now = MONDAY
    zhao = Customer(desk, "zhao")
    here = zhao.opens()
    zhao.proves_identity(here, "13800000003")
    number = open_order(desk, here, service="broadband")
    starts = moment.now + timedelta(hours=4)  # 14:00
    slot = f"{starts.date()}/14:00"
    desk.visits.move(here, number, slot, key="v")
    assert order(desk, number).assignee == "高新一组"
    moment.now = starts - timedelta(minutes=76)
    assert desk.timers.sweep() == 0
    moment.now = starts - timedelta(minutes=75)
    assert desk.timers.sweep() == 1
    callback = desk.work_order_view.listed("open", "HF")[0]
    view = desk.work_order_view.one(callback["number"])
    assert callback["promised_at"] == starts - timedelta(hours=1)
    assert number in view["description"] and "14–16点" in view["description"]
    assert (view["state"], view["assignee"]) == ("dispatched", "lixiao")
    assert [(link["label"], link["number"]) for link in view["links"]] == [("后续于", number)]
