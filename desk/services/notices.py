"""通知: told on the customer's own channel, held at night, never twice, all journalled.

A held notice waits in its own table, not in the outbox: there it would keep back the replies that
the same customer is waiting for.
"""

import hashlib
from datetime import timedelta, tzinfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from desk.model.conversations import (
    Author,
    Conversation,
    ConversationState,
    Message,
    OutboxItem,
    Reply,
)
from desk.model.notices import Notice, after_quiet
from desk.model.work_orders import WorkOrder
from desk.order_policies import NoticePolicy
from desk.services import conversations
from desk.services.identity import IdentityChecks
from desk.services.known_phone import known_phone
from desk.store.notice_tables import notices_table
from desk.store.tables import conversations_table, messages, work_orders_table
from desk.store.unit_of_work import Store, Work

_BATCH = 100
# Some words are more than news: their being sent is an event of its own, which others react to.
_EVENTS = {"survey": "SurveySent"}


class Notices:
    def __init__(
        self,
        store: Store,
        identity: IdentityChecks,
        policy: NoticePolicy,
        operator: str,
        zone: tzinfo,
    ) -> None:
        self._store, self._identity, self._policy = store, identity, policy
        self._operator, self._zone = operator, zone

    def tell(self, work: Work, order: WorkOrder, kind: str, **values: str) -> bool:
        """Tell the customer of an order; False when there is no way or it was told already."""
        text = self._policy.kinds[kind].text.format(
            number=order.number, what=self._policy.what[order.kind], **values
        )
        conversation_id = None
        if self._policy.kinds[kind].by == "own":
            conversation_id = self._last_used(work.session, order)
        phone = order.contact_phone if conversation_id is None else None
        return self._put(work, kind, order.number, text, conversation_id, phone)

    def tell_conversation(
        self, work: Work, conversation_id: str, kind: str, subject: str, **values: str
    ) -> bool:
        """Tell somebody who has no order, in the conversation where they asked."""
        text = self._policy.kinds[kind].text.format(**values)
        return self._put(work, kind, subject, text, conversation_id, None)

    def _put(
        self,
        work: Work,
        kind: str,
        subject: str,
        text: str,
        conversation_id: str | None,
        phone: str | None,
    ) -> bool:
        if conversation_id is None and phone is None:
            return False
        words = "\n".join((kind, subject, conversation_id or phone or "", text))
        digest = hashlib.sha256(words.encode()).hexdigest()
        # What was opened just now was never told of.
        if not work.together and self._told(work, digest):
            return False
        quiet = self._policy.quiet
        send_at = work.now + timedelta(minutes=self._policy.kinds[kind].after_minutes)
        if not self._policy.kinds[kind].urgent:
            send_at = after_quiet(send_at, quiet.from_, quiet.until, self._zone)
        notice = Notice(kind, subject, digest, text, work.now, send_at, conversation_id, phone)
        work.session.add(notice)
        if send_at <= work.now:
            self._send(work, notice)
        return True

    def was_told(self, session: Session, subject: str, kind: str, text: str) -> bool:
        """Whether these were the words of a notice."""
        table = notices_table.c
        same = (table.subject == subject) & (table.kind == kind) & (table.text == text)
        return bool(session.scalar(sa.select(sa.exists().where(same))))

    def withdraw(self, work: Work, subject: str, kind: str) -> bool:
        """Not told any more; False when it was told already, or never made."""
        table = notices_table
        held = table.delete().where(
            table.c.subject == subject, table.c.kind == kind, table.c.sent_at.is_(None)
        )
        return bool(work.session.execute(held).rowcount)  # type: ignore[attr-defined]

    def _told(self, work: Work, digest: str) -> bool:
        since = work.now - timedelta(hours=self._policy.repeat_hours)
        return bool(
            work.session.scalar(
                sa.select(
                    sa.exists().where(
                        notices_table.c.digest == digest, notices_table.c.made_at > since
                    )
                )
            )
        )

    def _send(self, work: Work, notice: Notice) -> None:
        notice.sent_at = work.now
        conversation = (
            work.session.get(Conversation, notice.conversation_id)
            if notice.conversation_id
            else None
        )
        if conversation is not None:
            conversations.say(work, conversation, Reply(notice.text), author=Author.SYSTEM)
        elif notice.phone is not None:
            text = self._policy.sms.format(operator=self._operator, text=notice.text)
            work.session.add(OutboxItem("sms", notice.phone, work.now, text=text))
        work.emit(
            "CustomerNotified",
            conversation_id=notice.conversation_id,
            work_order=notice.subject,
            kind=notice.kind,
            channel=conversation.channel if conversation else "sms",
        )
        if notice.kind in _EVENTS:
            work.emit(
                _EVENTS[notice.kind],
                conversation_id=notice.conversation_id,
                work_order=notice.subject,
            )

    def _last_used(self, session: Session, order: WorkOrder) -> str | None:
        """The open conversation where the customer spoke last: the order's own, one where their
        proof still holds, so that a later visitor is not told, or one on a personal channel."""
        spoke = (
            sa.select(sa.func.max(messages.c.id))
            .where(
                messages.c.conversation_id == conversations_table.c.id,
                messages.c.author == Author.CUSTOMER,
            )
            .scalar_subquery()
        )
        where = conversations_table.c.id == order.conversation_id
        if order.customer_id is not None:
            where |= conversations_table.c.customer_id == order.customer_id
        found = session.scalars(
            sa.select(Conversation)
            .where(where, conversations_table.c.state != ConversationState.CLOSED)
            .order_by(spoke.desc().nulls_last())
        )
        for one in found:
            if one.id == order.conversation_id:
                return one.id
            if one.channel in self._policy.personal:
                return one.id
            if self._identity.proven_customer(one) == order.customer_id:
                return one.id
        return None

    def nobody_there(self, message_id: int) -> bool:
        """A notice was said where nobody is just now: it goes by SMS as well, once.

        False when it is no notice, or no number is known.
        """

        def do(work: Work) -> bool:
            message = work.session.get_one(Message, message_id)
            notice = notices_table.c
            told = (
                (notice.conversation_id == message.conversation_id)
                & (notice.text == message.text)
                & notice.sent_at.is_not(None)
            )
            subject = work.session.scalar(sa.select(notice.subject).where(told).limit(1))
            conversation = conversations.get(work, message.conversation_id)
            phone = self._phone(work, subject, conversation) if subject else None
            if phone is None:
                return False
            text = self._policy.sms.format(operator=self._operator, text=message.text)
            work.session.add(OutboxItem("sms", phone, work.now, text=text))
            work.emit(
                "SentBySms",
                conversation_id=conversation.id,
                message_id=message_id,
                channel=conversation.channel,
            )
            return True

        return self._store.once(f"notice:{message_id}:sms", bool, do)

    def _phone(self, work: Work, subject: str, conversation: Conversation) -> str | None:
        """The number given with the order that it is about, else one that is known here."""
        orders = work_orders_table.c
        given = work.session.scalar(sa.select(orders.contact_phone).where(orders.number == subject))
        return given or known_phone(work, conversation)

    def sweep(self) -> int:
        """Tell what was held and whose time has come; returns how many."""
        with self._store.writing() as work:
            due = work.session.scalars(
                sa.select(Notice)
                .where(notices_table.c.sent_at.is_(None), notices_table.c.send_at <= work.now)
                .order_by(notices_table.c.id)
                .limit(_BATCH)
                .with_for_update(skip_locked=True)
            ).all()
            for notice in due:
                self._send(work, notice)
            return len(due)
