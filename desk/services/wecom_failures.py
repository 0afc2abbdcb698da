"""What WeCom took and then did not deliver: it says so in an event, maybe much later."""

import sqlalchemy as sa

from desk.model.conversations import Author, Conversation, Message, OutboxItem
from desk.services.known_phone import known_phone
from desk.store.tables import conversations_table, messages
from desk.store.unit_of_work import Store, Work

_CHANNEL = "wecom"


class WeComFailures:
    def __init__(self, store: Store) -> None:
        self._store = store

    def not_delivered(self, recipient: str, first: int, last: int, why: str) -> int:
        """What was said to them from `first` to `last`: news and words of staff go by SMS where a
        number is known, the rest is marked. Told twice it happens once. Returns how many.
        """
        with self._store.writing() as work:
            found = work.session.scalars(
                sa.select(Message)
                .join(conversations_table, conversations_table.c.id == messages.c.conversation_id)
                .where(
                    messages.c.id.between(first, last),
                    messages.c.author != Author.CUSTOMER,
                    messages.c.failed_at.is_(None),
                    conversations_table.c.channel == _CHANNEL,
                    conversations_table.c.external_id == recipient,
                )
                .order_by(messages.c.id)
            ).all()
            for message in found:
                self._instead(work, message, why)
            return len(found)

    def _instead(self, work: Work, message: Message, why: str) -> None:
        conversation = work.session.get_one(Conversation, message.conversation_id)
        message.delivered_at, message.failed_at = None, work.now
        phone = known_phone(work, conversation) if message.author is not Author.BOT else None
        if phone is not None:
            work.session.add(OutboxItem("sms", phone, work.now, text=message.text))
        work.emit(
            "DeliveryFailed" if phone is None else "SentBySms",
            conversation_id=conversation.id,
            message_id=message.id,
            channel=_CHANNEL,
            error=why,
        )
