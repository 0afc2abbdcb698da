"""A page of a list asks the database as often for thirty rows as for one."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from desk.app import Desk
from desk.model.access import Sight
from desk.model.tickets import Caller, TicketQuery
from desk.store.tables import conversations_table, customers_table, work_orders_table
from tests.conftest import Moment
from tests.desk.talking import Customer

ANYBODY = Caller(0, "anybody", frozenset(), frozenset(), 0)
PAGES: dict[str, Callable[[Desk], object]] = {
    "orders": lambda desk: desk.work_order_view.listed("all", ""),
    "conversations": lambda desk: desk.conversation_view.in_box("all", Sight(1)),
    "queue": lambda desk: desk.conversation_view.in_box("queued", Sight(1)),
    "tickets": lambda desk: desk.ticket_view.listed(ANYBODY, TicketQuery()),
}


def questions(desk: Desk, page: Callable[[Desk], object]) -> int:
    asked: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    sa.event.listen(desk.store.engine, "before_cursor_execute", count)
    page(desk)
    sa.event.remove(desk.store.engine, "before_cursor_execute", count)
    return len(asked)


def one_more(desk: Desk, moment: Moment, index: int) -> None:
    """A known customer with an order, waiting for a person."""
    conversation = Customer(desk, f"c{index}").opens()
    number = desk.complaints.file(
        conversation, "网络", "网速慢", "修好", "13911112222", key=f"k{index}"
    ).number
    desk.handoff.request(conversation, "asked", key=f"h{index}")
    with desk.store.engine.begin() as connection:
        customer = {"account": f"a{index}", "name": "王", "phone": "13911112222"}
        inserted = connection.execute(
            customers_table.insert().values(**customer, created_at=moment.now)
        )
        (key,) = inserted.inserted_primary_key or (None,)
        for table, mine in (
            (conversations_table, conversations_table.c.id == conversation),
            (work_orders_table, work_orders_table.c.number == number),
        ):
            connection.execute(table.update().where(mine).values(customer_id=key))


@pytest.mark.parametrize("name", PAGES)
def test_a_longer_page_asks_no_more(sqlite_desk: Desk, moment: Moment, name: str) -> None:
    one_more(sqlite_desk, moment, 0)
    once = questions(sqlite_desk, PAGES[name])
    for index in range(1, 6):
        one_more(sqlite_desk, moment, index)
    assert questions(sqlite_desk, PAGES[name]) == once
