"""The console's conversations: boxes, messages and the context an agent needs. Read only."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from desk.model.access import Sight
from desk.model.agents import Agent
from desk.model.conversations import Author, Conversation, ConversationState, Handoff, Message
from desk.model.customers import Customer
from desk.model.diagnosis import DiagnosisRun
from desk.model.errors import UnknownConversation
from desk.model.handoff import Reason
from desk.model.phones import mask_phone
from desk.model.work_orders import KIND_LABELS, STATE_LABELS, WorkOrder
from desk.policies import Policies
from desk.reports.routing import Standing, packet_of, passed_on, standings
from desk.reports.sight import conversations_seen
from desk.store.tables import (
    agents_table,
    conversations_table,
    customers_table,
    diagnosis_runs,
    handoffs,
    messages,
    work_orders_table,
)
from desk.store.unit_of_work import Store

_PAGE = 100


class ConversationView:
    """Plain dictionaries in the shape of the console's JSON API; datetimes stay datetimes."""

    def __init__(
        self,
        store: Store,
        policies: Policies,
        titles: Mapping[str, str],
        queues: Mapping[str, str],
    ) -> None:
        """`titles`, `queues`: what each diagnosis and each queue is called."""
        self._store, self._policies = store, policies
        self._titles, self._queues = titles, queues

    def in_box(self, box: str, sight: Sight) -> dict[str, Any]:
        """One box of the list ("queued" by need, the others newest first) and counts.

        "talks" are those that people have, for supervisors.
        """
        table = conversations_table
        newest = table.c.last_message_at.desc()
        where, *order = {
            "queued": (table.c.state == ConversationState.QUEUED, handoffs.c.rank, handoffs.c.id),
            "mine": (
                sa.and_(
                    table.c.state == ConversationState.HUMAN, handoffs.c.agent_id == sight.agent_id
                ),
                newest,
            ),
            "talks": (table.c.state == ConversationState.HUMAN, newest),
        }.get(box, (sa.true(), newest))
        page = _with_handoff().where(where, *conversations_seen(sight))
        page = page.order_by(*order).limit(_PAGE)
        with self._store.reading() as session:
            rows = session.execute(page).all()
            last = _last_messages(session, [row[0].id for row in rows])
            _held = _people(session, rows)  # or each row would ask for its own
            handed = [row[1].id for row in rows if _waits(row[1])]
            unread, standing = _unread(session, handed), standings(session, handed)
            return {
                "conversations": [
                    self._conversation(
                        session,
                        row[0],
                        row[1],
                        last.get(row[0].id),
                        unread.get(row[0].id, 0),
                        standing.get(row[1].id) if row[1] is not None else None,
                    )
                    for row in rows
                ],
                "counts": self._counts(session, sight),
            }

    def _counts(self, session: Session, sight: Sight) -> dict[str, int]:
        state = conversations_table.c.state
        queued = session.scalar(
            sa.select(sa.func.count())
            .select_from(conversations_table)
            .where(state == ConversationState.QUEUED, *conversations_seen(sight))
        )
        mine = session.scalar(
            sa.select(sa.func.count())
            .select_from(handoffs)
            .where(handoffs.c.agent_id == sight.agent_id, handoffs.c.closed_at.is_(None))
        )
        return {"queued": queued or 0, "mine": mine or 0}

    def one(self, conversation_id: str) -> dict[str, Any]:
        """One conversation with its messages and the context an agent needs to go on at once."""
        with self._store.reading() as session:
            row = session.execute(
                _with_handoff().where(conversations_table.c.id == conversation_id)
            ).one_or_none()
            if row is None:
                raise UnknownConversation(conversation_id)
            conversation, handoff = row[0], row[1]
            said = session.scalars(
                sa.select(Message)
                .where(messages.c.conversation_id == conversation_id)
                .order_by(messages.c.id)
            ).all()
            handed = [handoff.id] if _waits(handoff) else []
            unread, standing = _unread(session, handed), standings(session, handed)
            return {
                "conversation": self._conversation(
                    session,
                    conversation,
                    handoff,
                    said[-1] if said else None,
                    unread.get(conversation_id, 0),
                    standing.get(handed[0]) if handed else None,
                ),
                "messages": [self.row(message) for message in said],
                "context": self._context(session, conversation),
                "packet": packet_of(session, handoff.id) if handoff else None,
                "transfers": passed_on(session, conversation_id, self._queues),
            }

    @staticmethod
    def row(message: Message) -> dict[str, Any]:
        """A message as staff see it: with what the dialogue model made of it."""
        return {
            "id": message.id,
            "author": str(message.author),
            "name": message.name,
            "text": message.text,
            "buttons": message.buttons,
            "image": message.image,
            "at": message.at,
            "intent": message.intent,
            "confidence": message.confidence,
        }

    def _conversation(
        self,
        session: Session,
        conversation: Conversation,
        handoff: Handoff | None,
        last: Message | None,
        unread: int,
        standing: Standing | None,
    ) -> dict[str, Any]:
        waiting = _waits(handoff)
        agent = (
            session.get(Agent, handoff.agent_id)
            if handoff and waiting and handoff.agent_id
            else None
        )
        return {
            "id": conversation.id,
            "channel": conversation.channel,
            "state": str(conversation.state),
            "queue": standing.queue if standing else self._policies.handoff.default_queue,
            "owner": standing.owner if standing else None,
            "offer": standing.offer if standing else None,
            "customer": _customer(session, conversation),
            "reason": handoff.reason if handoff and waiting else None,
            "reason_label": self._reason(handoff) if waiting else None,
            "waiting_since": handoff.requested_at if handoff and waiting else None,
            "rank": self._rank(handoff) if waiting else None,
            "due_at": handoff.due_at if handoff and waiting and not handoff.taken_at else None,
            "agent": agent.name if agent else None,
            "last_message": None
            if last is None
            else {"text": last.text, "at": last.at, "author": str(last.author)},
            "unread": unread,
        }

    def _reason(self, handoff: Handoff | None) -> str | None:
        if handoff is None or handoff.reason not in set(Reason):
            return None
        return self._policies.handoff.reasons[Reason(handoff.reason)]

    def _rank(self, handoff: Handoff | None) -> str | None:
        """How great the need is; None for the usual, which is the last of the ranks."""
        ranks = self._policies.handoff.ranks
        if handoff is None or handoff.rank >= len(ranks) - 1:
            return None
        return ranks[handoff.rank].name

    def _is_verified(self, conversation: Conversation) -> bool:
        limit = timedelta(minutes=self._policies.identity.verified_minutes)
        at = conversation.verified_at
        return at is not None and self._store.clock.now() - at <= limit

    def _context(self, session: Session, conversation: Conversation) -> dict[str, Any]:
        # Name, phone and reason are told with the conversation itself.
        verified = "已核验" if self._is_verified(conversation) else "未核验"
        summary = [{"label": "身份", "value": verified}]
        runs = session.scalars(
            sa.select(DiagnosisRun)
            .where(diagnosis_runs.c.conversation_id == conversation.id)
            .order_by(diagnosis_runs.c.id)
        ).all()
        steps = [
            {"question": step["question"], "answer": step["answer"]}
            for run in runs
            for step in run.steps
        ]
        for run in runs:
            label = self._titles.get(run.product, run.product)
            summary.append({"label": label, "value": self._policies.handoff.runs[run.state]})
        whose = work_orders_table.c.conversation_id == conversation.id
        if conversation.customer_id is not None:
            whose |= work_orders_table.c.customer_id == conversation.customer_id
        orders = session.scalars(
            sa.select(WorkOrder).where(whose).order_by(work_orders_table.c.id.desc()).limit(10)
        )
        return {
            "summary": summary,
            "orders": [
                {
                    "number": order.number,
                    "kind": KIND_LABELS[order.kind],
                    "state": STATE_LABELS[order.state],
                    "promised_at": order.promised_at,
                }
                for order in orders
            ],
            "diagnosis": steps,
        }


