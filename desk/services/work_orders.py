"""工单: opened with a promise, moved step by step, read back by the customer. All journalled."""

from datetime import date, tzinfo
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from desk.clock import Chance
from desk.model.conversations import Conversation
from desk.model.errors import UnknownWorkOrder
from desk.model.journal import Event
from desk.model.numbers import find_number, make_number
from desk.model.sla import Span
from desk.model.work_orders import (
    KIND_LABELS,
    NEXT_STEPS,
    OPEN_STATES,
    PREFIX,
    STATE_LABELS,
    Kind,
    OrderProgress,
    ProgressStep,
    State,
    WorkOrder,
)
from desk.services.identity import IdentityChecks
from desk.services.sla import ServiceLevels
from desk.store.tables import journal_table, work_orders_table
from desk.store.unit_of_work import Store, Work

# What a customer reads in the history; events without a line here stay inside.
_STEP_TEXTS = {
    "WorkOrderOpened": "已受理",
    "WorkOrderReopened": "再次受理",
    "WorkOrderUrged": "您催办了一次，已通知处理人",
    "WorkOrderEscalated": "已升级，由主管跟进",
    "WorkOrderNoted": "您补充了情况，已转给处理人",
}


class WorkOrders:
    def __init__(
        self,
        store: Store,
        levels: ServiceLevels,
        identity: IdentityChecks,
        chance: Chance,
        zone: tzinfo,
    ) -> None:
        self._store, self._levels, self._identity = store, levels, identity
        self._chance, self._zone = chance, zone

    def open(
        self,
        work: Work,
        kind: Kind,
        *,
        conversation: Conversation,
        description: str,
        contact_phone: str | None,
        clocks: dict[str, Span],
        promise: str,
        marks: list[str] | None = None,
        steps: list[dict[str, Any]] | None = None,
    ) -> WorkOrder:
        """Open an order inside the caller's transaction and start its clocks.

        `promise` names the clock whose end the customer is told.
        """
        number = self._free_number(work, kind)
        due = {name: self._levels.start(work, name, number, span) for name, span in clocks.items()}
        order = WorkOrder(
            number=number,
            kind=kind,
            opened_at=work.now,
            promised_at=due[promise],
            description=description,
            conversation_id=conversation.id,
            customer_id=self._identity.proven_customer(conversation),
            contact_phone=contact_phone,
            marks=marks or [],
            steps=steps or [],
        )
        work.session.add(order)
        work.session.flush()
        work.emit(
            "WorkOrderOpened",
            conversation_id=conversation.id,
            work_order=number,
            kind=str(kind),
            promised_at=order.promised_at.isoformat(),
        )
        return order

    def _free_number(self, work: Work, kind: Kind) -> str:
        day: date = work.now.astimezone(self._zone).date()
        while True:
            number = make_number(PREFIX[kind], day, self._chance.below)
            if find_by_number(work.session, number) is None:
                return number

    def move(self, number: str, target: State, *, actor: str, note: str = "") -> WorkOrder:
        """One step of the life of an order; raises `UnknownWorkOrder`, `IllegalTransition`."""
        with self._store.writing() as work:
            order = find_by_number(work.session, number)
            if order is None:
                raise UnknownWorkOrder(number)
            self.step(work, order, target, actor=actor, note=note)
            return order

    def step(
        self, work: Work, order: WorkOrder, target: State, *, actor: str, note: str = ""
    ) -> None:
        """The same inside the caller's transaction; raises `IllegalTransition`."""
        before = order.state
        order.move_to(target)
        self._run_clocks(work, order)
        work.emit(
            "WorkOrderMoved",
            actor=actor,
            conversation_id=order.conversation_id,
            work_order=order.number,
            before=str(before),
            after=str(target),
            note=note,
        )

    def _run_clocks(self, work: Work, order: WorkOrder) -> None:
        done: dict[State, tuple[str, ...]] = {
            State.DISPATCHED: ("dispatch",),
            State.ACKNOWLEDGED: ("dispatch", "acknowledge"),
            State.IN_PROGRESS: ("dispatch", "acknowledge", "on_site", "first_contact"),
        }
        # Time the customer took is given back first, or what is fulfilled now would look late.
        for clock in self._levels.of(work, order.number):
            if order.state is State.PENDING:
                clock.pause(work.now)
            else:
                clock.resume(work.now)
        for kind in done.get(order.state, ()):
            self._levels.fulfil(work, kind, order.number)
        if order.state in (State.RESOLVED, State.CANCELLED):
            self._levels.fulfil_all(work, order.number)

    def progress(self, conversation_id: str, number: str) -> OrderProgress:
        """Where an order stands, in the customer's words; raises `UnknownWorkOrder`."""
        canonical = find_number(number)
        with self._store.reading() as session:
            order = find_by_number(session, canonical) if canonical else None
            if order is None:
                raise UnknownWorkOrder(number)
            return self._told(session, order)

    def mine(self, conversation_id: str) -> tuple[OrderProgress, ...]:
        """Orders of this conversation, and of its customer while proven; newest first."""
        with self._store.reading() as session:
            conversation = session.get(Conversation, conversation_id)
            if conversation is None:
                return ()
            whose = work_orders_table.c.conversation_id == conversation_id
            customer_id = self._identity.proven_customer(conversation)
            if customer_id is not None:
                whose |= work_orders_table.c.customer_id == customer_id
            orders = session.scalars(
                sa.select(WorkOrder).where(whose).order_by(work_orders_table.c.id.desc()).limit(10)
            ).all()
            return tuple(self._told(session, order) for order in orders)

    def _told(self, session: Session, order: WorkOrder) -> OrderProgress:
        events = session.scalars(
            sa.select(Event)
            .where(journal_table.c.work_order == order.number)
            .order_by(journal_table.c.id)
        )
        steps = (ProgressStep(e.at, text) for e in events if (text := _step_text(e)))
        return OrderProgress(
            number=order.number,
            kind=KIND_LABELS[order.kind],
            state=STATE_LABELS[order.state],
            opened_at=order.opened_at,
            promised_at=order.promised_at,
            history=tuple(steps),
            next_step=NEXT_STEPS[order.state],
            open=order.state in OPEN_STATES,
        )


def _step_text(event: Event) -> str | None:
    if event.type == "VisitBooked":
        return f"已约好上门时间：{event.data['time']}"
    if event.type == "WorkOrderMoved":
        return STATE_LABELS[State(event.data["after"])]
    return _STEP_TEXTS.get(event.type)


def find_by_number(session: Session, number: str) -> WorkOrder | None:
    return session.scalars(
        sa.select(WorkOrder).where(work_orders_table.c.number == number)
    ).one_or_none()
