"""An order as its customer may read it: Chinese labels and the steps they should know of."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from desk.model.journal import Event
from desk.model.work_orders import (
    KIND_LABELS,
    NEXT_STEPS,
    OPEN_STATES,
    STATE_LABELS,
    OrderProgress,
    ProgressStep,
    State,
    WorkOrder,
)
from desk.store.tables import journal_table

# What a customer reads in the history; events without a line here stay inside.
_STEP_TEXTS = {
    "WorkOrderOpened": "已受理",
    "WorkOrderReopened": "再次受理",
    "WorkOrderUrged": "您催办了一次，已通知处理人",
    "WorkOrderEscalated": "已升级，由主管跟进",
    "WorkOrderNoted": "您补充了情况，已转给处理人",
}

_PHOTO_ADDED = "您补充了照片"


def told(session: Session, order: WorkOrder) -> OrderProgress:
    """Where an order stands and how it came there."""
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
    if event.type == "AttachmentAdded":
        return _PHOTO_ADDED if event.actor == "customer" else None
    return _STEP_TEXTS.get(event.type)
