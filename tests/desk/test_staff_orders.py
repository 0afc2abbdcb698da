"""Orders by the hand of staff, the board they work on, and the clocks a supervisor watches."""

import pytest

from desk.app import Desk
from desk.model.access import Sight
from desk.model.console import BoardFilter, StaffOrder
from desk.model.errors import InvalidPhone, NotYours, UnknownTeam, UnknownWorkOrder
from desk.model.work_orders import Kind, Priority, State
from tests.conftest import Moment
from tests.desk.orders import move, open_order, order, repair_of
from tests.desk.talking import Customer, agent

EVERYWHERE = Sight(0)


def taken(desk: Desk, name: str = "zhang", phone: str | None = None) -> str:
    customer = Customer(desk, name)
    conversation = customer.opens()
    if phone is not None:
        customer.proves_identity(conversation, phone)
    desk.handoff.request(conversation, "asked", key=f"h:{name}")
    desk.handoff.take(conversation, agent(desk))
    return conversation


def numbers(desk: Desk, **chosen: object) -> list[str]:
    page = desk.workplace.board.page(BoardFilter(**chosen), EVERYWHERE)  # type: ignore[arg-type]
    assert page["total"] == len(page["orders"])
    return [row["number"] for row in page["orders"]]


def test_one_order_however_often_the_button_is_pressed(desk: Desk) -> None:
    here, wish = (
        taken(desk, phone="13800000004"),
        StaffOrder("repair", "断断续续", priority="urgent"),
    )
    opened = {desk.workplace.orders.open(here, agent(desk), wish, key="k") for _ in range(3)}
    (number,) = opened
    found = order(desk, number)
    # The customer's own number, and who talks with them answers for it.
    assert (found.contact_phone, found.priority) == ("13800000004", Priority.URGENT)
    assert found.owner == "lixiao"


def test_a_complaint_is_filed_with_its_rules(desk: Desk) -> None:
    here, wish = taken(desk), StaffOrder("complaint", "师傅迟到三小时", phone="13911112222")
    number = desk.workplace.orders.open(here, agent(desk), wish, key="k")
    assert desk.work_order_view.one(number)["marks"][0] == "服务"
    # The same matter again is the same complaint.
    again = desk.workplace.orders.open(here, agent(desk), wish, key="k2")
    assert again == number


@pytest.mark.parametrize("kind", ["repair", "complaint"])
def test_only_for_whom_one_talks_with(desk: Desk, kind: str) -> None:
    here, wish = taken(desk), StaffOrder(kind, "不通", phone="13911112222")
    with pytest.raises(NotYours):
        desk.workplace.orders.open(here, agent(desk, "chenyu"), wish, key="k")
    with pytest.raises(InvalidPhone):
        desk.workplace.orders.open(here, agent(desk), StaffOrder(kind, "不通", "12"), key="k")
    assert numbers(desk, state="all") == []


def test_the_buttons_are_the_steps_one_may_take(desk: Desk) -> None:
    number = open_order(desk, Customer(desk).opens())
    orders, lixiao, lead = desk.workplace.orders, agent(desk), agent(desk, "zhuguan")
    desk.work_orders.assign(number, team="field-east", person="chenyu", actor="cli", why="")

    def steps(who: object) -> list[str]:
        return [str(state) for state, _ in orders.moves_of(number, who)]  # type: ignore[arg-type]

    # Who was not asked does not accept; a repair nobody went to is resolved by a lead only.
    assert steps(lixiao) == ["cancelled"]
    assert steps(agent(desk, "chenyu")) == ["acknowledged", "cancelled"]
    assert steps(lead) == ["acknowledged", "resolved", "cancelled"]
    for state in steps(lead)[:1]:
        desk.work_orders.move(number, State(state), actor="zhuguan")
    assert steps(lixiao) == ["in_progress", "cancelled"]
    with pytest.raises(UnknownWorkOrder):
        orders.moves_of("BX000000000000", lixiao)


