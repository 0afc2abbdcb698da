"""改上门时间: the customer's view of a visit, other free slots, and the move with its receipt."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from desk.model.conversations import Conversation
from desk.model.errors import SlotTaken, UnknownWorkOrder, VisitTooNear
from desk.model.visits import PlannedVisit, SlotOffer, SlotWish, VisitReceipt
from desk.model.work_orders import OPEN_STATES, Kind, State, WorkOrder
from desk.services.identity import IdentityChecks
from desk.services.repair_orders import NETWORK_CHECK, is_urgent
from desk.services.visits import Visits
from desk.store.tables import work_orders_table
from desk.store.unit_of_work import Store, Work

_NO_WISH = SlotWish()
# Once somebody is at work on it there is nothing to agree any more.
_BEFORE_THE_VISIT = OPEN_STATES - {State.IN_PROGRESS}


class VisitChanges:
    def __init__(self, store: Store, visits: Visits, identity: IdentityChecks) -> None:
        self._store, self._visits = store, visits
        self._identity = identity

    def mine(self, conversation_id: str) -> tuple[PlannedVisit, ...]:
        """Visits of this conversation's and its proven customer's open repair orders, newest first.

        Also orders that still lack a time: their customer may choose one now.
        """
        now = self._store.clock.now()
        with self._store.reading() as session:
            found = session.scalars(
                sa.select(WorkOrder)
                .where(self._whose(session, conversation_id))
                .order_by(work_orders_table.c.id.desc())
                .limit(5)
            ).all()
            planned = []
            for order in found:
                visit = self._visits.of(session, order.number)
                if NETWORK_CHECK in order.marks or (visit and visit.ends_at <= now):
                    continue
                label = self._visits.label(visit.starts_at, visit.ends_at, now) if visit else None
                movable = visit is None or self._visits.movable(visit, now)
                planned.append(PlannedVisit(order.number, label, movable))
            return tuple(planned)

    def offer(self, conversation_id: str, number: str, wish: SlotWish = _NO_WISH) -> SlotOffer:
        """Free slots for an order: those that fit the wish, or the nearest to it."""
        now = self._store.clock.now()
        area = self._area(conversation_id, number)
        with self._store.reading() as session:
            order = self._order(session, conversation_id, number)
            urgent = is_urgent(order)
            asked = wish if wish.given and not wish.earliest else None
            slots = self._visits.free(session, area, now, urgent=urgent, wish=asked)
            if slots or asked is None:
                return SlotOffer(slots, met=True)
            near = self._visits.nearest(session, area, now, urgent=urgent, wish=asked)
            return SlotOffer(near, met=False)

    def move(self, conversation_id: str, number: str, slot_id: str, *, key: str) -> VisitReceipt:
        """Take the new slot and free the old one, in one transaction.

        Raises `UnknownWorkOrder`, `VisitTooNear`, `SlotTaken`.
        """
        area = self._area(conversation_id, number)

        def do(work: Work) -> VisitReceipt:
            order = self._order(work.session, conversation_id, number)
            work.session.refresh(order, with_for_update=True)
            before = self._visits.of(work.session, number)
            if before is not None and not self._visits.movable(before, work.now):
                raise VisitTooNear(number)
            urgent = is_urgent(order)
            visit = self._visits.book(work, number, area or "", slot_id, urgent=urgent)
            if visit is None:
                raise SlotTaken(slot_id)
            label = self._visits.label(visit.starts_at, visit.ends_at, work.now)
            work.emit(
                "VisitRescheduled",
                actor="customer",
                conversation_id=conversation_id,
                work_order=number,
                label=label,
            )
            return VisitReceipt(number, label, visit.ends_at)

        return self._store.once(key, VisitReceipt, do)

    def cancel(self, work: Work, number: str) -> bool:
        """Free the slot of an order that is being cancelled, in the caller's transaction."""
        return self._visits.cancel(work, number)

    def _area(self, conversation_id: str, number: str) -> str | None:
        """Where the crew goes: as booked before, or the proven customer's address."""
        with self._store.reading() as session:
            visit = self._visits.of(session, number)
            if visit is not None:
                return self._visits.area_of(session, visit)
        account = self._identity.known_account(conversation_id)
        return account.area if account else None

    def _whose(self, session: Session, conversation_id: str) -> sa.ColumnElement[bool]:
        whose = work_orders_table.c.conversation_id == conversation_id
        conversation = session.get(Conversation, conversation_id)
        customer_id = conversation and self._identity.proven_customer(conversation)
        if customer_id:
            whose |= work_orders_table.c.customer_id == customer_id
        return sa.and_(
            whose,
            work_orders_table.c.kind == Kind.REPAIR,
            work_orders_table.c.state.in_(_BEFORE_THE_VISIT),
        )

    def _order(self, session: Session, conversation_id: str, number: str) -> WorkOrder:
        order = session.scalars(
            sa.select(WorkOrder).where(
                work_orders_table.c.number == number, self._whose(session, conversation_id)
            )
        ).one_or_none()
        if order is None:
            raise UnknownWorkOrder(number)
        return order
