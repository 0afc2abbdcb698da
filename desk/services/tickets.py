"""Trouble tickets: what other systems may do to work orders, each step journalled as theirs."""

from typing import Any

import sqlalchemy as sa

from desk.model.errors import KeyReused, NotYours, OrderUnderWay, OutsideArea, UnknownWorkOrder
from desk.model.phones import parse_phone
from desk.model.tickets import OF_ORDER, Caller, NewTicket, Ticket, TicketChange
from desk.model.work_orders import State, WorkOrder
from desk.services.ticket_opening import TicketOpening
from desk.services.work_orders import WorkOrders
from desk.store.tables import work_orders_table
from desk.store.ticket_tables import ticket_references
from desk.store.unit_of_work import Store, Work

_NOT_BEGUN = (State.NEW, State.DISPATCHED)


class Tickets:
    def __init__(self, store: Store, opening: TicketOpening, work_orders: WorkOrders) -> None:
        self._store, self._opening, self._work_orders = store, opening, work_orders

    def create(self, caller: Caller, wish: NewTicket, key: str) -> str:
        """Open a work order and return its number; the same `key` again returns the same number.

        Raises `OutsideArea`, `InvalidPhone`, and `KeyReused` when the key came with another wish.
        """
        area = self._area_for(caller, wish)
        if wish.contact_phone is not None:
            parse_phone(wish.contact_phone)

        def do(work: Work) -> tuple[str, str]:
            order = self._opening.open(work, wish, f"系统 {caller.name}", area)
            work.session.add(
                Ticket(
                    work_order_id=order.id,
                    key_id=caller.key_id,
                    name=wish.name,
                    severity=wish.severity,
                    requested_at=wish.requested_at,
                    external_ids=list(wish.external_ids),
                    parties=list(wish.parties),
                )
            )
            if wish.external_ids:
                work.session.flush()
                self._refer(work, order.id, list(wish.external_ids))
            self._note(work, order, caller, wish.notes)
            return order.number, wish.fingerprint

        number, fingerprint = self._store.once(f"ticket:{caller.key_id}:{key}", tuple[str, str], do)
        if fingerprint != wish.fingerprint:
            raise KeyReused(key)
        return number

    def change(self, caller: Caller, number: str, change: TicketChange) -> None:
        """Change fields, add notes, take one step; all or nothing.

        Raises `UnknownWorkOrder`, `IllegalTransition`.
        """
        with self._store.writing() as work:
            order, ticket = self._seen(work, caller, number)
            if ticket is None:
                ticket = Ticket(work_order_id=order.id, key_id=None)
                work.session.add(ticket)
            changed = [
                name for name, value in change.values.items() if value != _now(order, ticket, name)
            ]
            for name in changed:
                self._set(work, order, ticket, name, change.values[name], caller)
            work.session.flush()
            if "external_ids" in changed:
                self._refer(work, order.id, ticket.external_ids)
            if changed:
                work.emit(
                    "TicketChanged",
                    actor=caller.actor,
                    conversation_id=order.conversation_id,
                    work_order=number,
                    fields=changed,
                )
            self._note(work, order, caller, change.notes)
            if change.target is not None:
                self._work_orders.step(
                    work, order, change.target, actor=caller.actor, note=change.reason
                )

    def _set(
        self,
        work: Work,
        order: WorkOrder,
        ticket: Ticket,
        name: str,
        value: Any,
        caller: Caller,
    ) -> None:
        """One field. What clocks run by is changed by the verbs that recompute them."""
        if name == "priority":
            self._work_orders.prioritise(work, order, value, caller.actor)
            return
        setattr(order if name in OF_ORDER else ticket, name, value)
        if name == "severity":
            self._opening.regrade(work, order, value, caller.actor)

    def withdraw(self, caller: Caller, number: str) -> None:
        """Take back a ticket of one's own on which nobody has begun: cancelled, seen no more.

        Raises `UnknownWorkOrder`, `NotYours`, `OrderUnderWay`.
        """
        with self._store.writing() as work:
            order, ticket = self._seen(work, caller, number)
            if ticket is None or ticket.key_id != caller.key_id:
                raise NotYours(number)
            if order.state not in _NOT_BEGUN:
                raise OrderUnderWay(number)
            self._work_orders.step(work, order, State.CANCELLED, actor=caller.actor)
            ticket.withdrawn_at = work.now
            work.emit("TicketWithdrawn", actor=caller.actor, work_order=number)

    def _area_for(self, caller: Caller, wish: NewTicket) -> str | None:
        """A key for one area need not name it."""
        if wish.area is None and len(caller.areas) == 1:
            return next(iter(caller.areas))
        if not caller.sees(wish.area):
            raise OutsideArea(wish.area or "")
        return wish.area

    def _seen(self, work: Work, caller: Caller, number: str) -> tuple[WorkOrder, Ticket | None]:
        """What another area has is as unknown as what nobody has."""
        order = work.session.scalars(
            sa.select(WorkOrder).where(work_orders_table.c.number == number).with_for_update()
        ).one_or_none()
        ticket = work.session.get(Ticket, order.id) if order else None
        if order is None or (ticket is not None and ticket.withdrawn_at is not None):
            raise UnknownWorkOrder(number)
        if not caller.sees(order.area):
            raise UnknownWorkOrder(number)
        return order, ticket

    def _refer(self, work: Work, order_id: int, external: list[dict[str, Any]]) -> None:
        table = ticket_references
        work.session.execute(table.delete().where(table.c.work_order_id == order_id))
        for reference in sorted({one["id"] for one in external}):
            work.session.execute(table.insert().values(work_order_id=order_id, reference=reference))

    def _note(self, work: Work, order: WorkOrder, caller: Caller, notes: tuple[str, ...]) -> None:
        for text in notes:
            work.emit(
                "TicketNoted",
                actor=caller.actor,
                conversation_id=order.conversation_id,
                work_order=order.number,
                text=text,
            )


def _now(order: WorkOrder, ticket: Ticket, name: str) -> Any:
    return getattr(order if name in OF_ORDER else ticket, name)
