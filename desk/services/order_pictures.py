"""Photos that customers send in a conversation, put with the order they belong to.

A photo comes before there is an order (adopted when one is opened from its conversation), or for an
order that exists (given). A photo that is still being fetched follows when it has arrived.
"""

from datetime import timedelta

import sqlalchemy as sa

from desk.model.conversations import Author, Message
from desk.model.errors import AttachmentRefused, UnknownWorkOrder
from desk.model.journal import Event
from desk.model.numbers import find_number
from desk.order_policies import PicturePolicy
from desk.services.attachments import Attachments
from desk.services.pictures import Pictures
from desk.services.wechat_pictures import KEPT
from desk.services.work_orders import locked
from desk.store.link_tables import order_pictures
from desk.store.tables import messages, work_orders_table
from desk.store.unit_of_work import Reaction, Store, Work
from desk.store.wechat_tables import wechat_pictures


class OrderPictures:
    def __init__(
        self, store: Store, attachments: Attachments, pictures: Pictures, policy: PicturePolicy
    ) -> None:
        self._store, self._attachments, self._pictures = store, attachments, pictures
        self._name = policy.name
        self._adopted_within = timedelta(hours=policy.adopted_within_hours)

    @property
    def listens_to(self) -> dict[str, Reaction]:
        return {"WorkOrderOpened": self._opened, KEPT: self._arrived}

    def give(self, conversation_id: str, number: str, message_id: int, *, key: str) -> str:
        """Put the photo of a message with an order; the order's number.

        Raises `UnknownWorkOrder`, and `AttachmentRefused` when the order can take no more.
        """

        def do(work: Work) -> str:
            order = locked(work, find_number(number) or number)
            message = work.session.get(Message, message_id)
            if message is None or message.conversation_id != conversation_id:
                raise UnknownWorkOrder(number)
            work.lock_journal()
            self._tie(work, message_id, order.number)
            return order.number

        return self._store.once(key, str, do)

    def _opened(self, work: Work, event: Event) -> None:
        """What was photographed before the order was opened belongs to it."""
        if event.conversation_id is None or event.work_order is None:
            return
        coming = sa.exists().where(wechat_pictures.c.message_id == messages.c.id)
        taken = sa.exists().where(order_pictures.c.message_id == messages.c.id)
        found = work.session.scalars(
            sa.select(messages.c.id)
            .where(
                messages.c.conversation_id == event.conversation_id,
                messages.c.author == Author.CUSTOMER,
                messages.c.at >= work.now - self._adopted_within,
                messages.c.image.is_not(None) | coming,
                ~taken,
            )
            .order_by(messages.c.id)
        ).all()
        for message_id in found:
            try:
                self._tie(work, message_id, event.work_order)
            except AttachmentRefused:
                return  # the order is full; the photos stay in the conversation

    def _arrived(self, work: Work, event: Event) -> None:
        """A photo was fetched: an order may have been waiting for it."""
        message_id = int(event.data["message_id"])
        number = work.session.scalar(
            sa.select(order_pictures.c.number)
            .join(work_orders_table, work_orders_table.c.number == order_pictures.c.number)
            .where(order_pictures.c.message_id == message_id)
        )
        if number is not None:
            try:
                self._attach(work, message_id, number)
            except AttachmentRefused:
                work.emit("PictureRefused", work_order=number, message_id=message_id)

    def _tie(self, work: Work, message_id: int, number: str) -> None:
        """The caller has the journal: a photo that arrives at this very instant either has its
        address by now, or sees the tie when its turn to write has come."""
        where = order_pictures.c.message_id == message_id
        if work.session.execute(sa.select(order_pictures).where(where)).first() is None:
            work.session.execute(
                order_pictures.insert().values(message_id=message_id, number=number, at=work.now)
            )
        self._attach(work, message_id, number)

    def _attach(self, work: Work, message_id: int, number: str) -> None:
        address = work.session.scalar(
            sa.select(messages.c.image).where(messages.c.id == message_id)
        )
        if address is None:
            return
        if not self._pictures.is_kept(address):
            work.emit("PictureLost", work_order=number, message_id=message_id)
            return
        content = self._pictures.content(address)
        self._attachments.put(work, number, self._name, content, actor="customer")
