"""The way of a message in: stored once, answered one at a time and in order.

`accept` → `claim` → (Rasa, outside any transaction) → `finish`. The lease with its fence makes sure
that a worker which was slow, killed or cut off can no longer write its result.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from desk.model.conversations import (
    Accepted,
    Author,
    Claim,
    Conversation,
    InboxItem,
    Message,
    Reply,
    Turn,
    Understood,
)
from desk.model.errors import StaleTurn, UnknownConversation
from desk.services import conversations
from desk.services.conversations import Conversations
from desk.store.tables import conversations_table, inbox, messages
from desk.store.unit_of_work import Store, Work


class Inbox:
    """The gateway's only way in."""

    def __init__(self, store: Store, opened: Conversations) -> None:
        self._store, self._conversations = store, opened

    def accept(
        self,
        channel: str,
        external_id: str,
        text: str,
        message_id: str,
        image: str | None = None,
        claim: Claim | None = None,
    ) -> Accepted:
        """Store an inbound message before it is acknowledged.

        `message_id` is the channel's own id: the same id again is answered with the first row and
        `repeated=True`. Two deliveries at the same instant: one insert wins, the other finds it.
        With `claim` its turn is begun in the same transaction when nothing else comes first.
        """

        def store() -> Accepted:
            with self._store.writing() as work:
                conversation = self._conversations.find_or_open(work, channel, external_id)
                message = Message(
                    conversation.id, Author.CUSTOMER, text, work.now, message_id, image=image
                )
                return self._accept(work, conversation, message, claim)

        try:
            return store()
        except IntegrityError:
            return store()

    def _accept(
        self, work: Work, conversation: Conversation, message: Message, claim: Claim | None
    ) -> Accepted:
        known = work.session.scalars(
            sa.select(messages.c.id).where(
                messages.c.conversation_id == conversation.id,
                messages.c.external_id == message.external_id,
            )
        ).one_or_none()
        if known is not None:
            return Accepted(conversation.id, known, True, conversation.state)
        first = claim is not None and _is_free(work, conversation)
        work.session.add(message)
        work.session.flush()
        item = InboxItem(message.id, conversation.id, work.now, work.now)
        work.session.add(item)
        conversation.last_message_at = work.now
        turn = _begin(work, conversation, item, message, claim) if claim and first else None
        work.emit(
            "MessageReceived",
            actor="customer",
            conversation_id=conversation.id,
            message_id=message.id,
        )
        return Accepted(conversation.id, message.id, False, conversation.state, turn)

    def claim(self, owner: str, lease_seconds: float) -> Turn | None:
        """The oldest message that may be answered now, with the right to answer it.

        One turn per conversation: a live lease keeps others out. Within a conversation the oldest
        message goes first, also when it has to wait for a retry. None: nothing to do.
        """
        # Mostly nothing waits, and looking takes no write lock.
        with self._store.reading() as session:
            if session.scalar(sa.select(inbox.c.message_id).limit(1)) is None:
                return None
        with self._store.writing() as work:
            row = work.session.execute(_next_turn(work)).first()
            if row is None:
                return None
            item = work.session.get_one(InboxItem, row.message_id)
            conversation = conversations.get(work, item.conversation_id)
            message = work.session.get_one(Message, item.message_id)
            return _begin(work, conversation, item, message, Claim(owner, lease_seconds))

    def release_leases(self, owner: str) -> int:
        """A restarted worker takes back what its predecessor of the same name was holding."""
        with self._store.writing() as work:
            done = work.session.execute(
                conversations_table.update()
                .where(conversations_table.c.lease_owner == owner)
                .values(lease_owner=None, lease_until=None, fence=conversations_table.c.fence + 1)
            )
            return int(done.rowcount)  # type: ignore[attr-defined]

    def finish(
        self, turn: Turn, replies: Sequence[Reply], understood: Understood | None = None
    ) -> tuple[int, ...]:
        """Write the result of a turn: replies to the outbox, message handled, lease given back.

        Returns the ids of the replies. Raises `StaleTurn` when another worker took over.
        """
        with self._store.writing() as work:
            conversation = self._held(work, turn)
            if understood is not None:
                work.session.execute(
                    messages.update()
                    .where(messages.c.id == turn.message_id)
                    .values(intent=understood.intent, confidence=understood.confidence)
                )
                conversation.awaits = understood.awaits
            said = conversations.answer(work, conversation, replies, turn.message_id)
            work.session.execute(inbox.delete().where(inbox.c.message_id == turn.message_id))
            _give_back(conversation)
            work.emit(
                "TurnFinished",
                conversation_id=conversation.id,
                message_id=turn.message_id,
                replies=len(said),
                **_understanding(understood),
            )
            return tuple(reply.id for reply in said)

    def postpone(self, turn: Turn, seconds: float, notice: Reply | None = None) -> None:
        """Rasa cannot be reached just now: keep the message, try again, tell the customer once."""
        with self._store.writing() as work:
            conversation = self._held(work, turn)
            item = work.session.get_one(InboxItem, turn.message_id)
            item.not_before = work.now + timedelta(seconds=seconds)
            if notice is not None and not item.notified:
                conversations.say(work, conversation, notice, author=Author.SYSTEM)
                item.notified = True
            _give_back(conversation)

    def notify_slow(self, turn: Turn, notice: Reply) -> None:
        """A turn takes long: say so once, while it goes on."""
        with self._store.writing() as work:
            conversation = self._held(work, turn)
            item = work.session.get_one(InboxItem, turn.message_id)
            if not item.notified:
                conversations.say(work, conversation, notice, author=Author.SYSTEM)
                item.notified = True

    def _held(self, work: Work, turn: Turn) -> Conversation:
        # Locked, so that nobody can claim the turn between this check and our commit.
        conversation = work.session.get(
            Conversation, turn.conversation_id, with_for_update=True, populate_existing=True
        )
        if conversation is None:
            raise UnknownConversation(turn.conversation_id)
        if conversation.fence != turn.fence:
            raise StaleTurn(f"{turn.conversation_id}: fence {turn.fence} < {conversation.fence}")
        if work.session.get(InboxItem, turn.message_id) is None:
            raise StaleTurn(f"{turn.conversation_id}: message {turn.message_id} had its turn")
        return conversation

    def is_waiting(self, message_id: int) -> bool:
        """Whether an accepted message has not had its turn yet."""
        with self._store.reading() as session:
            return session.get(InboxItem, message_id) is not None

    def backlog(self) -> int:
        with self._store.reading() as session:
            return session.scalar(sa.select(sa.func.count()).select_from(inbox)) or 0