def _with_handoff() -> sa.Select[Conversation, Handoff]:
    """Each conversation with its newest handoff, if it ever had one."""
    newest = (
        sa.select(sa.func.max(handoffs.c.id))
        .where(handoffs.c.conversation_id == conversations_table.c.id)
        .correlate(conversations_table)
        .scalar_subquery()
    )
    return sa.select(Conversation, Handoff).outerjoin(Handoff, handoffs.c.id == newest)


def _last_messages(session: Session, ids: list[str]) -> dict[str, Message]:
    newest = (
        sa.select(sa.func.max(messages.c.id))
        .where(messages.c.conversation_id.in_(ids))
        .group_by(messages.c.conversation_id)
    )
    found = session.scalars(sa.select(Message).where(messages.c.id.in_(newest)))
    return {message.conversation_id: message for message in found}


def _waits(handoff: Handoff | None) -> bool:
    return handoff is not None and handoff.closed_at is None


def _people(session: Session, rows: Sequence[sa.Row[Conversation, Handoff]]) -> list[Any]:
    """The customers and agents of a page, in two questions."""
    customers = {row[0].customer_id for row in rows}
    agents = {row[1].agent_id for row in rows if row[1] is not None}
    return [
        *session.scalars(sa.select(Customer).where(customers_table.c.id.in_(customers - {None}))),
        *session.scalars(sa.select(Agent).where(agents_table.c.id.in_(agents - {None}))),
    ]


def _unread(session: Session, handoff_ids: list[int]) -> dict[str, int]:
    """Customer messages since the newest thing an agent said (or since the handoff)."""
    answer = messages.alias("answer")
    answered = (
        sa.select(sa.func.coalesce(sa.func.max(answer.c.id), 0))
        .where(
            answer.c.conversation_id == handoffs.c.conversation_id,
            answer.c.author == Author.AGENT,
        )
        .scalar_subquery()
    )
    counted = session.execute(
        sa.select(messages.c.conversation_id, sa.func.count())
        .join(handoffs, handoffs.c.conversation_id == messages.c.conversation_id)
        .where(
            handoffs.c.id.in_(handoff_ids),
            messages.c.author == Author.CUSTOMER,
            messages.c.id > answered,
            messages.c.at >= handoffs.c.requested_at,
        )
        .group_by(messages.c.conversation_id)
    )
    return {row[0]: row[1] for row in counted}


def _customer(session: Session, conversation: Conversation) -> dict[str, Any]:
    if conversation.customer_id is None:
        return {}
    customer = session.get_one(Customer, conversation.customer_id)
    return {"name": customer.name, "masked_phone": mask_phone(customer.phone)}
