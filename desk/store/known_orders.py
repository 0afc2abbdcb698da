"""Work orders by number, asked for once in a transaction: each reaction to an event looks it up."""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from desk.model.work_orders import WorkOrder
from desk.store.tables import work_orders_table

_KNOWN = "orders by number"


def find_order(session: Session, number: str) -> WorkOrder | None:
    """The order of a number; the session holds one object for it however often it is asked."""
    known: dict[str, WorkOrder] = session.info.setdefault(_KNOWN, {})
    found = known.get(number)
    if found is not None and found in session:
        return found
    found = session.scalars(
        sa.select(WorkOrder).where(work_orders_table.c.number == number)
    ).one_or_none()
    if found is not None:
        known[number] = found
    return found


def remember(session: Session, orders: Iterable[WorkOrder]) -> None:
    """Orders that were opened or read just now."""
    session.info.setdefault(_KNOWN, {}).update({order.number: order for order in orders})
