"""What of conversations and orders somebody sees: the conditions of every list, and one at a time.

What is outside of somebody's areas does not exist for them: the same error as for an unknown id.
"""

from collections.abc import Collection, Sequence

import sqlalchemy as sa

from desk.model.access import Right, Sight, may
from desk.model.agents import Agent
from desk.model.conversations import Conversation
from desk.model.errors import UnknownConversation, UnknownWorkOrder
from desk.model.journal import Event
from desk.model.numbers import find_number
from desk.model.routing import AgentProfile
from desk.store.incident_tables import incidents_table
from desk.store.routing_tables import handoff_offers
from desk.store.tables import (
    conversations_table,
    customers_table,
    handoffs,
    messages,
    work_orders_table,
)
from desk.store.unit_of_work import Store

type Condition = sa.ColumnElement[bool]


class Seeing:
    def __init__(self, store: Store) -> None:
        self._store = store

    def of(self, agent: Agent) -> Sight:
        with self._store.reading() as session:
            profile = session.get(AgentProfile, agent.id)
        return Sight(agent.id, frozenset(profile.areas if profile else ()))

    def conversation(self, sight: Sight, conversation_id: str) -> None:
        """Raises `UnknownConversation`."""
        if not self.conversations(sight, [conversation_id]):
            raise UnknownConversation(conversation_id)

    def order(self, sight: Sight, number: str) -> None:
        """Raises `UnknownWorkOrder`."""
        if not self.orders(sight, [number]):
            raise UnknownWorkOrder(number)

    def conversations(self, sight: Sight, ids: Collection[str]) -> set[str]:
        """Which of these are seen."""
        column = conversations_table.c.id
        query = sa.select(column).where(column.in_(ids), *conversations_seen(sight))
        with self._store.reading() as session:
            return set(session.scalars(query))

    def orders(self, sight: Sight, numbers: Collection[str]) -> set[str]:
        """Which of these orders and incidents are seen."""
        column, incident = work_orders_table.c.number, incidents_table.c
        incidents = sa.select(incident.number).where(incident.number.in_(numbers))
        if sight.areas:
            incidents = incidents.where(incident.area.in_(sight.areas))
        query = sa.select(column).where(column.in_(numbers), *orders_seen(sight)).union(incidents)
        with self._store.reading() as session:
            return set(session.scalars(query))

    def subjects(self, sight: Sight, names: Collection[str]) -> set[str]:
        """Which of these conversations and orders, named by a clock, are seen."""
        numbers = {name for name in names if find_number(name) is not None}
        return self.orders(sight, numbers) | self.conversations(sight, set(names) - numbers)

    def picture(self, sight: Sight, address: str) -> bool:
        """Whether a photo is in a conversation that is seen; everybody's without areas."""
        if not sight.areas:
            return True
        query = (
            sa.select(messages.c.id)
            .join(Conversation, conversations_table.c.id == messages.c.conversation_id)
            .where(messages.c.image == address, *conversations_seen(sight))
        )
        with self._store.reading() as session:
            return session.scalars(query.limit(1)).one_or_none() is not None

    def holds(self, sight: Sight, conversation_id: str) -> bool:
        """Whether it is one's own just now."""
        query = sa.select(_held(sight, sa.literal(conversation_id)))
        with self._store.reading() as session:
            return bool(session.scalar(query))

    def events(self, agent: Agent, sight: Sight, found: Sequence[Event]) -> list[Event]:
        """What of the journal a console is told of: what may be read, where it may be seen."""
        talks = {one.conversation_id for one in found if one.conversation_id}
        orders = {one.work_order for one in found if one.work_order}
        if not may(agent.role, Right.READ_TALKS):
            talks = set()
        elif sight.areas:
            talks = set(self.conversations(sight, talks))
        if not may(agent.role, Right.READ_ORDERS):
            orders = set()
        elif sight.areas:
            orders = set(self.orders(sight, orders))
        return [
            one
            for one in found
            if one.conversation_id in talks
            or one.work_order in orders
            or (one.conversation_id is None and one.work_order is None)
        ]


def conversations_seen(sight: Sight) -> list[Condition]:
    """None for who sees everywhere, so that lists cost them nothing."""
    if not sight.areas:
        return []
    # Aliases: the list that asks may have read the same tables for something else.
    talk, customers = conversations_table.c, customers_table.alias()
    elsewhere = sa.exists().where(
        customers.c.id == talk.customer_id, customers.c.area.not_in(sight.areas)
    )
    return [sa.or_(~elsewhere, _held(sight, talk.id), _offered(sight, talk.id))]


def orders_seen(sight: Sight) -> list[Condition]:
    if not sight.areas:
        return []
    order = work_orders_table.c
    here = order.area.is_(None) | order.area.in_(sight.areas)
    return [sa.or_(here, _held(sight, order.conversation_id))]


def _held(sight: Sight, conversation_id: sa.ColumnElement[str]) -> Condition:
    talk = handoffs.alias()
    return sa.exists().where(
        talk.c.conversation_id == conversation_id,
        talk.c.agent_id == sight.agent_id,
        talk.c.closed_at.is_(None),
    )


def _offered(sight: Sight, conversation_id: sa.ColumnElement[str]) -> Condition:
    offer = handoff_offers.alias()
    return sa.exists().where(
        offer.c.conversation_id == conversation_id,
        offer.c.agent_id == sight.agent_id,
        offer.c.ended_at.is_(None),
    )