def test_given_to_a_team_that_is_there(desk: Desk) -> None:
    number, orders = repair_of(desk, "a"), desk.workplace.orders
    team = desk.workplace.board.choices()["teams"][0]
    orders.assign(number, agent(desk), team["code"], team["people"][0], "就近")
    found = order(desk, number)
    assert (found.team, found.assignee) == (team["code"], team["people"][0])
    for code, person in (("nowhere", None), (team["code"], "没有这个人")):
        with pytest.raises(UnknownTeam):
            orders.assign(number, agent(desk), code, person, "")


def test_a_remark_is_in_the_history_of_staff_only(desk: Desk) -> None:
    conversation = Customer(desk).opens()
    number = open_order(desk, conversation)
    desk.workplace.orders.note(number, agent(desk), "客户下午才在家")
    history = desk.work_order_view.one(number)["history"]
    assert (history[-1]["who"], history[-1]["text"]) == ("lixiao", "说明：客户下午才在家")
    told = desk.work_orders.progress(conversation, number)
    assert not any("下午" in step.text for step in told.history)


def test_the_board_narrows_down(desk: Desk, moment: Moment) -> None:
    east = repair_of(desk, "a", "城东区")
    west = repair_of(desk, "b", "城西区")
    talk = Customer(desk, "c").opens()
    business = open_order(desk, talk, Kind.BUSINESS, matter="request", phone="13955556666")
    with desk.store.writing() as work:
        desk.work_orders.prioritise(work, work.session.merge(order(desk, west)), Priority.URGENT)
    desk.work_orders.assign(east, team="field-east", person=None, actor="cli", why="")
    assert numbers(desk) == [business, west, east]
    for chosen, expected in (
        ({"area": "城东区"}, [east]),
        ({"kind": "business"}, [business]),
        ({"priority": "urgent"}, [west]),
        ({"team": "field-east"}, [east]),
        ({"query": "5556666"}, [business]),
        ({"query": "宽带不通", "area": "城西区"}, [west]),
        ({"query": east}, [east]),
        ({"query": "100%"}, []),
        ({"state": "dispatched", "area": "城东区"}, [east]),
        ({"overdue": True}, []),
    ):
        assert numbers(desk, **chosen) == expected, chosen
    move(desk, business, State.CANCELLED)
    assert numbers(desk, kind="business") == []
    assert numbers(desk, kind="business", state="all") == [business]
    moment.pass_time(days=3)
    desk.levels.sweep()
    assert numbers(desk, overdue=True) == [west, east]
    areas = {
        row["area"]: (row["open"], row["overdue"]) for row in desk.workplace.board.areas(EVERYWHERE)
    }
    assert areas == {"城东区": (1, 1), "城西区": (1, 1)}


def test_pages_of_the_board(desk: Desk) -> None:
    conversation = Customer(desk).opens()
    opened = [open_order(desk, conversation) for _ in range(51)]
    first = desk.workplace.board.page(BoardFilter(), EVERYWHERE)
    second = desk.workplace.board.page(BoardFilter(), EVERYWHERE, 2)
    assert (first["total"], len(first["orders"])) == (51, 50)
    assert [row["number"] for row in second["orders"]] == opened[:1]


def test_clocks_about_to_run_out(desk: Desk, moment: Moment) -> None:
    taken(desk, "a")
    waiting = Customer(desk, "b").opens()
    desk.handoff.request(waiting, "asked", key="w")
    clocks = desk.workplace.floor.clocks()
    assert [(c["subject"], c["is_order"]) for c in clocks] == [(waiting, False)]
    number = repair_of(desk, "c")
    due = {c["label"]: c["is_order"] for c in desk.workplace.floor.clocks()}
    assert True in due.values()
    dues = [c["due_at"] for c in desk.workplace.floor.clocks()]
    assert dues == sorted(dues)
    assert number in {c["subject"] for c in desk.workplace.floor.clocks()}
    moment.pass_time(days=1)
    assert waiting not in {c["subject"] for c in desk.workplace.floor.clocks()}
