"""工单: opened with a promise, moved step by step, read back by the customer. All journalled."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from desk.clock import Chance
from desk.model.access import leads
from desk.model.agents import Agent
from desk.model.conversations import Conversation, ConversationState
from desk.model.errors import NotYours, UnknownWorkOrder
from desk.model.journal import Event
from desk.model.numbers import find_number, make_number
from desk.model.order_life import move
from desk.model.work_orders import (
    PREFIX,
    By,
    CustomerLevel,
    Kind,
    OrderProgress,
    OrderWish,
    Priority,
    State,
    WorkOrder,
)
from desk.order_policies import OrderLifePolicy
from desk.services.identity import IdentityChecks
from desk.services.order_progress import told
from desk.services.sla import ServiceLevels
from desk.store.known_orders import find_order, remember
from desk.store.tables import agents_table, handoffs, work_orders_table
from desk.store.unit_of_work import Store, Work


class WorkOrders:
    def __init__(
        self,
        store: Store,
        levels: ServiceLevels,
        identity: IdentityChecks,
        chance: Chance,
        zone: tzinfo,
        life: OrderLifePolicy,
    ) -> None:
        self._store, self._levels, self._identity = store, levels, identity
        self._chance, self._zone, self._life = chance, zone, life

    def open(
        self,
        work: Work,
        kind: Kind,
        *,
        conversation: Conversation | None,
        description: str,
        contact_phone: str | None,
        matter: str = "",
        severity: str = "",
        priority: Priority = Priority.NORMAL,
        agreed_at: datetime | None = None,
        marks: list[str] | None = None,
        steps: list[dict[str, Any]] | None = None,
        area: str | None = None,
        service: str | None = None,
        level: CustomerLevel = CustomerLevel.NORMAL,
    ) -> WorkOrder:
        """Open an order inside the caller's transaction; its event starts its clocks.

        `matter` says which of the promises of its kind is made (`subjects` in service_levels/),
        `agreed_at` when, where that was agreed with the customer.
        """
        facts, said = self._levels.opening(
            str(kind), work.now, matter=matter, priority=priority, severity=severity, area=area
        )
        order = WorkOrder(
            number=self._free_numbers(work, [kind])[0],
            kind=kind,
            opened_at=work.now,
            promised_at=agreed_at or self._levels.promise(facts, work.now),
            description=description,
            conversation_id=conversation.id if conversation else None,
            customer_id=self._identity.proven_customer(conversation) if conversation else None,
            contact_phone=contact_phone,
            marks=marks or [],
            steps=steps or [],
            area=area,
            service=service,
            level=level,
            priority=priority,
            owner=_taker(work.session, conversation),
            look_at=work.now,
        )
        agreed = {"agreed_at": agreed_at.isoformat()} if agreed_at else {}
        work.session.add(order)
        work.session.flush()
        remember(work.session, [order])
        work.emit(
            "WorkOrderOpened",
            conversation_id=order.conversation_id,
            work_order=order.number,
            kind=str(kind),
            promised_at=order.promised_at.isoformat(),
            **agreed,
            **said,
        )
        return order

    def open_many(self, work: Work, wishes: Sequence[OrderWish]) -> list[WorkOrder]:
        """Orders that come in a file: as `open` one by one, in a handful of statements.

        Nobody is asked to take them yet; the upkeep does that within seconds.
        """
        numbers = self._free_numbers(work, [wish.kind for wish in wishes])
        orders, events = [], []
        for number, wish in zip(numbers, wishes, strict=True):
            facts, said = self._levels.opening(
                str(wish.kind), work.now, priority=wish.priority, area=wish.area
            )
            order = WorkOrder(
                number=number,
                opened_at=work.now,
                promised_at=self._levels.promise(facts, work.now),
                look_at=work.now,
                **vars(wish),
            )
            promised = order.promised_at.isoformat()
            data = {"kind": str(wish.kind), "promised_at": promised, **said}
            orders.append(order)
            events.append(Event("WorkOrderOpened", work.now, "system", None, number, data))
        work.session.add_all(orders)
        remember(work.session, orders)
        work.emit_many(events)
        return orders

    def _free_numbers(self, work: Work, kinds: Sequence[Kind]) -> list[str]:
        """Numbers nobody has, one for each; asked for together."""
        day: date = work.now.astimezone(self._zone).date()
        numbers: list[str] = [""] * len(kinds)
        while "" in numbers:
            places = [place for place, number in enumerate(numbers) if not number]
            tried = {make_number(PREFIX[kinds[p]], day, self._chance.below): p for p in places}
            table = work_orders_table.c
            taken = work.session.scalars(
                sa.select(table.number).where(table.number.in_([*tried, *numbers]))
            ).all()
            for number in tried.keys() - {*taken, *numbers}:
                numbers[tried[number]] = number
        return numbers

    def move(self, number: str, target: State, *, actor: str, note: str = "") -> WorkOrder:
        """One step of the life of an order.

        Raises `UnknownWorkOrder`, `IllegalTransition`, `NotYours`.
        """
        with self._store.writing() as work:
            order = locked(work, number)
            self.step(work, order, target, actor=actor, note=note)
            return order

    def assign(
        self, number: str, *, team: str | None, person: str | None, actor: str, why: str
    ) -> WorkOrder:
        """Dispatch by hand, or hand over (转派): the owner stays until `person` accepts."""
        with self._store.writing() as work:
            order = locked(work, number)
            self.ask(work, order, team=team, person=person, actor=actor, why=why)
            return order

    def ask(
        self,
        work: Work,
        order: WorkOrder,
        *,
        team: str | None,
        person: str | None,
        actor: str,
        why: str,
    ) -> None:
        """The same inside the caller's transaction; raises `IllegalTransition`."""
        order.team, order.assignee, order.waiting = team, person, None
        self.step(work, order, State.DISPATCHED, actor=actor, note=why)

    def step(
        self, work: Work, order: WorkOrder, target: State, *, actor: str, note: str = ""
    ) -> None:
        """One step inside the caller's transaction; raises `IllegalTransition`, `NotYours`."""
        before, by = order.state, self._role(work, order, target, actor)
        move(order, target, by)
        if target is State.ACKNOWLEDGED:
            order.assignee = order.assignee or actor
            order.owner = order.assignee
        order.look_at = self._next_look(order, work.now)
        work.emit(
            "WorkOrderMoved",
            actor=actor,
            conversation_id=order.conversation_id,
            work_order=order.number,
            before=str(before),
            after=str(target),
            note=note,
            **_responsible(order),
        )

    def prioritise(
        self, work: Work, order: WorkOrder, priority: Priority, actor: str = "system"
    ) -> None:
        """Clocks run by priority: they are reckoned anew from when they started."""
        before, order.priority = order.priority, priority
        if priority is not before:
            work.emit(
                "WorkOrderPriorityChanged",
                actor=actor,
                conversation_id=order.conversation_id,
                work_order=order.number,
                before=str(before),
                priority=str(priority),
            )

    def _role(self, work: Work, order: WorkOrder, target: State, actor: str) -> By:
        """What the actor is to this order; only who was asked accepts, or a lead on their behalf.

        An actor that is no member of staff (another system) is a handler.
        """
        known = {"customer": By.CUSTOMER, "system": By.SYSTEM, "cli": By.LEAD}.get(actor)
        if known is not None:
            return known
        agent = work.session.scalars(
            sa.select(Agent).where(agents_table.c.username == actor)
        ).one_or_none()
        if agent is not None and leads(agent.role, order.kind):
            return By.LEAD
        asked = order.assignee
        if agent and target is State.ACKNOWLEDGED and asked not in (None, actor):
            raise NotYours(f"{order.number}: {asked} was asked")
        return By.HANDLER

    def _next_look(self, order: WorkOrder, now: datetime) -> datetime | None:
        """When the upkeep has to look at an order with which nothing happens."""
        if order.state is State.NEW:
            return now
        if order.state is State.RESOLVED:
            return now + timedelta(days=self._life.close_after_days[order.kind])
        if order.state in (State.CLOSED, State.CANCELLED):
            return now + timedelta(days=self._life.archive_after_days)
        return None

    def progress(self, conversation_id: str, number: str) -> OrderProgress:
        """Where an order stands, in the customer's words; raises `UnknownWorkOrder`."""
        canonical = find_number(number)
        with self._store.reading() as session:
            order = find_by_number(session, canonical) if canonical else None
            if order is None:
                raise UnknownWorkOrder(number)
            return told(session, order)

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
            return tuple(told(session, order) for order in orders)


