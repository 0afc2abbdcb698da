"""The quota of a WeChat channel: taken before a message is sent, so that it is never exceeded.

Service account and customer service count alike: five messages in 48 hours after one of theirs.

What a customer granted is read from their messages (the message id begins with "m" for a message,
"e" for a menu, scan or subscription); what was sent is a row.
"""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from desk.model.conversations import Author, Conversation, Delivery, OutboxItem
from desk.model.wechat import Contact, allowance
from desk.services.known_phone import known_phone
from desk.store.tables import channel_identities, conversations_table, messages
from desk.store.unit_of_work import Store, Work
from desk.store.wechat_tables import wechat_sends

_SENT, _CLOSED, _NOTICE, _NOTICE_FAILED = "sent", "closed", "notice", "notice_failed"
_KEPT = timedelta(days=3)
# A customer may act again without our quota noticing; one notice a day is enough for anybody.
_NOTICE_EVERY = timedelta(hours=24)


class WeChatQuota:
    def __init__(self, store: Store, channel: str) -> None:
        self._store, self._channel = store, channel

    def take(self, openid: str, count: int) -> bool:
        """Take the right to send `count` messages; False when there are not as many left."""
        with self._store.writing() as work:
            self._lock(work, openid)
            if allowance(self._contact(work, openid), work.now) < count:
                return False
            if not count:
                return True
            rows = [{"openid": openid, "kind": _SENT, "at": work.now} for _ in range(count)]
            work.session.execute(wechat_sends.insert(), rows)
            return True

    def give_back(self, openid: str, count: int) -> None:
        """Messages that were certainly not sent."""
        with self._store.writing() as work:
            newest = (
                sa.select(wechat_sends.c.id)
                .where(wechat_sends.c.openid == openid, wechat_sends.c.kind == _SENT)
                .order_by(wechat_sends.c.id.desc())
                .limit(count)
            )
            ids = list(work.session.scalars(newest))
            work.session.execute(wechat_sends.delete().where(wechat_sends.c.id.in_(ids)))

    def close(self, openid: str) -> None:
        """Nothing more may be sent until the customer does something."""
        self._note(openid, _CLOSED)

    def noticed(self, openid: str) -> None:
        """A template notice is about to go out."""
        self._note(openid, _NOTICE)

    def notice_undone(self, openid: str) -> None:
        """It certainly did not go out."""
        with self._store.writing() as work:
            work.session.execute(
                wechat_sends.delete().where(
                    wechat_sends.c.openid == openid, wechat_sends.c.kind == _NOTICE
                )
            )

    def notice_failed(self, openid: str) -> None:
        """A template notice was refused or did not arrive."""
        self._note(openid, _NOTICE_FAILED)

    def notice_state(self, openid: str) -> str | None:
        """ "notice" or "notice_failed" when there was one within a day and nobody wrote since."""
        with self._store.reading() as session:
            rows = session.execute(
                sa.select(wechat_sends.c.kind, wechat_sends.c.at).where(
                    wechat_sends.c.openid == openid,
                    wechat_sends.c.kind.in_((_NOTICE, _NOTICE_FAILED)),
                    wechat_sends.c.at > self._store.clock.now() - _NOTICE_EVERY,
                )
            ).all()
            wrote_at = session.scalar(self._last_grant(openid, "m"))
        kinds = {row.kind for row in rows if wrote_at is None or row.at >= wrote_at}
        return _NOTICE_FAILED if _NOTICE_FAILED in kinds else next(iter(kinds), None)

    def by_sms(self, deliveries: list[Delivery]) -> bool:
        """Hand what WeChat cannot take to the SMS port; False when no number is known."""
        with self._store.writing() as work:
            for delivery in deliveries:
                message, item = (
                    delivery.message,
                    work.session.get(OutboxItem, delivery.outbox_id, with_for_update=True),
                )
                if item is None or message is None:
                    continue
                conversation = work.session.get_one(Conversation, message.conversation_id)
                phone = known_phone(work, conversation)
                if phone is None:
                    return False
                work.session.add(OutboxItem("sms", phone, work.now, text=message.text))
                work.session.get_one(type(message), message.id).delivered_at = work.now
                work.session.delete(item)
                work.emit(
                    "SentBySms",
                    conversation_id=conversation.id,
                    message_id=message.id,
                    channel=self._channel,
                )
            return True

    def forget(self) -> None:
        """Rows that no grant reaches any more."""
        with self._store.writing() as work:
            work.session.execute(wechat_sends.delete().where(wechat_sends.c.at < work.now - _KEPT))

    def _note(self, openid: str, kind: str) -> None:
        with self._store.writing() as work:
            row = {"openid": openid, "kind": kind, "at": work.now}
            work.session.execute(wechat_sends.insert().values(row))

    def _lock(self, work: Work, openid: str) -> None:
        """Two processes must not both take the last message."""
        work.session.execute(
            sa.select(channel_identities.c.id)
            .where(
                channel_identities.c.channel == self._channel,
                channel_identities.c.external_id == openid,
            )
            .with_for_update()
        )

    def _contact(self, work: Work, openid: str) -> Contact:
        rows = work.session.execute(
            sa.select(wechat_sends.c.kind, wechat_sends.c.at).where(
                wechat_sends.c.openid == openid, wechat_sends.c.at > work.now - _KEPT
            )
        ).all()
        closed: list[datetime] = [row.at for row in rows if row.kind == _CLOSED]
        return Contact(
            work.session.scalar(self._last_grant(openid, "m")),
            work.session.scalar(self._last_grant(openid, "e")),
            [row.at for row in rows if row.kind == _SENT],
            max(closed, default=None),
        )

    def _last_grant(self, openid: str, letter: str) -> sa.Select[Any]:
        return (
            sa.select(messages.c.at)
            .join(conversations_table, conversations_table.c.id == messages.c.conversation_id)
            .where(
                conversations_table.c.channel == self._channel,
                conversations_table.c.external_id == openid,
                messages.c.author == Author.CUSTOMER,
                messages.c.external_id.startswith(letter),
            )
            .order_by(messages.c.id.desc())
            .limit(1)
        )
