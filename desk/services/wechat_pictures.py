"""Pictures that a WeChat channel only names: noted with their message, fetched later, then kept.

WeChat keeps a picture for three days; the row waits until it was fetched or that time is over.
"""

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from desk.model.conversations import Message
from desk.model.errors import AttachmentRefused
from desk.services.pictures import Pictures
from desk.store.link_tables import order_pictures
from desk.store.tables import conversations_table, messages, work_orders_table
from desk.store.unit_of_work import Store
from desk.store.wechat_tables import wechat_pictures

KEPT = "PictureKept"
_LEASE = timedelta(seconds=60)
_MAX_ATTEMPTS = 12


@dataclass(frozen=True)
class Wanted:
    message_id: int
    media_id: str


class WeChatPictures:
    def __init__(self, store: Store, pictures: Pictures, channel: str) -> None:
        self._store, self._pictures, self._channel = store, pictures, channel

    def want(self, message_id: int, media_id: str) -> None:
        """A message has a picture; said twice it is wanted once."""
        with self._store.writing() as work:
            message = work.session.get_one(Message, message_id)
            known = sa.select(wechat_pictures).where(wechat_pictures.c.message_id == message_id)
            if message.image is None and work.session.execute(known).first() is None:
                work.session.execute(
                    wechat_pictures.insert().values(
                        message_id=message_id,
                        media_id=media_id[:256],
                        attempts=0,
                        not_before=work.now,
                    )
                )

    def claim(self) -> Wanted | None:
        """A picture to fetch now; a crash after this gives it back in a minute."""
        due = sa.and_(
            wechat_pictures.c.not_before <= self._store.clock.now(),
            messages.c.id == wechat_pictures.c.message_id,
            conversations_table.c.id == messages.c.conversation_id,
            conversations_table.c.channel == self._channel,
        )
        with self._store.reading() as session:
            if session.execute(sa.select(wechat_pictures).where(due).limit(1)).first() is None:
                return None
        with self._store.writing() as work:
            row = work.session.execute(
                sa.select(wechat_pictures)
                .where(due)
                .order_by(wechat_pictures.c.message_id)
                .limit(1)
                .with_for_update(skip_locked=True, of=wechat_pictures)
            ).first()
            if row is None:
                return None
            work.session.execute(
                wechat_pictures.update()
                .where(wechat_pictures.c.message_id == row.message_id)
                .values(not_before=work.now + _LEASE, attempts=row.attempts + 1)
            )
            return Wanted(row.message_id, row.media_id)

    def keep(self, message_id: int, content: bytes) -> bool:
        """Store a fetched picture with its message; False when it is no picture or too large."""
        try:
            address = self._pictures.keep(content)
        except AttachmentRefused:
            address = None
        with self._store.writing() as work:
            work.session.execute(
                wechat_pictures.delete().where(wechat_pictures.c.message_id == message_id)
            )
            # Rows before the journal: the order that will get the picture is locked first.
            work.session.execute(
                sa.select(work_orders_table.c.id)
                .join(order_pictures, order_pictures.c.number == work_orders_table.c.number)
                .where(order_pictures.c.message_id == message_id)
                .with_for_update(of=work_orders_table)
            )
            message = work.session.get_one(Message, message_id)
            message.image = address
            work.session.flush()
            work.emit(
                "PictureRefused" if address is None else KEPT,
                conversation_id=message.conversation_id,
                message_id=message_id,
                size=len(content),
            )
        return address is not None

    def not_fetched(self, message_id: int) -> None:
        """Try again, ever slower; after the last try the row goes and the journal tells."""
        with self._store.writing() as work:
            where = wechat_pictures.c.message_id == message_id
            row = work.session.execute(sa.select(wechat_pictures).where(where)).first()
            if row is None:
                return
            if row.attempts < _MAX_ATTEMPTS:
                wait = timedelta(seconds=min(2.0**row.attempts, 3600))
                work.session.execute(
                    wechat_pictures.update().where(where).values(not_before=work.now + wait)
                )
                return
            work.session.execute(wechat_pictures.delete().where(where))
            message = work.session.get_one(Message, message_id)
            work.emit("PictureLost", conversation_id=message.conversation_id, message_id=message_id)
