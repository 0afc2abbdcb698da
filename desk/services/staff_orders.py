"""Orders by the hand of staff: opened for who they talk with, moved, given out, noted."""

import sqlalchemy as sa

from desk.model.access import leads
from desk.model.agents import Agent
from desk.model.console import StaffOrder
from desk.model.conversations import Conversation
from desk.model.customers import Customer
from desk.model.errors import UnknownTeam, UnknownWorkOrder
from desk.model.order_life import LIFE, who_may
from desk.model.phones import parse_phone
from desk.model.work_orders import STEP_LABELS, By, Kind, Priority, State, WorkOrder
from desk.services.complaints import Complaints
from desk.services.handoff_rows import held_by
from desk.services.work_orders import WorkOrders, locked
from desk.store.known_orders import find_order
from desk.store.team_tables import team_members_table, teams_table
from desk.store.unit_of_work import Store, Work

# Handing over has a button of its own; what the customer says or time does is not chosen by hand.
_NOT_BY_HAND = frozenset({State.NEW, State.DISPATCHED, State.ARCHIVED})


class StaffOrders:
    def __init__(self, store: Store, work_orders: WorkOrders, complaints: Complaints) -> None:
        self._store, self._work_orders, self._complaints = store, work_orders, complaints

    def open(self, conversation_id: str, agent: Agent, wish: StaffOrder, *, key: str) -> str:
        """The number of the order; the same `key` again gives the same one.

        Raises `NotYours`, `InvalidPhone`. A complaint on a matter of this month reopens the first.
        """
        phone = parse_phone(wish.phone) if wish.phone else self._phone_of(conversation_id)
        key = f"staff-order:{agent.id}:{key}"
        if wish.kind == Kind.COMPLAINT:
            with self._store.writing() as work:
                held_by(work, conversation_id, agent)
            category = wish.category or self._complaints.classify(wish.description)
            return self._complaints.file(
                conversation_id, category, wish.description, "", phone or "", key=key
            ).number

        def do(work: Work) -> str:
            conversation, _ = held_by(work, conversation_id, agent)
            kind = Kind(wish.kind)
            order = self._work_orders.open(
                work,
                kind,
                conversation=conversation,
                description=wish.description,
                contact_phone=phone,
                matter="request" if kind is Kind.BUSINESS else "",
            )
            if wish.priority:
                self._work_orders.prioritise(work, order, Priority(wish.priority), agent.username)
            return order.number

        return self._store.once(key, str, do)

    def _phone_of(self, conversation_id: str) -> str | None:
        with self._store.reading() as session:
            conversation = session.get(Conversation, conversation_id)
            if conversation is None or conversation.customer_id is None:
                return None
            return session.get_one(Customer, conversation.customer_id).phone

    def assign(self, number: str, agent: Agent, team: str, person: str | None, why: str) -> None:
        """To a team, or somebody of it; raises `UnknownTeam`, `IllegalTransition`."""
        with self._store.reading() as session:
            query = sa.select(teams_table.c.code).where(teams_table.c.code == team)
            if person is not None:
                query = query.join(
                    team_members_table, team_members_table.c.team == teams_table.c.code
                ).where(team_members_table.c.person == person)
            if session.scalar(query) is None:
                raise UnknownTeam(f"{team}: {person}" if person else team)
        self._work_orders.assign(number, team=team, person=person, actor=agent.username, why=why)

    def note(self, number: str, agent: Agent, text: str) -> None:
        """Into the history of the order, for staff; the customer's progress does not show it."""
        with self._store.writing() as work:
            order = locked(work, number)
            work.emit(
                "WorkOrderRemarked",
                actor=agent.username,
                conversation_id=order.conversation_id,
                work_order=number,
                text=text,
            )

    def moves_of(self, number: str, agent: Agent) -> list[tuple[State, str]]:
        """The steps this member of staff may take now, and what their buttons say."""
        with self._store.reading() as session:
            order = find_order(session, number)
        if order is None:
            raise UnknownWorkOrder(number)
        return [(state, STEP_LABELS[state]) for state in self._moves(order, agent)]

    @staticmethod
    def _moves(order: WorkOrder, agent: Agent) -> list[State]:
        by = By.LEAD if leads(agent.role, order.kind) else By.HANDLER
        asked = order.assignee not in (None, agent.username) and by is By.HANDLER
        return [
            state
            for state in State
            if state in LIFE[order.kind][order.state] - _NOT_BY_HAND
            and by in who_may(order.kind, order.state, state)
            and not (asked and state is State.ACKNOWLEDGED)
        ]
