"""Links between orders and to incidents: written once, journalled, inside the caller's work."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from desk.model.order_links import LinkKind, OrderLink
from desk.store.link_tables import order_links_table
from desk.store.unit_of_work import Work


def link(work: Work, number: str, kind: LinkKind, to: str, *, actor: str = "system") -> bool:
    """Tie an order to another or to an incident; False when it is tied already."""
    if number == to or to in linked(work.session, number, kind):
        return False
    work.session.add(OrderLink(number, kind, to, work.now, actor))
    work.emit("WorkOrderLinked", actor=actor, work_order=number, kind=str(kind), to=to)
    return True


def linked(session: Session, number: str, kind: LinkKind) -> list[str]:
    """What an order is tied to in one way."""
    return list(
        session.scalars(
            sa.select(order_links_table.c.to).where(
                order_links_table.c.number == number, order_links_table.c.kind == kind
            )
        )
    )


def hanging_under(session: Session, to: str, kind: LinkKind) -> list[str]:
    """The orders that are tied to an order or incident in one way, oldest first."""
    return list(
        session.scalars(
            sa.select(order_links_table.c.number)
            .where(order_links_table.c.to == to, order_links_table.c.kind == kind)
            .order_by(order_links_table.c.id)
        )
    )
