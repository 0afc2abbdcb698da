"""Hand-overs as rows: whose turn it is, what was said, which facts a packet is made of."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from desk.model.access import Right, roles_with
from desk.model.agents import Agent, AgentStatus
from desk.model.conversations import Author, Conversation, Handoff, Message
from desk.model.diagnosis import DiagnosisRun
from desk.model.errors import NotYours, UnknownConversation
from desk.model.work_orders import OPEN_STATES, WorkOrder
from desk.services.staff import present
from desk.store.tables import (
    agents_table,
    diagnosis_runs,
    handoffs,
    messages,
    work_orders_table,
)
from desk.store.unit_of_work import Work

_MOST_ORDERS = 5
_MOST_RUNS = 5


def locked(work: Work, conversation_id: str) -> Conversation:
    """A conversation for a change; raises `UnknownConversation`."""
    found = work.session.get(Conversation, conversation_id, with_for_update=True)
    if found is None:
        raise UnknownConversation(conversation_id)
    return found


def held_by(work: Work, conversation_id: str, agent: Agent) -> tuple[Conversation, Handoff]:
    """A conversation that this agent has, for a change; raises `NotYours`."""
    conversation = locked(work, conversation_id)
    handoff = open_handoff(work.session, conversation_id)
    if handoff is None or handoff.agent_id != agent.id:
        raise NotYours(conversation_id)
    return conversation, handoff


def open_handoff(session: Session, conversation_id: str) -> Handoff | None:
    """The hand-over under way: waiting, or with a person."""
    return session.scalars(
        sa.select(Handoff)
        .where(handoffs.c.conversation_id == conversation_id, handoffs.c.closed_at.is_(None))
        .order_by(handoffs.c.id.desc())
        .limit(1)
    ).one_or_none()


def position(session: Session, conversation_id: str) -> int:
    """Place in the queue, by need and then by time; first is 1, 0 when not waiting."""
    mine = open_handoff(session, conversation_id)
    if mine is None or mine.taken_at is not None:
        return 0
    before = sa.or_(
        handoffs.c.rank < mine.rank,
        sa.and_(handoffs.c.rank == mine.rank, handoffs.c.id <= mine.id),
    )
    waiting = session.scalar(
        sa.select(sa.func.count())
        .select_from(handoffs)
        .where(handoffs.c.taken_at.is_(None), handoffs.c.closed_at.is_(None), before)
    )
    return waiting or 0


def agents_online(session: Session, now: datetime) -> int:
    """Who would see a new conversation: online, and with a console that is open."""
    online = session.scalars(
        sa.select(agents_table.c.id).where(
            agents_table.c.status == AgentStatus.ONLINE,
            agents_table.c.role.in_(roles_with(Right.WORK_TALKS)),
        )
    )
    return len(present(session, now) & set(online))


def talk(session: Session, conversation_id: str, at_most: int) -> list[Message]:
    """The newest messages, oldest first."""
    newest = session.scalars(
        sa.select(Message)
        .where(messages.c.conversation_id == conversation_id)
        .order_by(messages.c.id.desc())
        .limit(at_most)
    )
    return list(reversed(newest.all()))


def customer_words(said: Sequence[Message]) -> list[Message]:
    """What the customer said, newest first."""
    return [message for message in reversed(said) if message.author is Author.CUSTOMER]


def runs_of(session: Session, conversation_id: str) -> list[DiagnosisRun]:
    """The newest diagnoses of a conversation, oldest first."""
    newest = session.scalars(
        sa.select(DiagnosisRun)
        .where(diagnosis_runs.c.conversation_id == conversation_id)
        .order_by(diagnosis_runs.c.id.desc())
        .limit(_MOST_RUNS)
    )
    return list(reversed(newest.all()))


def open_orders(session: Session, conversation: Conversation) -> Sequence[WorkOrder]:
    """What is still to be done for this customer, newest first."""
    whose = work_orders_table.c.conversation_id == conversation.id
    if conversation.customer_id is not None:
        whose |= work_orders_table.c.customer_id == conversation.customer_id
    return session.scalars(
        sa.select(WorkOrder)
        .where(whose, work_orders_table.c.state.in_(OPEN_STATES))
        .order_by(work_orders_table.c.id.desc())
        .limit(_MOST_ORDERS)
    ).all()
