"""What people achieved: told to the bot that goes on, and to the next person."""

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from desk.handoff_policy import HandoffPolicy
from desk.model.agents import Agent
from desk.model.conversations import Conversation, Handoff
from desk.model.handoff import Before, PersonResult
from desk.model.masking import mask_text
from desk.store.tables import agents_table, conversations_table, handoffs
from desk.store.unit_of_work import Store


class HandoffResults:
    def __init__(self, store: Store, policy: HandoffPolicy) -> None:
        self._store, self._policy = store, policy

    def newest(self, conversation_id: str) -> PersonResult | None:
        """What the last person of a conversation achieved, while it is worth remembering."""
        since = self._store.clock.now() - timedelta(days=self._policy.recall.within_days)
        with self._store.reading() as session:
            row = session.execute(
                _ended(handoffs.c.conversation_id == conversation_id)
                .where(handoffs.c.taken_at.is_not(None), handoffs.c.closed_at > since)
                .limit(1)
            ).one_or_none()
        if row is None:
            return None
        handoff, agent = row
        chosen = handoff.disposition or ""
        disposition = self._policy.dispositions.get(chosen)
        if disposition is None or handoff.closed_at is None:
            return None
        return PersonResult(
            handoff_id=handoff.id,
            agent=agent.name if agent else None,
            disposition=chosen,
            words=disposition.says,
            settled=disposition.settled,
            closed_at=handoff.closed_at,
        )

    def worth_saying(self, result: PersonResult) -> bool:
        """Who just put the phone down needs no reminder."""
        after = timedelta(minutes=self._policy.recall.after_minutes)
        return self._store.clock.now() - result.closed_at >= after


def earlier(
    session: Session, policy: HandoffPolicy, conversation: Conversation
) -> tuple[Before, ...]:
    """Talks of this customer with people before, newest first, on whatever channel."""
    whose = handoffs.c.conversation_id == conversation.id
    if conversation.customer_id is not None:
        theirs = sa.select(conversations_table.c.id).where(
            conversations_table.c.customer_id == conversation.customer_id
        )
        whose |= handoffs.c.conversation_id.in_(theirs)
    rows = session.execute(_ended(whose).limit(policy.before_at_most))
    return tuple(_before(policy, handoff, agent) for handoff, agent in rows)


def _ended(whose: sa.ColumnElement[bool]) -> sa.Select[Handoff, Agent]:
    return (
        sa.select(Handoff, Agent)
        .outerjoin(Agent, agents_table.c.id == handoffs.c.agent_id)
        .where(whose, handoffs.c.closed_at.is_not(None))
        .order_by(handoffs.c.id.desc())
    )


def _before(policy: HandoffPolicy, handoff: Handoff, agent: Agent | None) -> Before:
    found = policy.dispositions.get(handoff.disposition or "")
    assert handoff.closed_at is not None
    return Before(
        at=handoff.closed_at,
        agent=agent.name if agent else None,
        disposition=found.label if found else None,
        note=mask_text(handoff.wrap_up) if handoff.wrap_up else None,
    )
