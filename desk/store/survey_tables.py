"""Tables of what customers thought, and of the calls to them."""

import sqlalchemy as sa

from desk.model import surveys
from desk.store.tables import BigId, UtcDateTime, metadata

surveys_table = sa.Table(
    "surveys",
    metadata,
    sa.Column("id", BigId, primary_key=True, autoincrement=True),
    sa.Column("number", sa.String(14), nullable=False, index=True),
    sa.Column("handler", sa.String(64), nullable=False),
    sa.Column("made_at", UtcDateTime, nullable=False),
    sa.Column("conversation_id", sa.String(40), index=True),
    sa.Column("sent_at", UtcDateTime),
    sa.Column("score", sa.Integer),
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("answered_at", UtcDateTime),
    sa.Column("answered_by", sa.String(64)),
    sa.Column("reviewed_at", UtcDateTime),
    sa.Column("reviewed_by", sa.String(64)),
    sa.Column("review", sa.Text, nullable=False),
    # The newest answers of one handler.
    sa.Index("ix_surveys_handler_answered_at", "handler", "answered_at"),
)

return_visits_table = sa.Table(
    "return_visits",
    metadata,
    sa.Column("id", BigId, primary_key=True, autoincrement=True),
    sa.Column("number", sa.String(14), nullable=False, index=True),
    sa.Column("by", sa.String(64), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("reached", sa.Boolean, nullable=False),
    sa.Column("words", sa.Text, nullable=False),
)

CLASSES: tuple[tuple[type, sa.Table], ...] = (
    (surveys.Survey, surveys_table),
    (surveys.ReturnVisit, return_visits_table),
)
