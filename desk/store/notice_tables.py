"""Table of what customers were told without having asked."""

import sqlalchemy as sa

from desk.model import notices
from desk.store.tables import BigId, UtcDateTime, metadata

notices_table = sa.Table(
    "notices",
    metadata,
    sa.Column("id", BigId, primary_key=True, autoincrement=True),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("subject", sa.String(14), nullable=False, index=True),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("made_at", UtcDateTime, nullable=False),
    sa.Column("send_at", UtcDateTime, nullable=False),
    sa.Column("conversation_id", sa.String(40)),
    sa.Column("phone", sa.String(16)),
    sa.Column("sent_at", UtcDateTime),
    sa.Index("ix_notices_digest_made_at", "digest", "made_at"),
    # The sweeper asks every second for what is held.
    sa.Index(
        "ix_notices_held",
        "send_at",
        sqlite_where=sa.text("sent_at IS NULL"),
        postgresql_where=sa.text("sent_at IS NULL"),
    ),
)

CLASSES: tuple[tuple[type, sa.Table], ...] = ((notices.Notice, notices_table),)
