"""Work orders for tests, without the walk through the questions that leads to them."""

from typing import Any

from desk.app import Desk
from desk.model.conversations import Conversation
from desk.model.work_orders import Kind, State, WorkOrder
from desk.services.work_orders import find_by_number
from tests.desk.talking import Customer


def open_order(desk: Desk, conversation_id: str, kind: Kind = Kind.REPAIR, **values: Any) -> str:
    """An order of a conversation; returns its number."""
    with desk.store.writing() as work:
        opened = desk.work_orders.open(
            work,
            kind,
            conversation=work.session.get_one(Conversation, conversation_id),
            description="宽带不通",
            contact_phone=values.pop("phone", "13911112222"),
            **values,
        )
        return opened.number


def repair_of(desk: Desk, name: str, area: str = "城东区", service: str = "broadband") -> str:
    """A repair order of somebody new."""
    return open_order(desk, Customer(desk, name).opens(), area=area, service=service, phone=None)


def order(desk: Desk, number: str) -> WorkOrder:
    with desk.store.reading() as session:
        found = find_by_number(session, number)
        assert found is not None
        return found


def move(desk: Desk, number: str, *states: State, actor: str = "cli") -> None:
    for state in states:
        desk.work_orders.move(number, state, actor=actor)
