"""Quality inspection (质检) of speech: every conversation, bot and people by the same rules."""

from dataclasses import dataclass

import sqlalchemy as sa

from desk.model.conversations import Message
from desk.model.errors import UnknownConversation
from desk.model.speech import Finding, inspect
from desk.policies import SpeechPolicy
from desk.store.tables import conversations_table, messages
from desk.store.unit_of_work import Store


@dataclass(frozen=True)
class Inspected:
    """One conversation and what was found in it; each finding names its message."""

    conversation_id: str
    channel: str
    messages: int
    findings: tuple[Finding, ...]


class InspectionView:
    """Read only: findings are computed from what was said, not stored."""

    def __init__(self, store: Store, policy: SpeechPolicy) -> None:
        self._store, self._rules = store, policy.speech_rules

    def one(self, conversation_id: str) -> Inspected:
        """Raises `UnknownConversation`."""
        found = self._inspect(conversations_table.c.id == conversation_id, 1)
        if not found:
            raise UnknownConversation(conversation_id)
        return found[0]

    def newest(self, limit: int) -> list[Inspected]:
        """The conversations with the latest messages."""
        return self._inspect(sa.true(), limit)

    def _inspect(self, where: sa.ColumnElement[bool], limit: int) -> list[Inspected]:
        table = conversations_table
        newest = table.c.last_message_at.desc()
        query = sa.select(table.c.id, table.c.channel).where(where).order_by(newest).limit(limit)
        with self._store.reading() as session:
            chosen = session.execute(query).all()
            said: dict[str, list[Message]] = {row.id: [] for row in chosen}
            every = sa.select(Message).where(messages.c.conversation_id.in_(said))
            for message in session.scalars(every.order_by(messages.c.id)):
                said[message.conversation_id].append(message)
        return [
            Inspected(row.id, row.channel, len(said[row.id]), self._findings(said[row.id]))
            for row in chosen
        ]

    def _findings(self, said: list[Message]) -> tuple[Finding, ...]:
        return tuple(inspect(said, self._rules))
