"""The console's work orders: list, search, one order with steps, clocks and history. Read only."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from desk.model.customers import Customer
from desk.model.dispatch import Team, TeamMember
from desk.model.errors import UnknownWorkOrder
from desk.model.journal import Event
from desk.model.numbers import find_number
from desk.model.order_links import LINK_LABELS, Attachment, OrderLink
from desk.model.phones import mask_phone
from desk.model.sla import SlaClock
from desk.model.work_orders import (
    KIND_LABELS,
    LEVEL_LABELS,
    OPEN_STATES,
    PRIORITY_LABELS,
    SEVERITY_LABELS,
    STATE_LABELS,
    Complaint,
    WorkOrder,
)
from desk.policies import Policies
from desk.reports.order_history import event_text
from desk.store.link_tables import attachments_table, order_links_table
from desk.store.tables import (
    complaints_table,
    customers_table,
    journal_table,
    sla_clocks,
    work_orders_table,
)
from desk.store.team_tables import team_members_table, teams_table
from desk.store.unit_of_work import Store

_PAGE = 100
_PIECE = 500
EXPORT_FIELDS = (
    "number",
    "kind",
    "state",
    "priority",
    "level",
    "area",
    "service",
    "team",
    "assignee",
    "owner",
    "contact",
    "opened_at",
    "promised_at",
    "marks",
    "description",
)
_ACTORS = {"system": "系统", "customer": "客户", "cli": "命令行", "bot": "小通"}


class WorkOrderView:
    """Plain dictionaries in the shape of the console's JSON API; datetimes stay datetimes."""

    def __init__(self, store: Store, policies: Policies) -> None:
        self._store, self._policies = store, policies

    def listed(self, state: str, query: str) -> list[dict[str, Any]]:
        table, where = work_orders_table, _wanted(state, query)
        with self._store.reading() as session:
            found = session.scalars(
                sa.select(WorkOrder).where(*where).order_by(table.c.id.desc()).limit(_PAGE)
            ).all()
            breached = breached_among(session, [order.number for order in found])
            _held = customers_of(session, found)  # or each row would ask for its own
            return [order_row(session, order, order.number in breached) for order in found]

    def exported(self, state: str, since: datetime | None) -> Iterator[dict[str, Any]]:
        """Every order for a file, oldest first, read in pieces; phone numbers are masked."""
        table = work_orders_table
        where: list[sa.ColumnElement[bool]] = []
        if state == "open":
            where.append(table.c.state.in_(OPEN_STATES))
        if since is not None:
            where.append(table.c.opened_at >= since)
        last = 0
        while True:
            with self._store.reading() as session:
                query = sa.select(WorkOrder).where(*where, table.c.id > last).order_by(table.c.id)
                found = session.scalars(query.limit(_PIECE)).all()
            if not found:
                return
            last = found[-1].id
            yield from (_exported(order) for order in found)

    def count(self, state: str, since: datetime | None, query: str = "") -> int:
        """How many `exported` gives, and `listed` would without its limit."""
        table, where = work_orders_table, _wanted(state, query)
        if since is not None:
            where.append(table.c.opened_at >= since)
        with self._store.reading() as session:
            counted = sa.select(sa.func.count()).select_from(table).where(*where)
            return session.scalar(counted) or 0

    def teams(self) -> list[dict[str, Any]]:
        """Every member of every team, with what they have to do."""
        with self._store.reading() as session:
            rows = session.execute(
                sa.select(Team, TeamMember)
                .join(team_members_table, team_members_table.c.team == teams_table.c.code)
                .order_by(teams_table.c.id, team_members_table.c.id)
            )
            return [_team_row(session, team, member) for team, member in rows]

    def one(self, number: str) -> dict[str, Any]:
        """One order with its steps, clocks and whole history; raises `UnknownWorkOrder`."""
        with self._store.reading() as session:
            order = session.scalars(
                sa.select(WorkOrder).where(work_orders_table.c.number == number)
            ).one_or_none()
            if order is None:
                raise UnknownWorkOrder(number)
            clocks = session.scalars(
                sa.select(SlaClock)
                .where(sla_clocks.c.subject == number)
                .order_by(sla_clocks.c.due_at)
            ).all()
            events = session.scalars(
                sa.select(Event)
                .where(journal_table.c.work_order == number)
                .order_by(journal_table.c.id)
            ).all()
            complaint = session.scalars(
                sa.select(Complaint).where(complaints_table.c.work_order_id == order.id)
            ).one_or_none()
            labels = self._policies.service_levels.clock_labels
            roles = self._policies.service_levels.roles
            late = any(clock.state == "breached" for clock in clocks)
            return {
                **order_row(session, order, late),
                "description": order.description,
                "marks": [*order.marks, *_complaint_marks(complaint)],
                "steps": [
                    {"question": step["question"], "answer": step["answer"]} for step in order.steps
                ],
                "language": order.language,
                "skill": order.skill,
                "preparation": order.preparation,
                "proposal": complaint.proposal if complaint else None,
                "leader": complaint.leader if complaint else None,
                "links": _links(session, number),
                "attachments": _attachments(session, number),
                "clocks": [
                    {
                        "label": labels.get(clock.kind, clock.kind),
                        "due_at": clock.due_at,
                        "state": clock.state,
                    }
                    for clock in clocks
                ],
                "history": [
                    {
                        "at": e.at,
                        "who": _ACTORS.get(e.actor, e.actor),
                        "text": event_text(e, labels, roles),
                    }
                    for e in events
                ],
            }


