"""Work orders as other systems page through them: with their ticket rows and their history."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from desk.model.errors import UnknownWorkOrder
from desk.model.journal import Event
from desk.model.phones import mask_phone
from desk.model.tickets import (
    Caller,
    StatusStep,
    Ticket,
    TicketNote,
    TicketQuery,
    TicketRow,
    TicketSeverity,
)
from desk.model.work_orders import OPEN_STATES, STATE_LABELS, Severity, State, WorkOrder
from desk.store.tables import complaints_table, journal_table, work_orders_table
from desk.store.ticket_tables import ticket_references, tickets_table
from desk.store.unit_of_work import Store

_SEVERITIES = {
    Severity.GENERAL: TicketSeverity.MINOR,
    Severity.SERIOUS: TicketSeverity.MAJOR,
    Severity.MAJOR: TicketSeverity.CRITICAL,
}


class TicketView:
    def __init__(self, store: Store) -> None:
        self._store = store

    def listed(self, caller: Caller, query: TicketQuery) -> tuple[list[TicketRow], int]:
        """One page, and how many there are without paging."""
        where = [*_visible(caller), *_filters(query)]
        key = work_orders_table.c.id
        # Which ones first, by the narrow rows alone; what stands on the page is fetched after.
        page = (
            _with_tickets(sa.select(key))
            .where(*where)
            .order_by(key.desc() if query.newest_first else key)
            .offset(query.offset)
            .limit(query.limit)
        )
        with self._store.reading() as session:
            total = session.scalar(_with_tickets(sa.select(sa.func.count(key))).where(*where))
            ids = session.scalars(page).all()
            found = session.execute(
                _whole().where(key.in_(ids)).order_by(key.desc() if query.newest_first else key)
            ).all()
            return self._rows(session, [tuple(row) for row in found]), total or 0

    def one(self, caller: Caller, number: str) -> TicketRow:
        """Raises `UnknownWorkOrder`, also for what this caller may not see."""
        with self._store.reading() as session:
            found = session.execute(
                _whole().where(work_orders_table.c.number == number, *_visible(caller))
            ).one_or_none()
            if found is None:
                raise UnknownWorkOrder(number)
            return self._rows(session, [tuple(found)])[0]

    def _rows(self, session: Session, found: list[tuple[Any, ...]]) -> list[TicketRow]:
        """The history of a whole page in one query."""
        numbers = [order.number for order, _, _ in found]
        events: dict[str, list[Event]] = {number: [] for number in numbers}
        for event in session.scalars(
            sa.select(Event)
            .where(journal_table.c.work_order.in_(numbers))
            .order_by(journal_table.c.id)
        ):
            events[event.work_order or ""].append(event)
        return [_row(order, ticket, level, events[order.number]) for order, ticket, level in found]


def _with_tickets(select: Any) -> Any:
    return select.select_from(
        work_orders_table.outerjoin(
            tickets_table, tickets_table.c.work_order_id == work_orders_table.c.id
        )
    )


def _whole() -> Any:
    source = work_orders_table.outerjoin(
        tickets_table, tickets_table.c.work_order_id == work_orders_table.c.id
    ).outerjoin(complaints_table, complaints_table.c.work_order_id == work_orders_table.c.id)
    return sa.select(WorkOrder, Ticket, complaints_table.c.severity).select_from(source)


def _visible(caller: Caller) -> list[sa.ColumnElement[bool]]:
    where: list[sa.ColumnElement[bool]] = [tickets_table.c.withdrawn_at.is_(None)]
    if caller.areas:
        where.append(work_orders_table.c.area.in_(caller.areas))
    return where


def _filters(query: TicketQuery) -> list[sa.ColumnElement[bool]]:
    orders, opened = work_orders_table.c, work_orders_table.c.opened_at
    where: list[sa.ColumnElement[bool]] = []
    if query.kinds:
        where.append(orders.kind.in_(query.kinds))
    if query.states:
        where.append(orders.state.in_(query.states))
    if query.severities:
        where.append(sa.or_(*map(_severity, sorted(query.severities))))
    if query.created_from is not None:
        where.append(opened >= query.created_from)
    if query.created_after is not None:
        where.append(opened > query.created_after)
    if query.created_until is not None:
        where.append(opened <= query.created_until)
    if query.created_before is not None:
        where.append(opened < query.created_before)
    if query.external_id is not None:
        named = sa.select(ticket_references.c.work_order_id).where(
            ticket_references.c.reference == query.external_id
        )
        where.append(orders.id.in_(named))
    return where


def _severity(level: TicketSeverity) -> sa.ColumnElement[bool]:
    """As `_row` tells it: what the other system said, or what the complaint's rules found."""
    if level is TicketSeverity.MINOR:
        return ~sa.or_(_severity(TicketSeverity.MAJOR), _severity(TicketSeverity.CRITICAL))
    key, said = work_orders_table.c.id, tickets_table.c.severity
    ours = next(found for found, theirs in _SEVERITIES.items() if theirs is level)
    complaints = sa.select(complaints_table.c.work_order_id).where(
        complaints_table.c.severity == ours
    )
    theirs = sa.and_(said.is_not(None), said == level)
    return sa.or_(theirs, sa.and_(said.is_(None), key.in_(complaints)))


def _row(
    order: WorkOrder, ticket: Ticket | None, level: Severity | None, events: list[Event]
) -> TicketRow:
    severity = ticket.severity if ticket and ticket.severity else None
    return TicketRow(
        order=order,
        ticket=ticket,
        severity=severity or (_SEVERITIES[level] if level else TicketSeverity.MINOR),
        changed_at=events[-1].at if events else order.opened_at,
        steps=tuple(_steps(order, events)),
        notes=tuple(note for event in events if (note := _note(event))),
        contact=mask_phone(order.contact_phone) if order.contact_phone else None,
    )


def _steps(order: WorkOrder, events: list[Event]) -> list[StatusStep]:
    steps = [StatusStep(order.opened_at, State.NEW, "")]
    for event in events:
        if event.type == "WorkOrderMoved":
            state = State(event.data["after"])
            steps.append(StatusStep(event.at, state, event.data.get("note", "")))
        elif event.type == "WorkOrderReopened" and steps[-1].state not in OPEN_STATES:
            steps.append(StatusStep(event.at, State.IN_PROGRESS, ""))
    return steps


def _note(event: Event) -> TicketNote | None:
    if event.type == "TicketNoted":
        return TicketNote(event.id, event.at, event.actor.removeprefix("api:"), event.data["text"])
    if event.type == "WorkOrderMoved":
        label, why = STATE_LABELS[State(event.data["after"])], event.data.get("note")
        return TicketNote(event.id, event.at, "xiaotong", f"{label}（{why}）" if why else label)
    return None
