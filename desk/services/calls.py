"""Telephone calls: opened, kept alive, ended; what an ended call can no longer hear goes by SMS.

A call is a conversation of its own on the channel "ivr": whoever rings again from the same number
proves again who they are. Rows are for the time of the call and a day after it.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from desk.model.conversations import Author, Conversation, ConversationState, Message, OutboxItem
from desk.services import conversations
from desk.services.known_phone import known_phone
from desk.store.call_tables import calls
from desk.store.tables import conversations_table, outbox
from desk.store.unit_of_work import Store, Work

CHANNEL = "ivr"
_KEPT = timedelta(days=1)
_BATCH = 50
_WITH_A_PERSON = (ConversationState.QUEUED, ConversationState.HUMAN)


@dataclass(frozen=True)
class Call:
    """A call that goes on. `memory` is the gateway's: last words, choices, what was answered."""

    id: str
    memory: dict[str, Any]


class Calls:
    def __init__(self, store: Store) -> None:
        self._store = store

    def open(self, call_id: str, seconds: float) -> bool:
        """A new call, or the same one asked for again; False when it has ended already."""
        try:
            with self._store.writing() as work:
                known = work.session.execute(_row(call_id)).first()
                if known is None:
                    ends = work.now + timedelta(seconds=seconds)
                    row = {"id": call_id, "expires_at": ends, "memory": {}}
                    work.session.execute(calls.insert().values(row))
        except IntegrityError:
            return self.get(call_id) is not None
        return known is None or self.get(call_id) is not None

    def get(self, call_id: str) -> Call | None:
        """None when there is no such call, or it has ended or run out."""
        with self._store.reading() as session:
            row = session.execute(_row(call_id)).first()
        if row is None or row.ended_at is not None or row.expires_at <= self._store.clock.now():
            return None
        return Call(call_id, row.memory)

    def keep(self, call_id: str, seconds: float, memory: dict[str, Any] | None = None) -> bool:
        """The call goes on for so long, with this in mind; False when there is none any more."""
        with self._store.writing() as work:
            values: dict[str, Any] = {"expires_at": work.now + timedelta(seconds=seconds)}
            if memory is not None:
                values["memory"] = memory
            kept = work.session.execute(
                calls.update()
                .where(
                    calls.c.id == call_id,
                    calls.c.ended_at.is_(None),
                    calls.c.expires_at > work.now,
                )
                .values(values)
            )
            return bool(kept.rowcount)  # type: ignore[attr-defined]

    def end(self, call_id: str, reason: str) -> bool:
        """The line is closed; so is its conversation, unless a person has it or will.

        False when there is no such call, or it had ended.
        """
        with self._store.writing() as work:
            ended = work.session.execute(
                calls.update()
                .where(calls.c.id == call_id, calls.c.ended_at.is_(None))
                .values(ended_at=work.now, memory={})
            )
            if not ended.rowcount:  # type: ignore[attr-defined]
                return False
            conversation = _conversation(work, call_id)
            if conversation is not None:
                conversation.awaits = None
                if conversation.state not in _WITH_A_PERSON:
                    conversation.state = ConversationState.CLOSED
                work.emit(
                    "CallEnded",
                    actor="customer",
                    conversation_id=conversation.id,
                    reason=reason[:100],
                )
            return True

    def run_out(self) -> list[Call]:
        """Calls of which nothing was heard for too long, still to be ended."""
        with self._store.reading() as session:
            rows = session.execute(
                sa.select(calls.c.id, calls.c.memory)
                .where(calls.c.ended_at.is_(None), calls.c.expires_at <= self._store.clock.now())
                .limit(_BATCH)
            )
            return [Call(row.id, row.memory) for row in rows]

    def unheard(self) -> int:
        """What was said into ended calls: news and a person's words go by SMS, the bot's are lost.

        Where a person is done (the last word of that is a message), the conversation is closed.
        Returns how many messages.
        """
        with self._store.reading() as session:
            if session.scalar(sa.select(outbox.c.id).where(_to_ended()).limit(1)) is None:
                return 0
        with self._store.writing() as work:
            items = work.session.scalars(
                sa.select(OutboxItem).where(_to_ended()).order_by(outbox.c.id).limit(_BATCH)
            ).all()
            for item in items:
                self._instead(work, item)
            return len(items)

    def _instead(self, work: Work, item: OutboxItem) -> None:
        message = work.session.get_one(Message, item.message_id)
        conversation = conversations.get(work, message.conversation_id)
        if conversation.state is ConversationState.BOT:
            conversation.state = ConversationState.CLOSED
        phone = known_phone(work, conversation) if _is_news(message) else None
        work.session.delete(item)
        if phone is None:
            message.failed_at = work.now
            return
        work.session.add(OutboxItem("sms", phone, work.now, text=message.text))
        message.delivered_at = work.now
        work.emit(
            "SentBySms", conversation_id=conversation.id, message_id=message.id, channel=CHANNEL
        )

    def forget(self) -> None:
        """Calls that ended long ago."""
        with self._store.writing() as work:
            work.session.execute(calls.delete().where(calls.c.ended_at < work.now - _KEPT))


def _row(call_id: str) -> sa.Select[Any]:
    return sa.select(calls).where(calls.c.id == call_id)


def _is_news(message: Message) -> bool:
    """From staff or system; the greeting of who takes the call is heard on the telephone."""
    typed = message.author is Author.AGENT and message.external_id is not None
    return typed or message.author is Author.SYSTEM


def _conversation(work: Work, call_id: str) -> Conversation | None:
    return work.session.scalars(
        sa.select(Conversation)
        .where(
            conversations_table.c.channel == CHANNEL,
            conversations_table.c.external_id == call_id,
            conversations_table.c.state != ConversationState.CLOSED,
        )
        .with_for_update()
    ).one_or_none()


def _to_ended() -> sa.ColumnElement[bool]:
    goes_on = sa.exists().where(calls.c.id == outbox.c.recipient, calls.c.ended_at.is_(None))
    return sa.and_(outbox.c.channel == CHANNEL, ~goes_on)