def _wanted(state: str, query: str) -> list[sa.ColumnElement[bool]]:
    """Open ones or all, by number or by a part of number or phone."""
    table = work_orders_table.c
    where: list[sa.ColumnElement[bool]] = []
    if state == "open":
        where.append(table.state.in_(OPEN_STATES))
    if (number := find_number(query)) is not None:
        where.append(table.number == number)
    elif query:
        like = f"%{query.strip().upper()}%"
        where.append(sa.or_(table.number.like(like), table.contact_phone.like(like)))
    return where


def _exported(order: WorkOrder) -> dict[str, Any]:
    plain = ("number", "area", "service", "team", "assignee", "owner", "marks", "description")
    return {
        **{name: getattr(order, name) for name in plain},
        **{name: str(getattr(order, name)) for name in ("kind", "state", "priority", "level")},
        "contact": mask_phone(order.contact_phone) if order.contact_phone else None,
        "opened_at": order.opened_at.isoformat(),
        "promised_at": order.promised_at.isoformat(),
    }


def _team_row(session: Session, team: Team, member: TeamMember) -> dict[str, Any]:
    table = work_orders_table
    held = session.scalar(
        sa.select(sa.func.count())
        .select_from(table)
        .where(table.c.assignee == member.person, table.c.state.in_(OPEN_STATES))
    )
    return {
        "team": team.name,
        "areas": "、".join(team.areas) or "全部",
        "person": member.person,
        "skills": "、".join(member.skills),
        "languages": "、".join(member.languages),
        "held": held,
        "max_open": member.max_open,
    }


def customers_of(session: Session, orders: Sequence[WorkOrder]) -> Sequence[Customer]:
    ids = {order.customer_id for order in orders if order.customer_id is not None}
    return session.scalars(sa.select(Customer).where(customers_table.c.id.in_(ids))).all()


def breached_among(session: Session, numbers: list[str]) -> set[str]:
    return set(
        session.scalars(
            sa.select(sla_clocks.c.subject).where(
                sla_clocks.c.subject.in_(numbers),
                sla_clocks.c.breached_at.is_not(None),
                sla_clocks.c.fulfilled_at.is_(None),
            )
        )
    )


def order_row(session: Session, order: WorkOrder, breached: bool) -> dict[str, Any]:
    name = session.get_one(Customer, order.customer_id).name if order.customer_id else None
    contact = mask_phone(order.contact_phone) if order.contact_phone else None
    return {
        "number": order.number,
        "kind": KIND_LABELS[order.kind],
        "state": str(order.state),
        "state_label": STATE_LABELS[order.state],
        "customer": " ".join(part for part in (name, contact) if part) or "未识别",
        "opened_at": order.opened_at,
        "promised_at": order.promised_at,
        "breached": breached,
        "priority": PRIORITY_LABELS[order.priority],
        "level": LEVEL_LABELS[order.level],
        "area": order.area,
        "team": order.team,
        "assignee": order.assignee,
        "owner": _ACTORS.get(order.owner, order.owner),
        "waiting": order.waiting,
    }


def _links(session: Session, number: str) -> list[dict[str, str]]:
    """Both ways: what the order is tied to, and what is tied to it."""
    table = order_links_table
    found = session.scalars(
        sa.select(OrderLink).where(sa.or_(table.c.number == number, table.c.to == number))
    )
    return [
        {
            "kind": str(one.kind),
            "label": LINK_LABELS[one.kind],
            "number": one.to if one.number == number else one.number,
            "direction": "to" if one.number == number else "from",
        }
        for one in found
    ]


def _attachments(session: Session, number: str) -> list[dict[str, Any]]:
    found = session.scalars(sa.select(Attachment).where(attachments_table.c.number == number))
    return [
        {"name": one.name, "type": one.media_type, "size": one.size, "sha256": one.sha256}
        for one in found
    ]


def _complaint_marks(complaint: Complaint | None) -> list[str]:
    if complaint is None:
        return []
    return [complaint.category, SEVERITY_LABELS[complaint.severity], *complaint.reasons]
