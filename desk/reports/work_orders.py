"""The console's work orders: list, search, one order with steps, clocks and history. Read only."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from desk.model.customers import Customer
from desk.model.errors import UnknownWorkOrder
from desk.model.journal import Event
from desk.model.phones import mask_phone
from desk.model.sla import SlaClock
from desk.model.work_orders import (
    KIND_LABELS,
    OPEN_STATES,
    SEVERITY_LABELS,
    STATE_LABELS,
    Complaint,
    WorkOrder,
)
from desk.policies import Policies
from desk.store.tables import complaints_table, journal_table, sla_clocks, work_orders_table
from desk.store.unit_of_work import Store

_PAGE = 100
_ACTORS = {"system": "系统", "customer": "客户", "cli": "命令行"}
_EVENT_TEXTS = {
    "WorkOrderOpened": "受理并建单",
    "WorkOrderReopened": "客户再次反映，重新处理并提升等级",
    "ComplaintFiled": "投诉登记",
    "WorkOrderUrged": "客户催办",
    "WorkOrderNoted": "客户补充情况",
    "WorkOrderCancelled": "客户取消",
    "ChangeConfirmed": "客户二次确认办理",
    "DiagnosisEnded": "自助排障结束",
    "VisitCancelled": "释放原来的上门时间",
    "VisitRescheduled": "客户更改上门时间",
}


class WorkOrderView:
    """Plain dictionaries in the shape of the console's JSON API; datetimes stay datetimes."""

    def __init__(self, store: Store, policies: Policies) -> None:
        self._store, self._policies = store, policies

    def listed(self, state: str, query: str) -> list[dict[str, Any]]:
        table = work_orders_table
        where: list[sa.ColumnElement[bool]] = []
        if state == "open":
            where.append(table.c.state.in_(OPEN_STATES))
        if query:
            like = f"%{query.strip().upper()}%"
            where.append(sa.or_(table.c.number.like(like), table.c.contact_phone.like(like)))
        with self._store.reading() as session:
            found = session.scalars(
                sa.select(WorkOrder).where(*where).order_by(table.c.id.desc()).limit(_PAGE)
            ).all()
            breached = _breached(session, [order.number for order in found])
            return [_order_row(session, order, order.number in breached) for order in found]

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
            late = any(clock.state == "breached" for clock in clocks)
            return {
                **_order_row(session, order, late),
                "description": order.description,
                "marks": [*order.marks, *_complaint_marks(complaint)],
                "steps": [
                    {"question": step["question"], "answer": step["answer"]} for step in order.steps
                ],
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
                        "text": _event_text(e, labels),
                    }
                    for e in events
                ],
            }


def _breached(session: Session, numbers: list[str]) -> set[str]:
    return set(
        session.scalars(
            sa.select(sla_clocks.c.subject).where(
                sla_clocks.c.subject.in_(numbers),
                sla_clocks.c.breached_at.is_not(None),
                sla_clocks.c.fulfilled_at.is_(None),
            )
        )
    )


def _order_row(session: Session, order: WorkOrder, breached: bool) -> dict[str, Any]:
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
    }


def _complaint_marks(complaint: Complaint | None) -> list[str]:
    if complaint is None:
        return []
    return [complaint.category, SEVERITY_LABELS[complaint.severity], *complaint.reasons]


def _event_text(event: Event, labels: dict[str, str]) -> str:
    if event.type == "WorkOrderMoved":
        note = event.data.get("note")
        text = STATE_LABELS[event.data["after"]]
        return f"{text}（{note}）" if note else text
    if event.type == "VisitBooked":
        return f"预约上门：{event.data['time']}（{event.data['crew']}）"
    if event.type == "WorkOrderEscalated":
        return f"升级到主管：{event.data['reason']}"
    if event.type == "SlaBreached":
        return f"超时：{labels.get(event.data['clock'], event.data['clock'])}"
    return _EVENT_TEXTS.get(event.type, event.type)
