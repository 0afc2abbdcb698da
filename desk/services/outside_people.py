"""People who answer in another system than the console: the desk only notes that they have it.

Their customers' words are kept like all others, and the bot is silent as with any person.
"""

import sqlalchemy as sa

from desk.handoff_policy import OUTSIDE
from desk.model.conversations import Author, Conversation, ConversationState, Message, Reply
from desk.services import conversations
from desk.services.handoff_rows import locked, open_handoff
from desk.services.routing_rows import end_offer
from desk.store.tables import messages
from desk.store.unit_of_work import Store, Work


class OutsidePeople:
    def __init__(self, store: Store, closed: str) -> None:
        self._store, self._closed = store, closed

    def took(self, conversation_id: str, where: str) -> bool:
        """They have it now, from the queue or from the bot; False when they had it already."""
        with self._store.writing() as work:
            conversation = locked(work, conversation_id)
            if conversation.state not in (ConversationState.BOT, ConversationState.QUEUED):
                return False
            handoff = open_handoff(work.session, conversation_id)
            if handoff is not None:
                handoff.taken_at = work.now
                end_offer(work, conversation_id)
            conversation.state = ConversationState.HUMAN
            work.emit("ConversationTaken", actor=where, conversation_id=conversation_id)
            return True

    def said(self, conversation_id: str, name: str, text: str, external_id: str) -> None:
        """Words that they said over there; the customer has seen them."""
        with self._store.writing() as work:
            conversation = locked(work, conversation_id)
            same = (messages.c.conversation_id == conversation_id) & (
                messages.c.external_id == external_id
            )
            if not work.session.scalar(sa.select(sa.exists().where(same))):
                self._note(work, conversation, name, text, external_id)

    def _note(
        self, work: Work, conversation: Conversation, name: str, text: str, external_id: str
    ) -> None:
        message = Message(
            conversation.id, Author.AGENT, text, work.now, external_id=external_id, name=name
        )
        message.delivered_at = conversation.last_message_at = work.now
        work.session.add(message)
        work.session.flush()
        work.emit(
            "MessageSent", actor="agent", conversation_id=conversation.id, message_id=message.id
        )

    def done(self, conversation_id: str, where: str, *, tell: bool) -> bool:
        """They are done: back to the bot, and `tell` the customer. False when they did not
        have it."""
        with self._store.writing() as work:
            conversation = locked(work, conversation_id)
            handoff = open_handoff(work.session, conversation_id)
            ours = handoff is not None and handoff.agent_id is not None
            if conversation.state is not ConversationState.HUMAN or ours:
                return False
            if handoff is not None:
                handoff.closed_at, handoff.disposition = work.now, OUTSIDE
            conversation.state = ConversationState.BOT
            if tell:
                farewell = Reply(self._closed)
                conversations.say(work, conversation, farewell, author=Author.SYSTEM)
            work.emit(
                "ConversationClosed",
                actor=where,
                conversation_id=conversation_id,
                disposition=OUTSIDE,
            )
            return True