def _understanding(understood: Understood | None) -> dict[str, Any]:
    """For the journal; nothing for a turn that no model saw."""
    if understood is None or understood.intent is None:
        return {}
    return {
        "intent": understood.intent,
        "ranking": [[name, share] for name, share in understood.ranking],
        "awaits": understood.awaits,
    }


def _next_turn(work: Work) -> sa.Select[Any]:
    other = inbox.alias("older")
    older_first = (
        sa.select(sa.literal(1))
        .where(
            other.c.conversation_id == inbox.c.conversation_id,
            other.c.message_id < inbox.c.message_id,
        )
        .exists()
    )
    free = sa.or_(
        conversations_table.c.lease_until.is_(None),
        conversations_table.c.lease_until <= work.now,
    )
    return (
        sa.select(inbox.c.message_id)
        .join(conversations_table, conversations_table.c.id == inbox.c.conversation_id)
        .where(free, inbox.c.not_before <= work.now, ~older_first)
        .order_by(inbox.c.message_id)
        .limit(1)
        .with_for_update(skip_locked=True, of=(inbox, conversations_table))
    )


def _is_free(work: Work, conversation: Conversation) -> bool:
    """Nobody answers in this conversation, and nothing in it waits to be answered."""
    # Locked: two messages at one instant must not both find it free.
    work.session.refresh(conversation, with_for_update=True)
    if conversation.lease_until is not None and conversation.lease_until > work.now:
        return False
    waiting = sa.select(inbox.c.message_id).where(inbox.c.conversation_id == conversation.id)
    return work.session.scalar(waiting.limit(1)) is None


def _begin(
    work: Work, conversation: Conversation, item: InboxItem, message: Message, claim: Claim
) -> Turn:
    conversation.lease_owner = claim.owner
    conversation.lease_until = work.now + timedelta(seconds=claim.lease_seconds)
    conversation.fence += 1
    item.attempts += 1
    return Turn(
        conversation_id=conversation.id,
        message_id=message.id,
        text=message.text,
        channel=conversation.channel,
        external_id=conversation.external_id,
        state=conversation.state,
        fence=conversation.fence,
        attempts=item.attempts,
        received_at=item.received_at,
        notified=item.notified,
    )


def _give_back(conversation: Conversation) -> None:
    conversation.lease_owner = None
    conversation.lease_until = None
