"""Finding the diagnosis runs of a conversation."""

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from desk.model.diagnosis import DiagnosisRun, RunState
from desk.store.tables import diagnosis_runs
from desk.store.unit_of_work import Work


def open_run(session: Session, conversation_id: str) -> DiagnosisRun | None:
    """The run whose question is open."""
    return session.scalars(
        _newest(conversation_id).where(diagnosis_runs.c.state == RunState.ASKING)
    ).one_or_none()


def ended_lately(
    work: Work, conversation_id: str, state: RunState, within: timedelta
) -> DiagnosisRun | None:
    """The newest run, if it ended like this a short time ago."""
    run = work.session.scalars(_newest(conversation_id)).one_or_none()
    if run is None or run.state is not state or run.ended_at is None:
        return None
    return run if run.ended_at > work.now - within else None


def _newest(conversation_id: str) -> sa.Select[DiagnosisRun]:
    return (
        sa.select(DiagnosisRun)
        .where(diagnosis_runs.c.conversation_id == conversation_id)
        .order_by(diagnosis_runs.c.id.desc())
        .limit(1)
    )
