"""Timers that wait, and those that failed too often. What is done leaves its row behind nowhere."""

import sqlalchemy as sa

from desk.model.sla import Timer
from desk.store.tables import BigId, UtcDateTime, metadata

timers = sa.Table(
    "timers",
    metadata,
    sa.Column("id", BigId, primary_key=True, autoincrement=True),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("conversation_id", sa.String(40), nullable=False, index=True),
    sa.Column("reference", sa.String(64), nullable=False),
    sa.Column("due_at", UtcDateTime, nullable=False, index=True),
    sa.Column("lease_until", UtcDateTime),
    sa.Column("fence", sa.Integer, nullable=False, server_default="0"),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    # An id must never come back while an old claim on it may still be around.
    sqlite_autoincrement=True,
)

dead_timers = sa.Table(
    "dead_timers",
    metadata,
    sa.Column("id", BigId, primary_key=True, autoincrement=True),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("conversation_id", sa.String(40), nullable=False),
    sa.Column("reference", sa.String(64), nullable=False),
    sa.Column("due_at", UtcDateTime, nullable=False),
    sa.Column("died_at", UtcDateTime, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("error", sa.String(200), nullable=False),
)

CLASSES: tuple[tuple[type, sa.Table], ...] = ((Timer, timers),)
