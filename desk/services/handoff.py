"""转人工: queue, take, answer, close. From the moment a person has it, the bot is silent."""

from datetime import datetime

import sqlalchemy as sa

from desk.handoff_policy import WITHDRAWN, HandoffPolicy
from desk.model.access import Right, may
from desk.model.agents import Agent
from desk.model.conversations import (
    Author,
    Conversation,
    ConversationState,
    Handoff,
    HandoffTicket,
    Message,
    Reply,
)
from desk.model.customers import Account
from desk.model.errors import AlreadyTaken, UnknownDisposition
from desk.model.handoff import Reason, Told
from desk.model.work_orders import Priority
from desk.services import conversations
from desk.services.handoff_packet import Packets
from desk.services.handoff_rows import (
    customer_words,
    held_by,
    locked,
    open_handoff,
    position,
)
from desk.services.handoff_waits import Waits
from desk.services.identity import IdentityChecks
from desk.services.routes import Routes
from desk.services.routing_rows import end_offer
from desk.services.sla import ServiceLevels
from desk.services.staff import present
from desk.store.tables import conversations_table, handoffs, messages
from desk.store.unit_of_work import Store, Work

_NOTHING_TOLD = Told()


class Handoffs:
    def __init__(
        self,
        store: Store,
        policy: HandoffPolicy,
        levels: ServiceLevels,
        identity: IdentityChecks,
        packets: Packets,
        waits: Waits,
        routes: Routes,
    ) -> None:
        self._store, self._policy, self._levels = store, policy, levels
        self._identity, self._packets = identity, packets
        self._waits, self._routes = waits, routes

    def request(
        self, conversation_id: str, reason: str, *, key: str, told: Told = _NOTHING_TOLD
    ) -> HandoffTicket:
        """Put a conversation into the queue, its packet with it; asking again keeps the place.

        `told` is what only the dialogue knows. The account is looked up before the transaction.
        """
        why = Reason(reason)
        account = self._identity.known_account(conversation_id)

        def do(work: Work) -> HandoffTicket:
            conversation = locked(work, conversation_id)
            if conversation.state is ConversationState.BOT:
                self._queue(work, conversation, why, account, told)
            return self._waits.ticket(work.session, work.now, conversation_id)

        return self._store.once(key, HandoffTicket, do)

    def _queue(
        self,
        work: Work,
        conversation: Conversation,
        why: Reason,
        account: Account | None,
        told: Told,
    ) -> None:
        facts = self._packets.facts(work, conversation, account)
        rank = self._policy.rank(why, facts.marks)
        conversation.state = ConversationState.QUEUED
        handoff = Handoff(conversation.id, str(why), work.now, self._due(work, rank.priority))
        handoff.rank = rank.number
        work.session.add(handoff)
        work.session.flush()
        self._packets.write(work, handoff, facts, rank, told)
        words = [message.text for message in customer_words(facts.said)]
        matter = self._packets.matter(facts, told)
        self._routes.open(work, handoff, matter=matter, words=words, account=account)
        self._emit_queued(work, handoff)

    def _emit_queued(self, work: Work, handoff: Handoff) -> None:
        """The priority chooses the length of the clock that starts with this event."""
        work.emit(
            "ConversationQueued",
            conversation_id=handoff.conversation_id,
            reason=handoff.reason,
            priority=str(self._priority(handoff)),
        )

    def _priority(self, handoff: Handoff) -> Priority:
        # A policy that was shortened meanwhile: who had a lower place is in the last one.
        ranks = self._policy.ranks
        return ranks[min(handoff.rank, len(ranks) - 1)].priority

    def _due(self, work: Work, priority: Priority) -> datetime:
        """When a person must have answered who is put into the queue now."""
        facts, _said = self._levels.opening("handoff", work.now, priority=priority)
        return self._levels.promise(facts, work.now)

    def ticket(self, conversation_id: str) -> HandoffTicket:
        """What somebody who waits may expect now."""
        with self._store.reading() as session:
            return self._waits.ticket(session, self._store.clock.now(), conversation_id)

    def position(self, conversation_id: str) -> int:
        """Place in the queue, first is 1; 0 when not waiting."""
        with self._store.reading() as session:
            return position(session, conversation_id)

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
            place = position(session, conversation.id)
            return conversation, place, agent.name if agent else None

    def withdraw(self, conversation_id: str, reply: Reply) -> bool:
        """The customer no longer wants to wait: back to the bot. False when a person has it."""
        with self._store.writing() as work:
            conversation = locked(work, conversation_id)
            waiting = open_handoff(work.session, conversation_id)
            if conversation.state is not ConversationState.QUEUED or waiting is None:
                return False
            waiting.closed_at, waiting.disposition = work.now, WITHDRAWN
            conversation.state = ConversationState.BOT
            end_offer(work, conversation_id)
            conversations.say(work, conversation, reply)
            work.emit("HandoffWithdrawn", actor="customer", conversation_id=conversation_id)
            return True

    def take(self, conversation_id: str, agent: Agent) -> None:
        """An agent accepts the conversation; raises `AlreadyTaken`, except for one's own."""
        with self._store.writing() as work:
            conversation = locked(work, conversation_id)
            handoff = open_handoff(work.session, conversation_id)
            if handoff is not None and handoff.agent_id == agent.id:
                return
            taken = handoff is not None and handoff.taken_at is not None
            # A supervisor may take over from an agent.
            if handoff is None or (taken and not may(agent.role, Right.OVERSEE_TALKS)):
                raise AlreadyTaken(conversation_id)
            if taken:
                self._emit_taken_over(work, handoff, agent)
            handoff.taken_at, handoff.agent_id = work.now, agent.id
            conversation.state = ConversationState.HUMAN
            self._routes.taken(work, handoff, agent.id)
            conversations.say(
                work,
                conversation,
                Reply(self._policy.agent_taken.format(agent=agent.name)),
                author=Author.AGENT,
                name=agent.name,
            )
            work.emit("ConversationTaken", actor=agent.username, conversation_id=conversation_id)

    def _emit_taken_over(self, work: Work, handoff: Handoff, by: Agent) -> None:
        """Whose conversation it was is told through the console."""
        before = work.session.get_one(Agent, handoff.agent_id)
        data = {"for": before.username}
        work.emit(
            "ConversationTakenOver",
            actor=by.username,
            conversation_id=handoff.conversation_id,
            **data,
        )

    def answer(self, conversation_id: str, agent: Agent, text: str, client_id: str) -> Message:
        """What an agent says; `client_id` makes a repeated request harmless. Raises `NotYours`."""
        with self._store.writing() as work:
            conversation, _ = held_by(work, conversation_id, agent)
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

    def dispositions(self) -> dict[str, str]:
        """What an agent may choose as the result, with its label."""
        listed = self._policy.dispositions.items()
        return {name: one.label for name, one in listed if not one.by_desk}

    def close(self, conversation_id: str, agent: Agent, wrap_up: str, disposition: str) -> None:
        """The agent is done and says what came of it: the customer goes back to the bot.

        Raises `NotYours`, `UnknownDisposition`.
        """
        if disposition not in self.dispositions():
            raise UnknownDisposition(disposition)
        with self._store.writing() as work:
            conversation, handoff = held_by(work, conversation_id, agent)
            handoff.closed_at, handoff.wrap_up = work.now, wrap_up
            handoff.disposition = disposition
            conversation.state = ConversationState.BOT
            conversations.say(work, conversation, Reply(self._policy.closed), author=Author.SYSTEM)
            work.emit(
                "ConversationClosed",
                actor=agent.username,
                conversation_id=conversation_id,
                disposition=disposition,
            )

    def release(self, agent: Agent) -> int:
        """An agent leaves: open conversations go back into the queue. Returns how many."""
        with self._store.writing() as work:
            held = work.session.scalars(
                sa.select(handoffs.c.conversation_id).where(
                    handoffs.c.agent_id == agent.id, handoffs.c.closed_at.is_(None)
                )
            ).all()
            return sum(self._leave(work, conversation_id, agent) for conversation_id in held)

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

    def _leave(self, work: Work, conversation_id: str, agent: Agent) -> bool:
        """False when it was closed or taken over before the lock was had."""
        conversation = locked(work, conversation_id)
        handoff = open_handoff(work.session, conversation_id)
        if handoff is None or handoff.agent_id != agent.id:
            return False
        self.put_back(work, conversation, handoff, self._policy.requeued)
        return True

    def put_back(
        self,
        work: Work,
        conversation: Conversation,
        handoff: Handoff,
        words: str,
        *,
        queue: str | None = None,
        only_agent: int | None = None,
    ) -> None:
        """Into the queue again, at the old rank and place; the customer is told with `words`."""
        handoff.taken_at, handoff.agent_id = None, None
        handoff.due_at = self._due(work, self._priority(handoff))
        conversation.state = ConversationState.QUEUED
        self._routes.back(work, handoff, queue=queue, only_agent=only_agent)
        conversations.say(work, conversation, Reply(words), author=Author.SYSTEM)
        self._emit_queued(work, handoff)