def _taker(session: Session, conversation: Conversation | None) -> str:
    """首问负责: whoever is talking with the customer owns the order."""
    if conversation is None or conversation.state is not ConversationState.HUMAN:
        return "bot"
    return (
        session.scalar(
            sa.select(agents_table.c.username)
            .join(handoffs, handoffs.c.agent_id == agents_table.c.id)
            .where(handoffs.c.conversation_id == conversation.id, handoffs.c.closed_at.is_(None))
            .order_by(handoffs.c.id.desc())
            .limit(1)
        )
        or "bot"
    )


def _responsible(order: WorkOrder) -> dict[str, str]:
    """Who was asked and who answers, for the journal; only while that is the news."""
    if order.state is State.DISPATCHED:
        asked = {"team": order.team, "assignee": order.assignee, "owner": order.owner}
        return {key: value for key, value in asked.items() if value is not None}
    if order.state in (State.RESOLVED, State.CLOSED) and order.level is not CustomerLevel.NORMAL:
        return {"level": str(order.level)}  # some are called afterwards because of it
    return {"owner": order.owner} if order.state is State.ACKNOWLEDGED else {}


def locked(work: Work, number: str) -> WorkOrder:
    """An order for a change: the row is this transaction's. Raises `UnknownWorkOrder`."""
    order = work.session.scalars(
        sa.select(WorkOrder).where(work_orders_table.c.number == number).with_for_update()
    ).one_or_none()
    if order is None:
        raise UnknownWorkOrder(number)
    return order


def find_by_number(session: Session, number: str) -> WorkOrder | None:
    return find_order(session, number)
