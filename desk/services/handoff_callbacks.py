"""Instead of waiting: a call-back order, agreed with who is in the queue."""

from dataclasses import dataclass
from datetime import timedelta, tzinfo

from desk.handoff_policy import CALLBACK, HandoffPolicy
from desk.model.conversations import Conversation, ConversationState, Handoff
from desk.model.handoff import HandoffPacket
from desk.model.phones import find_phone, mask_phone, parse_phone
from desk.model.work_orders import Kind, WorkOrder
from desk.services.first_look import local_time
from desk.services.handoff_rows import locked, open_handoff
from desk.services.handoff_waits import Waits
from desk.services.identity import IdentityChecks
from desk.services.routing_rows import end_offer
from desk.services.work_orders import WorkOrders
from desk.store.unit_of_work import Store, Work


@dataclass(frozen=True)
class CallbackAnswer:
    """What to say to the customer; None when the message was about something else."""

    text: str | None
    number: str | None = None


class Callbacks:
    def __init__(
        self,
        store: Store,
        policy: HandoffPolicy,
        waits: Waits,
        identity: IdentityChecks,
        work_orders: WorkOrders,
        zone: tzinfo,
    ) -> None:
        self._store, self._policy, self._waits = store, policy, waits
        self._identity, self._work_orders, self._zone = identity, work_orders, zone

    def hear(self, conversation_id: str, text: str, *, key: str) -> CallbackAnswer:
        """Something said while waiting: a call-back wished for, or the number we asked for.

        The number is the one said, otherwise the proven customer's own. With it the order is
        opened and the customer leaves the queue, in one transaction.
        """
        wishes, said = self._policy.callback.hears(text), find_phone(text)
        if not (wishes or said):
            return CallbackAnswer(None)
        account = self._identity.known_account(conversation_id)
        phone = said or (account.phone if account else None)

        def do(work: Work) -> CallbackAnswer:
            conversation = locked(work, conversation_id)
            waiting = open_handoff(work.session, conversation_id)
            if conversation.state is not ConversationState.QUEUED or waiting is None:
                return CallbackAnswer(None)
            if not (wishes or waiting.callback_asked_at):
                return CallbackAnswer(None)
            if phone is None:
                waiting.callback_asked_at = work.now
                return CallbackAnswer(self._policy.callback.ask_phone)
            order = self._order(work, conversation, waiting, phone)
            return CallbackAnswer(self._told(order, phone), order.number)

        return self._store.once(key, CallbackAnswer, do)

    def register(self, conversation_id: str, phone: str | None, *, key: str) -> CallbackAnswer:
        """The same, chosen by key or by hanging up: `phone`, else the proven customer's own.

        Raises `InvalidPhone`. Nothing is said to who does not wait, or has no number.
        """
        account = self._identity.known_account(conversation_id)
        number = parse_phone(phone) if phone else (account.phone if account else None)

        def do(work: Work) -> CallbackAnswer:
            conversation = locked(work, conversation_id)
            waiting = open_handoff(work.session, conversation_id)
            if conversation.state is not ConversationState.QUEUED or waiting is None:
                return CallbackAnswer(None)
            if number is None:
                return CallbackAnswer(None)
            order = self._order(work, conversation, waiting, number)
            return CallbackAnswer(self._told(order, number), order.number)

        return self._store.once(key, CallbackAnswer, do)

    def _order(
        self, work: Work, conversation: Conversation, waiting: Handoff, phone: str
    ) -> WorkOrder:
        opens = self._waits.opens_at(work.now) or work.now
        order = self._work_orders.open(
            work,
            Kind.CALLBACK,
            conversation=conversation,
            description=self._description(work, waiting),
            contact_phone=phone,
            matter="call",
            agreed_at=opens + timedelta(hours=self._policy.callback.within_hours),
        )
        waiting.closed_at, waiting.disposition = work.now, CALLBACK
        waiting.wrap_up = order.number
        conversation.state = ConversationState.BOT
        end_offer(work, conversation.id)
        work.emit(
            "HandoffWithdrawn",
            actor="customer",
            conversation_id=conversation.id,
            callback=order.number,
        )
        return order

    def _description(self, work: Work, waiting: Handoff) -> str:
        kept = work.session.get(HandoffPacket, waiting.id)
        packet = kept.content if kept is not None else {}
        return self._policy.callback.description.format(
            reason=packet.get("reason_label", waiting.reason),
            wants=packet.get("wants") or "",
            next_step=packet.get("next_step", ""),
        )

    def _told(self, order: WorkOrder, phone: str) -> str:
        return self._policy.callback.confirmed.format(
            number=order.number,
            by=local_time(order.promised_at, self._zone),
            phone=mask_phone(phone),
        )
