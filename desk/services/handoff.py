"""转人工: queue, take, answer, close. From the moment a person has it, the bot is silent."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from desk.model.agents import Agent, AgentStatus, Role
from desk.model.conversations import (
    Author,
    Conversation,
    ConversationState,
    Handoff,
    HandoffTicket,
    Message,
    Reply,
)
from desk.model.errors import AlreadyTaken, NotYours, UnknownConversation
from desk.policies import HandoffPolicy
from desk.services import conversations
from desk.services.sla import ServiceLevels
from desk.services.staff import present
from desk.store.tables import agents_table, conversations_table, handoffs, messages
from desk.store.unit_of_work import Store, Work

_MINUTE = timedelta(minutes=1)


class Handoffs:
    def __init__(self, store: Store, policy: HandoffPolicy, levels: ServiceLevels) -> None:
        self._store, self._policy, self._levels = store, policy, levels

    def request(self, conversation_id: str, reason: str, *, key: str) -> HandoffTicket:
        """Put a conversation into the queue; asking again keeps the place in it."""

        def do(work: Work) -> HandoffTicket:
            conversation = _locked(work, conversation_id)
            if conversation.state is ConversationState.BOT:
                self._queue(work, conversation, reason)
            return HandoffTicket(
                position=self._position(work.session, conversation_id),
                agents_online=_agents_online(work.session, work.now),
                promised_minutes=round((self._due(work) - work.now) / _MINUTE),
            )

        return self._store.once(key, HandoffTicket, do)

    def _queue(self, work: Work, conversation: Conversation, reason: str) -> None:
        conversation.state = ConversationState.QUEUED
        work.session.add(Handoff(conversation.id, reason, work.now, self._due(work)))
        work.session.flush()
        work.emit("ConversationQueued", conversation_id=conversation.id, reason=reason)

    def _due(self, work: Work) -> datetime:
        """When a person must have answered who is put into the queue now."""
        facts, _said = self._levels.opening("handoff", work.now)
        return self._levels.promise(facts, work.now)

    def _position(self, session: Session, conversation_id: str) -> int:
        mine = open_handoff(session, conversation_id)
        if mine is None or mine.taken_at is not None:
            return 0
        waiting = session.scalar(
            sa.select(sa.func.count())
            .select_from(handoffs)
            .where(
                handoffs.c.taken_at.is_(None),
                handoffs.c.closed_at.is_(None),
                handoffs.c.id <= mine.id,
            )
        )
        return waiting or 0

    def position(self, conversation_id: str) -> int:
        """Place in the queue, first is 1; 0 when not waiting."""
        with self._store.reading() as session:
            return self._position(session, conversation_id)

    def standing(
        self, channel: str, external_id: str
    ) -> tuple[Conversation | None, int, str | None]:
        """Who answers now on a channel: the conversation, place in the queue, the agent's name."""
        with self._store.reading() as session:
            conversation = session.scalars(
                sa.select(Conversation)
                .where(
                    conversations_table.c.channel == channel,
                    conversations_table.c.external_id == external_id,
                )
                .order_by(conversations_table.c.opened_at.desc())
                .limit(1)
            ).one_or_none()
            if conversation is None:
                return None, 0, None
            handoff = open_handoff(session, conversation.id)
            agent = session.get(Agent, handoff.agent_id) if handoff and handoff.agent_id else None
            position = self._position(session, conversation.id)
            return conversation, position, agent.name if agent else None

    def withdraw(self, conversation_id: str, reply: Reply) -> bool:
        """The customer no longer wants to wait: back to the bot. False when a person has it."""
        with self._store.writing() as work:
            conversation = _locked(work, conversation_id)
            waiting = open_handoff(work.session, conversation_id)
            if conversation.state is not ConversationState.QUEUED or waiting is None:
                return False
            waiting.closed_at, waiting.wrap_up = work.now, "客户取消排队"
            conversation.state = ConversationState.BOT
            conversations.say(work, conversation, reply)
            work.emit("HandoffWithdrawn", actor="customer", conversation_id=conversation_id)
            return True

    def take(self, conversation_id: str, agent: Agent) -> None:
        """An agent accepts the conversation; raises `AlreadyTaken`, except for one's own."""
        with self._store.writing() as work:
            conversation = _locked(work, conversation_id)
            handoff = open_handoff(work.session, conversation_id)
            if handoff is not None and handoff.agent_id == agent.id:
                return
            taken = handoff is not None and handoff.taken_at is not None
            # A supervisor may take over from an agent.
            if handoff is None or (taken and agent.role is not Role.SUPERVISOR):
                raise AlreadyTaken(conversation_id)
            handoff.taken_at, handoff.agent_id = work.now, agent.id
            conversation.state = ConversationState.HUMAN
            conversations.say(
                work,
                conversation,
                Reply(self._policy.agent_taken.format(agent=agent.name)),
                author=Author.AGENT,
                name=agent.name,
            )
            work.emit("ConversationTaken", actor=agent.username, conversation_id=conversation_id)

    def answer(self, conversation_id: str, agent: Agent, text: str, client_id: str) -> Message:
        """What an agent says; `client_id` makes a repeated request harmless. Raises `NotYours`."""
        with self._store.writing() as work:
            conversation = _held_by(work, conversation_id, agent)
            external_id = f"agent:{agent.id}:{client_id}"
            known = work.session.scalars(
                sa.select(Message).where(
                    messages.c.conversation_id == conversation_id,
                    messages.c.external_id == external_id,
                )
            ).one_or_none()
            if known is not None:
                return known
            return conversations.say(
                work,
                conversation,
                Reply(text),
                author=Author.AGENT,
                name=agent.name,
                external_id=external_id,
            )

    def close(self, conversation_id: str, agent: Agent, wrap_up: str) -> None:
        """The agent is done: the customer goes back to the bot. Raises `NotYours`."""
        with self._store.writing() as work:
            conversation = _held_by(work, conversation_id, agent)
            handoff = open_handoff(work.session, conversation_id)
            assert handoff is not None
            handoff.closed_at, handoff.wrap_up = work.now, wrap_up
            conversation.state = ConversationState.BOT
            conversations.say(work, conversation, Reply(self._policy.closed), author=Author.SYSTEM)
            work.emit("ConversationClosed", actor=agent.username, conversation_id=conversation_id)

    def release(self, agent: Agent) -> int:
        """An agent leaves: open conversations go back into the queue. Returns how many."""
        with self._store.writing() as work:
            held = work.session.scalars(
                sa.select(handoffs.c.conversation_id).where(
                    handoffs.c.agent_id == agent.id, handoffs.c.closed_at.is_(None)
                )
            ).all()
            for conversation_id in held:
                self._put_back(work, conversation_id)
            return len(held)

    def release_absent(self) -> int:
        """For the sweeper: what is held by agents whose console has been closed for a while."""
        now = self._store.clock.now()
        with self._store.reading() as session:
            there = present(session, now)
            held = session.execute(
                sa.select(handoffs.c.agent_id)
                .where(handoffs.c.agent_id.is_not(None), handoffs.c.closed_at.is_(None))
                .distinct()
            ).scalars()
            absent = [session.get_one(Agent, one) for one in held if one not in there]
        return sum(self.release(agent) for agent in absent)

    def _put_back(self, work: Work, conversation_id: str) -> None:
        conversation = _locked(work, conversation_id)
        handoff = open_handoff(work.session, conversation_id)
        assert handoff is not None
        handoff.taken_at, handoff.agent_id = None, None
        handoff.due_at = self._due(work)
        conversation.state = ConversationState.QUEUED
        conversations.say(work, conversation, Reply(self._policy.requeued), author=Author.SYSTEM)
        work.emit("ConversationQueued", conversation_id=conversation_id, reason=handoff.reason)


def open_handoff(session: Session, conversation_id: str) -> Handoff | None:
    return session.scalars(
        sa.select(Handoff)
        .where(handoffs.c.conversation_id == conversation_id, handoffs.c.closed_at.is_(None))
        .order_by(handoffs.c.id.desc())
        .limit(1)
    ).one_or_none()


def _locked(work: Work, conversation_id: str) -> Conversation:
    found = work.session.get(Conversation, conversation_id, with_for_update=True)
    if found is None:
        raise UnknownConversation(conversation_id)
    return found


def _held_by(work: Work, conversation_id: str, agent: Agent) -> Conversation:
    conversation = _locked(work, conversation_id)
    handoff = open_handoff(work.session, conversation_id)
    if handoff is None or handoff.agent_id != agent.id:
        raise NotYours(conversation_id)
    return conversation


def _agents_online(session: Session, now: datetime) -> int:
    """Who would see a new conversation: online, and with a console that is open."""
    online = session.scalars(
        sa.select(agents_table.c.id).where(agents_table.c.status == AgentStatus.ONLINE)
    )
    return len(present(session, now) & set(online))
