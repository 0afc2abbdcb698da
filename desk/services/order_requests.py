"""What customers do with their orders: urge, cancel, add a note."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from desk.model.conversations import Conversation
from desk.model.errors import IdentityRequired, OrderUnderWay, UnknownWorkOrder
from desk.model.numbers import find_number
from desk.model.order_life import CANCELLABLE
from desk.model.work_orders import OPEN_STATES, OrderUpdate, State, WorkOrder
from desk.policies import OrderRequestPolicy
from desk.services.identity import IdentityChecks
from desk.services.sla import ServiceLevels
from desk.services.work_orders import WorkOrders, find_by_number
from desk.store.tables import journal_table
from desk.store.unit_of_work import Store, Work

URGED = "催办升级"
CLOCK = "urged"


class OrderRequests:
    """A number is proof enough to urge or to add; cancelling is for the customer only."""

    def __init__(
        self,
        store: Store,
        work_orders: WorkOrders,
        levels: ServiceLevels,
        identity: IdentityChecks,
        policy: OrderRequestPolicy,
    ) -> None:
        self._store, self._work_orders, self._levels = store, work_orders, levels
        self._identity, self._policy = identity, policy

    def urge(self, conversation_id: str, number: str, *, key: str) -> OrderUpdate:
        """Tell the owner; by rule the supervisor too. Raises `UnknownWorkOrder`."""

        def do(work: Work) -> OrderUpdate:
            order = self._locked(work, number)
            if order.state not in OPEN_STATES:
                return self._update(order)
            since = work.now - timedelta(hours=self._policy.within_hours)
            times = 1 + self._urged(work, order.number, since)
            reason = self._why_escalate(order, times, work.now)
            work.emit(
                "WorkOrderUrged",
                actor="customer",
                conversation_id=order.conversation_id,
                work_order=order.number,
                times=times,
            )
            if reason is not None:
                order.marks = [*order.marks, URGED] if URGED not in order.marks else order.marks
                work.emit(
                    "WorkOrderEscalated",
                    conversation_id=order.conversation_id,
                    work_order=order.number,
                    reason=reason,
                )
            answer_by = self._levels.running_until(work.session, order.number, CLOCK)
            return self._update(order, times=times, escalated=reason, answer_by=answer_by)

        return self._store.once(key, OrderUpdate, do)

    def cancel(self, conversation_id: str, number: str, *, key: str) -> OrderUpdate:
        """Only while nobody is on the way; the clocks end, a booked visit is given back by
        whoever reacts to `WorkOrderCancelled`.

        Raises `UnknownWorkOrder`, `IdentityRequired`, `OrderUnderWay`.
        """

        def do(work: Work) -> OrderUpdate:
            order = self._locked(work, number)
            self._refuse_strangers(work, conversation_id, order)
            if order.state is State.CANCELLED:
                return self._update(order)
            if order.state not in CANCELLABLE:
                raise OrderUnderWay(order.number)
            self._work_orders.step(work, order, State.CANCELLED, actor="customer", note="客户取消")
            work.emit(
                "WorkOrderCancelled",
                actor="customer",
                conversation_id=order.conversation_id,
                work_order=order.number,
            )
            return self._update(order)

        return self._store.once(key, OrderUpdate, do)

    def add(self, conversation_id: str, number: str, text: str, *, key: str) -> OrderUpdate:
        """A note for the owner (photos: `order_pictures`). Raises `UnknownWorkOrder`."""

        def do(work: Work) -> OrderUpdate:
            order = self._locked(work, number)
            order.steps = [*order.steps, {"question": "客户补充", "answer": text}]
            work.emit(
                "WorkOrderNoted",
                actor="customer",
                conversation_id=order.conversation_id,
                work_order=order.number,
            )
            return self._update(order)

        return self._store.once(key, OrderUpdate, do)

    def _locked(self, work: Work, number: str) -> WorkOrder:
        order = find_by_number(work.session, find_number(number) or "")
        if order is None:
            raise UnknownWorkOrder(number)
        work.session.refresh(order, with_for_update=True)
        return order

    def _refuse_strangers(self, work: Work, conversation_id: str, order: WorkOrder) -> None:
        conversation = work.session.get(Conversation, conversation_id)
        if order.conversation_id == conversation_id:
            return
        proven = self._identity.proven_customer(conversation) if conversation else None
        if proven is None or proven != order.customer_id:
            raise IdentityRequired("only the customer of an order may cancel it")

    def _urged(self, work: Work, number: str, since: datetime) -> int:
        return (
            work.session.scalar(
                sa.select(sa.func.count())
                .select_from(journal_table)
                .where(
                    journal_table.c.work_order == number,
                    journal_table.c.type == "WorkOrderUrged",
                    journal_table.c.at > since,
                )
            )
            or 0
        )

    def _why_escalate(self, order: WorkOrder, times: int, now: datetime) -> str | None:
        if self._policy.escalate_overdue and order.promised_at <= now:
            return "已超过承诺时间"
        if times >= self._policy.escalate_at:
            return f"{self._policy.within_hours} 小时内第 {times} 次催办"
        return None

    def _update(
        self,
        order: WorkOrder,
        *,
        times: int = 0,
        escalated: str | None = None,
        answer_by: datetime | None = None,
    ) -> OrderUpdate:
        return OrderUpdate(
            number=order.number,
            state=order.state,
            promised_at=order.promised_at,
            times=times,
            escalated=escalated,
            answer_by=answer_by,
        )
