"""What is still to be done about orders that have ended: calls to make, low scores to look into."""

from typing import Any

import sqlalchemy as sa

from desk.model.phones import mask_phone
from desk.model.sla import SlaClock
from desk.model.surveys import Survey
from desk.model.work_orders import KIND_LABELS, LEVEL_LABELS, WorkOrder
from desk.store.survey_tables import surveys_table
from desk.store.tables import sla_clocks, work_orders_table
from desk.store.unit_of_work import Store

_CALLS = ("return_visit", "follow_up")
_REVIEW = "low_score"


class FollowUpView:
    """Plain dictionaries, most urgent first; phone numbers are masked."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def calls(self) -> list[dict[str, Any]]:
        """Return visits that are owed, with by when."""
        with self._store.reading() as session:
            rows = session.execute(_owed(sa.select(SlaClock, WorkOrder), _CALLS))
            return [_row(clock, order) for clock, order in rows]

    def reviews(self) -> list[dict[str, Any]]:
        """Low scores no supervisor has looked into, with what the customer said."""
        table = surveys_table.c
        newest = (
            sa.select(sa.func.max(table.id)).where(table.score.is_not(None)).group_by(table.number)
        )
        query = (
            _owed(sa.select(SlaClock, WorkOrder, Survey), (_REVIEW,))
            .join(surveys_table, table.number == work_orders_table.c.number)
            .where(table.id.in_(newest))
        )
        with self._store.reading() as session:
            return [
                {
                    **_row(clock, order),
                    "handler": survey.handler,
                    "score": survey.score,
                    "words": survey.words,
                }
                for clock, order, survey in session.execute(query)
            ]


def _owed(select: Any, kinds: tuple[str, ...]) -> Any:
    return (
        select.select_from(sla_clocks)
        .join(work_orders_table, work_orders_table.c.number == sla_clocks.c.subject)
        .where(sla_clocks.c.kind.in_(kinds), sla_clocks.c.fulfilled_at.is_(None))
        .order_by(sla_clocks.c.due_at, sla_clocks.c.id)
    )


def _row(clock: SlaClock, order: WorkOrder) -> dict[str, Any]:
    return {
        "number": order.number,
        "kind": KIND_LABELS[order.kind],
        "level": LEVEL_LABELS[order.level],
        "owner": order.owner,
        "contact": mask_phone(order.contact_phone) if order.contact_phone else None,
        "description": order.description,
        "due_at": clock.due_at,
        "late": clock.breached_at is not None,
    }
