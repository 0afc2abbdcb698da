"""常用语: the operator's replies, filled in for one conversation and one agent."""

from string import Formatter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from desk.canned_policy import AGENT, CUSTOMER, OPERATOR, ORDER, CannedReplyPolicy
from desk.model.agents import Agent
from desk.model.conversations import Conversation
from desk.model.customers import Customer
from desk.model.errors import UnknownConversation
from desk.model.work_orders import OPEN_STATES
from desk.store.tables import work_orders_table
from desk.store.unit_of_work import Store


class CannedReplies:
    def __init__(self, store: Store, policy: CannedReplyPolicy, operator: str) -> None:
        self._store, self._policy, self._operator = store, policy, operator

    def filled(self, conversation_id: str, agent: Agent) -> list[dict[str, Any]]:
        """What is not known becomes 【…】 and is told as missing, for the agent to write."""
        with self._store.reading() as session:
            conversation = session.get(Conversation, conversation_id)
            if conversation is None:
                raise UnknownConversation(conversation_id)
            known = {
                AGENT: agent.name,
                OPERATOR: self._operator,
                CUSTOMER: _name(session, conversation) or self._policy.no_name,
                ORDER: _open_order(session, conversation),
            }
        values = {name: value or f"【{name}】" for name, value in known.items()}
        return [
            {
                "name": reply.name,
                "group": reply.group,
                "title": reply.title,
                "text": reply.text.format(**values),
                "missing": [name for name in _used(reply.text) if not known[name]],
            }
            for reply in self._policy.replies
        ]


def _used(text: str) -> list[str]:
    return [name for _, name, _, _ in Formatter().parse(text) if name]


def _name(session: Session, conversation: Conversation) -> str | None:
    if conversation.customer_id is None:
        return None
    return session.get_one(Customer, conversation.customer_id).name


def _open_order(session: Session, conversation: Conversation) -> str | None:
    return session.scalar(
        sa.select(work_orders_table.c.number)
        .where(
            work_orders_table.c.conversation_id == conversation.id,
            work_orders_table.c.state.in_(OPEN_STATES),
        )
        .order_by(work_orders_table.c.id.desc())
        .limit(1)
    )
