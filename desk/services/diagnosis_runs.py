"""Diagnosis runs: found again, written down step by step, ended."""

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from desk.model.diagnosis import DiagnosisRun, Node, RunState
from desk.services import timers
from desk.store.tables import conversations_table, diagnosis_runs
from desk.store.unit_of_work import Work

TIMER = "diagnosis_wait"


def open_run(session: Session, conversation_id: str) -> DiagnosisRun | None:
    """The run whose question is open."""
    return session.scalars(
        _newest(conversation_id).where(diagnosis_runs.c.state == RunState.ASKING)
    ).one_or_none()


def newest_run(session: Session, conversation_id: str) -> DiagnosisRun | None:
    """The newest run of a conversation, open or ended."""
    return session.scalars(_newest(conversation_id)).one_or_none()


def ended_lately(
    work: Work, conversation_id: str, state: RunState, within: timedelta
) -> DiagnosisRun | None:
    """The newest run, if it ended like this a short time ago."""
    run = newest_run(work.session, conversation_id)
    if run is None or run.state is not state or run.ended_at is None:
        return None
    return run if run.ended_at > work.now - within else None


def open_elsewhere(
    work: Work, conversation_id: str, customer_id: int, products: list[str], within: timedelta
) -> DiagnosisRun | None:
    """The newest open run of a proven customer in another conversation.

    Who proved it there only after the run had begun is its customer too.
    """
    proved_since = sa.and_(
        diagnosis_runs.c.customer_id.is_(None),
        conversations_table.c.customer_id == customer_id,
        conversations_table.c.verified_at >= diagnosis_runs.c.started_at,
    )
    return work.session.scalars(
        sa.select(DiagnosisRun)
        .join(conversations_table, conversations_table.c.id == diagnosis_runs.c.conversation_id)
        .where(
            sa.or_(diagnosis_runs.c.customer_id == customer_id, proved_since),
            diagnosis_runs.c.conversation_id != conversation_id,
            diagnosis_runs.c.product.in_(products),
            diagnosis_runs.c.state == RunState.ASKING,
            diagnosis_runs.c.started_at > work.now - within,
        )
        .order_by(diagnosis_runs.c.id.desc())
        .limit(1)
    ).one_or_none()


def note(work: Work, run: DiagnosisRun, node: Node, result: str, said: str, go: str = "") -> None:
    """One step done, as the technician reads it and as "one step back" needs it."""
    step = {
        "question": node.title,
        "answer": result,
        "said": said,
        "at": work.now.isoformat(),
        "node": f"{run.product}/{node.id}",
        "go": go,
    }
    run.steps = [*run.steps, step]


def end(work: Work, run: DiagnosisRun, state: RunState) -> None:
    """No question is open any more."""
    run.state, run.ended_at = state, work.now
    timers.cancel(work, TIMER, run.conversation_id)
    work.emit(
        "DiagnosisEnded",
        conversation_id=run.conversation_id,
        work_order=run.order_number,
        state=str(state),
    )


def _newest(conversation_id: str) -> sa.Select[DiagnosisRun]:
    return (
        sa.select(DiagnosisRun)
        .where(diagnosis_runs.c.conversation_id == conversation_id)
        .order_by(diagnosis_runs.c.id.desc())
        .limit(1)
    )
