"""Outgoing messages: handed to their channel until it took them, then the row goes."""

from collections.abc import Collection, Sequence
from datetime import timedelta

import sqlalchemy as sa

from desk.model.conversations import Delivery, Message, OutboxItem
from desk.store.tables import messages, outbox
from desk.store.unit_of_work import Store, Work

_LEASE = timedelta(seconds=30)
_MAX_ATTEMPTS = 8
_BATCH = 50


class Outbox:
    """At least once, in order per recipient: a recipient's later message waits for the earlier."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def claim(
        self, channels: Collection[str], limit: int = _BATCH, leave: Collection[str] = ()
    ) -> list[Delivery]:
        """What should be sent now on these channels; a crash after this gives it back in 30 s.

        Recipients in `leave` are answered otherwise just now.
        """
        with self._store.writing() as work:
            earlier = outbox.alias("earlier")
            blocked = (
                sa.select(sa.literal(1))
                .where(
                    earlier.c.channel == outbox.c.channel,
                    earlier.c.recipient == outbox.c.recipient,
                    earlier.c.id < outbox.c.id,
                    earlier.c.not_before > work.now,
                    ~earlier.c.parked,
                )
                .exists()
            )
            items = work.session.scalars(
                sa.select(OutboxItem)
                .where(
                    outbox.c.channel.in_(channels),
                    outbox.c.not_before <= work.now,
                    outbox.c.recipient.not_in(leave),
                    ~outbox.c.parked,
                    ~blocked,
                )
                .order_by(outbox.c.id)
                .limit(limit)
                .with_for_update(skip_locked=True)
            ).all()
            return [self._lease(work, item) for item in items]

    def claim_for(self, channel: str, recipient: str) -> list[Delivery]:
        """All that waits for one recipient, parked or to be tried again later, oldest first.

        Empty while another is sending to them: order comes first.
        """
        with self._store.writing() as work:
            items = work.session.scalars(
                sa.select(OutboxItem)
                .where(outbox.c.channel == channel, outbox.c.recipient == recipient)
                .order_by(outbox.c.id)
                .limit(_BATCH)
                .with_for_update()
            ).all()
            if any(i.not_before > work.now and not i.last_error for i in items):
                return []
            return [self._lease(work, item) for item in items]

    def _lease(self, work: Work, item: OutboxItem) -> Delivery:
        item.attempts += 1
        item.not_before = work.now + _LEASE
        item.last_error, item.parked = None, False
        message = work.session.get(Message, item.message_id) if item.message_id else None
        text = message.text if message else item.text or ""
        return Delivery(item.id, item.channel, item.recipient, text, item.attempts, message)

    def delivered(self, *outbox_ids: int) -> None:
        with self._store.writing() as work:
            for item in self._items(work, outbox_ids):
                if item.message_id is not None:
                    work.session.get_one(Message, item.message_id).delivered_at = work.now
                work.session.delete(item)

    def give_back(self, *outbox_ids: int) -> None:
        """Not tried, because an earlier message to the same recipient failed just now."""
        with self._store.writing() as work:
            for item in self._items(work, outbox_ids):
                item.attempts -= 1
                item.not_before = work.now

    def later(self, outbox_ids: Collection[int], seconds: float, why: str) -> None:
        """The channel cannot be reached: try again without counting; nothing is given up."""
        with self._store.writing() as work:
            for item in self._items(work, outbox_ids):
                item.attempts -= 1
                item.not_before = work.now + timedelta(seconds=seconds)
                item.last_error, item.parked = why[:200], False

    def park(self, outbox_ids: Collection[int]) -> None:
        """Keep until the recipient speaks: `claim_for` or `unpark` takes them up again."""
        with self._store.writing() as work:
            for item in self._items(work, outbox_ids):
                item.attempts -= 1
                item.not_before, item.parked = work.now, True

    def unpark(self, channel: str, recipient: str) -> None:
        with self._store.writing() as work:
            work.session.execute(
                outbox.update()
                .where(outbox.c.channel == channel, outbox.c.recipient == recipient)
                .where(outbox.c.parked)
                .values(parked=False)
            )

    def _items(self, work: Work, ids: Collection[int]) -> Sequence[OutboxItem]:
        return work.session.scalars(sa.select(OutboxItem).where(outbox.c.id.in_(ids))).all()

    def failed(self, outbox_id: int, error: str) -> None:
        """Try again later, ever slower; after the last try give up loudly."""
        with self._store.writing() as work:
            item = work.session.get(OutboxItem, outbox_id)
            if item is None:
                return
            item.last_error = error[:200]
            if item.attempts < _MAX_ATTEMPTS:
                item.not_before = work.now + timedelta(seconds=2**item.attempts)
                return
            conversation_id = None
            if item.message_id is not None:
                message = work.session.get_one(Message, item.message_id)
                message.failed_at, conversation_id = work.now, message.conversation_id
            work.emit(
                "DeliveryFailed",
                conversation_id=conversation_id,
                channel=item.channel,
                error=item.last_error,
            )
            work.session.delete(item)

    def collect(
        self,
        channel: str,
        recipient: str,
        leave: Collection[int] = (),
        reply_to: int | None = None,
    ) -> list[Message]:
        """For channels that fetch (REST): all waiting messages of a recipient, marked delivered.

        Replies to the messages in `leave` stay: somebody else is waiting for those. With
        `reply_to` replies to later messages stay too, because their request may still be on its
        way; replies to `reply_to` itself come again, because the request may be a repeated one.
        """
        with self._store.writing() as work:
            waiting = sa.select(outbox.c.message_id).where(
                outbox.c.channel == channel, outbox.c.recipient == recipient
            )
            free: sa.ColumnElement[bool] = messages.c.reply_to.not_in(leave)
            if reply_to is not None:
                free = sa.and_(free, messages.c.reply_to <= reply_to)
            mine = sa.or_(messages.c.reply_to.is_(None), free)
            wanted = sa.and_(messages.c.id.in_(waiting), mine)
            if reply_to is not None:
                wanted = sa.or_(wanted, messages.c.reply_to == reply_to)
            found = list(
                work.session.scalars(sa.select(Message).where(wanted).order_by(messages.c.id))
            )
            for message in found:
                message.delivered_at = message.delivered_at or work.now
            work.session.execute(
                outbox.delete().where(outbox.c.message_id.in_([m.id for m in found]))
            )
            return found
