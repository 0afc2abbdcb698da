"""A customer who falls silent in the middle of a flow is told, once, that the place is kept."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from desk.model.conversations import Author, Conversation, ConversationState, Reply
from desk.policies import SilencePolicy
from desk.services import conversations
from desk.store.tables import conversations_table
from desk.store.unit_of_work import Store

# Nobody wants a word about yesterday's silence after the desk was down over night.
_LONG_AGO = timedelta(hours=1)
_BATCH = 50


class Silences:
    """For the sweeper; several processes may sweep."""

    def __init__(self, store: Store, policy: SilencePolicy) -> None:
        self._store, self._policy = store, policy

    def sweep(self) -> int:
        """Speak to those who have been silent long enough; returns how many."""
        if not self._any():
            return 0
        with self._store.writing() as work:
            now = work.now
            silent = work.session.scalars(
                sa.select(Conversation)
                .where(self._fell_silent(now))
                .limit(_BATCH)
                .with_for_update(skip_locked=True)
            ).all()
            spoken = 0
            for conversation in silent:
                conversation.awaits = None
                last = conversation.last_message_at
                recent = last is not None and last > now - _LONG_AGO
                if recent and conversation.state is ConversationState.BOT:
                    reply = Reply(self._policy.text)
                    conversations.say(work, conversation, reply, author=Author.BOT)
                    spoken += 1
            return spoken

    def _any(self) -> bool:
        """A look that takes no write lock: almost always there is nobody."""
        where = self._fell_silent(self._store.clock.now())
        with self._store.reading() as session:
            query = sa.select(conversations_table.c.id).where(where).limit(1)
            return session.scalar(query) is not None

    def _fell_silent(self, now: datetime) -> sa.ColumnElement[bool]:
        table = conversations_table
        since = now - timedelta(minutes=self._policy.after_minutes)
        return sa.and_(table.c.awaits.is_not(None), table.c.last_message_at <= since)
