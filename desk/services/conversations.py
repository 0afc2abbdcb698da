"""Conversations: opened with a customer's first word, spoken into by whoever answers, read back."""

from collections.abc import Sequence
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from desk.clock import Chance
from desk.model.conversations import (
    Author,
    Conversation,
    ConversationState,
    Message,
    OutboxItem,
    Reply,
)
from desk.model.errors import UnknownConversation
from desk.services import customers
from desk.store.tables import conversations_table, inbox, messages
from desk.store.unit_of_work import Store, Work


def get(work: Work, conversation_id: str) -> Conversation:
    found = work.session.get(Conversation, conversation_id)
    if found is None:
        raise UnknownConversation(conversation_id)
    return found


def say(
    work: Work,
    conversation: Conversation,
    reply: Reply,
    *,
    author: Author = Author.BOT,
    name: str | None = None,
    reply_to: int | None = None,
    external_id: str | None = None,
) -> Message:
    """Put one thing said to the customer into the conversation and into the outbox."""
    message = _message(work, conversation, reply, author, reply_to)
    message.name, message.external_id = name, external_id
    _send(work, conversation, (message,))
    return message


def last_said(session: Session, conversation_id: str) -> str | None:
    """The newest words to the customer, whoever said them."""
    return session.scalar(
        sa.select(messages.c.text)
        .where(messages.c.conversation_id == conversation_id, messages.c.author != Author.CUSTOMER)
        .order_by(messages.c.id.desc())
        .limit(1)
    )


def answer(
    work: Work, conversation: Conversation, replies: Sequence[Reply], reply_to: int
) -> tuple[Message, ...]:
    """All the bot says to one message of the customer; one round trip for all of it each."""
    said = tuple(_message(work, conversation, r, Author.BOT, reply_to) for r in replies)
    _send(work, conversation, said)
    return said


def _message(
    work: Work, conversation: Conversation, reply: Reply, author: Author, reply_to: int | None
) -> Message:
    return Message(
        conversation_id=conversation.id,
        author=author,
        text=reply.text,
        at=work.now,
        buttons=list(reply.buttons),
        image=reply.image,
        custom=reply.custom,
        reply_to=reply_to,
    )


def _send(work: Work, conversation: Conversation, said: Sequence[Message]) -> None:
    """What was said into conversation, outbox and journal."""
    work.session.add_all(said)
    work.session.flush()
    for message in said:
        work.session.add(
            OutboxItem(
                channel=conversation.channel,
                recipient=conversation.external_id,
                message_id=message.id,
                not_before=work.now,
            )
        )
        work.emit(
            "MessageSent",
            actor=str(message.author),
            conversation_id=conversation.id,
            message_id=message.id,
        )
    conversation.last_message_at = work.now


def has_waiting(session: Session, conversation_id: str) -> bool:
    """Whether a message of the customer has not had its turn yet."""
    return bool(
        session.scalar(sa.select(sa.exists().where(inbox.c.conversation_id == conversation_id)))
    )


class Conversations:
    """Finds and reads conversations. What comes in goes through `desk.services.inbox`."""

    def __init__(self, store: Store, chance: Chance) -> None:
        self._store = store
        self._chance = chance

    def find_or_open(self, work: Work, channel: str, external_id: str) -> Conversation:
        """The open conversation of somebody on a channel, in the caller's transaction."""
        identity = customers.identity_on(work, channel, external_id)
        # Two first messages at one instant must not open two conversations.
        work.session.refresh(identity, with_for_update=True)
        found = work.session.scalars(
            sa.select(Conversation)
            .where(
                conversations_table.c.identity_id == identity.id,
                conversations_table.c.state != ConversationState.CLOSED,
            )
            .order_by(conversations_table.c.opened_at.desc())
            .limit(1)
        ).one_or_none()
        if found is not None:
            return found
        opened = Conversation(
            id=f"c-{self._chance.token()}",
            channel=channel,
            external_id=external_id,
            identity_id=identity.id,
            opened_at=work.now,
        )
        work.session.add(opened)
        work.session.flush()
        work.emit("ConversationOpened", actor="customer", conversation_id=opened.id)
        return opened

    def place(self, conversation_id: str) -> tuple[str, str]:
        """(channel, external id) of a conversation; raises `UnknownConversation`."""
        with self._store.reading() as session:
            found = session.get(Conversation, conversation_id)
            if found is None:
                raise UnknownConversation(conversation_id)
            return found.channel, found.external_id

    def last_words(self, conversation_id: str) -> str | None:
        """The newest words of the customer."""
        with self._store.reading() as session:
            return session.scalar(
                sa.select(messages.c.text)
                .where(
                    messages.c.conversation_id == conversation_id,
                    messages.c.author == Author.CUSTOMER,
                )
                .order_by(messages.c.id.desc())
                .limit(1)
            )

    def history(
        self, channel: str, external_id: str, after: int = 0, limit: int = 200
    ) -> tuple[Conversation | None, list[Message]]:
        """What a customer may see of the own conversation, oldest first, `limit` at a time.

        From the beginning (`after` 0) the newest; after an id the oldest, so that reading on
        misses nothing.
        """
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
                return None, []
            query = sa.select(Message).where(messages.c.conversation_id == conversation.id)
            if after:
                query = query.where(messages.c.id > after).order_by(messages.c.id)
                return conversation, list(session.scalars(query.limit(limit)))
            newest = session.scalars(query.order_by(messages.c.id.desc()).limit(limit)).all()
            return conversation, list(reversed(newest))

    def whole(self, channel: str, external_id: str) -> list[Message]:
        """All of the newest conversation, oldest first, as its customer may keep it."""
        conversation, newest = self.history(channel, external_id, limit=1)
        if conversation is None or not newest:
            return []
        with self._store.reading() as session:
            return list(
                session.scalars(
                    sa.select(Message)
                    .where(
                        messages.c.conversation_id == conversation.id,
                        messages.c.id <= newest[-1].id,
                    )
                    .order_by(messages.c.id)
                )
            )

    def quiet_for(self, conversation_id: str, span: timedelta) -> bool:
        """Whether nobody but the customer has said anything for a while."""
        since = self._store.clock.now() - span
        with self._store.reading() as session:
            said = session.scalar(
                sa.select(messages.c.id)
                .where(
                    messages.c.conversation_id == conversation_id,
                    messages.c.author != Author.CUSTOMER,
                    messages.c.at > since,
                )
                .limit(1)
            )
            return said is None
