"""预处理: with the order lies what was asked, what we make of it and what to do. Reactions."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from desk.model.journal import Event
from desk.model.work_orders import SEVERITY_LABELS, Complaint, Kind, WorkOrder
from desk.order_policies import PreparationPolicy
from desk.services.work_orders import find_by_number
from desk.store.tables import complaints_table
from desk.store.unit_of_work import Work

_READING = "线路测试"


class Preparation:
    def __init__(self, policy: PreparationPolicy) -> None:
        self._policy = policy

    def opened(self, work: Work, event: Event) -> None:
        """Reaction to `WorkOrderOpened`; a complaint is prepared once its severity is known."""
        order = find_by_number(work.session, event.work_order or "")
        if order is not None and order.kind is not Kind.COMPLAINT and order.preparation is None:
            self._prepare(work, order, order.description, _facts(order))

    def filed(self, work: Work, event: Event) -> None:
        """Reaction to `ComplaintFiled`: also when it was filed again."""
        order = find_by_number(work.session, event.work_order or "")
        if order is None:
            return
        complaint = work.session.scalars(
            sa.select(Complaint).where(complaints_table.c.work_order_id == order.id)
        ).one()
        facts = {
            "category": complaint.category,
            "severity": SEVERITY_LABELS[complaint.severity],
            "reasons": "、".join(complaint.reasons),
        }
        asked = f"{complaint.description}（{complaint.wish}）"
        self._prepare(work, order, asked, facts)

    def _prepare(self, work: Work, order: WorkOrder, asked: str, facts: Mapping[str, Any]) -> None:
        told = {name: value or self._policy.none for name, value in facts.items()}
        suggestions = (s.suggestion for s in self._policy.suggestions if s.when.holds(order))
        order.preparation = {
            "asked": asked,
            "analysis": self._policy.analysis[order.kind].format(**told),
            "suggestion": next(suggestions, self._policy.none),
            "by": order.owner,
            "at": work.now.isoformat(),
        }


def _facts(order: WorkOrder) -> dict[str, Any]:
    reading = [step["answer"] for step in order.steps if step["question"] == _READING]
    return {
        "steps": str(len(order.steps) - len(reading)),
        "reading": reading[-1] if reading else "",
        "marks": "、".join(order.marks),
    }
