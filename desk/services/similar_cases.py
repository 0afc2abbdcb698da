"""Closed orders that read like the one at hand, with what came of them. Costs the same at any size.

Only the newest orders are looked at, a number of them is compared, and texts are masked before
they are shown: a similar case is an experience, not somebody's data.
"""

from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from desk.handoff_policy import SimilarPolicy
from desk.model.handoff import Case, SimilarCase, most_alike
from desk.model.journal import Event
from desk.model.masking import mask_text
from desk.model.work_orders import Kind, State
from desk.store.tables import complaints_table, journal_table, work_orders_table

_ENDED = (State.CLOSED, State.ARCHIVED)


def similar_cases(
    session: Session, policy: SimilarPolicy, kind: Kind, service: str | None, text: str
) -> tuple[SimilarCase, ...]:
    """The closed orders of a kind (and service) most like `text`, best first."""
    if not text or not policy.at_most:
        return ()
    found = most_alike(
        text,
        _candidates(session, policy, kind, service),
        least=policy.least,
        at_most=policy.at_most,
    )
    return tuple(
        replace(
            case,
            about=mask_text(case.about)[: policy.about_letters],
            result=_result(session, case.number, policy.about_letters),
        )
        for case in found
    )


def _candidates(
    session: Session, policy: SimilarPolicy, kind: Kind, service: str | None
) -> list[Case]:
    orders = work_orders_table.c
    newest = session.scalar(sa.select(sa.func.max(orders.id))) or 0
    where = [
        orders.id > newest - policy.look_back,
        orders.kind == kind,
        orders.state.in_(_ENDED),
    ]
    if service is not None:
        where.append(orders.service == service)
    rows = session.execute(
        sa.select(orders.number, orders.description)
        .where(*where)
        .order_by(orders.id.desc())
        .limit(policy.compare)
    )
    return [Case(number, description) for number, description in rows]


def _result(session: Session, number: str, letters: int) -> str | None:
    """What was proposed to the customer, or the note with which the order was resolved."""
    proposed = session.scalar(
        sa.select(complaints_table.c.proposal)
        .join(work_orders_table, work_orders_table.c.id == complaints_table.c.work_order_id)
        .where(work_orders_table.c.number == number)
    )
    moves = session.scalars(
        sa.select(Event)
        .where(journal_table.c.work_order == number, journal_table.c.type == "WorkOrderMoved")
        .order_by(journal_table.c.id.desc())
    )
    notes = (m.data.get("note") for m in moves if m.data.get("after") == State.RESOLVED)
    result = proposed or next((note for note in notes if note), None)
    return mask_text(result)[:letters] if result else None
