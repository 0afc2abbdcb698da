"""Where somebody can be reached whose channel says nothing more."""

import sqlalchemy as sa

from desk.model.conversations import Conversation
from desk.store.tables import customers_table, work_orders_table
from desk.store.unit_of_work import Work


def known_phone(work: Work, conversation: Conversation) -> str | None:
    """The number that the customer gave with an order here, or proved to own."""
    given = work.session.scalar(
        sa.select(work_orders_table.c.contact_phone)
        .where(
            work_orders_table.c.conversation_id == conversation.id,
            work_orders_table.c.contact_phone.is_not(None),
        )
        .order_by(work_orders_table.c.id.desc())
        .limit(1)
    )
    if given is not None or conversation.customer_id is None:
        return given
    return work.session.scalar(
        sa.select(customers_table.c.phone).where(customers_table.c.id == conversation.customer_id)
    )
