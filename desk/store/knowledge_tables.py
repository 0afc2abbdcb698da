"""What customers said of answers, for the people who keep the articles."""

import sqlalchemy as sa

from desk.store.tables import BigId, UtcDateTime, metadata

knowledge_verdicts = sa.Table(
    "knowledge_verdicts",
    metadata,
    sa.Column("id", BigId, primary_key=True, autoincrement=True),
    sa.Column("at", UtcDateTime, nullable=False, index=True),
    sa.Column("conversation_id", sa.String(40), nullable=False, index=True),
    sa.Column("article", sa.String(64), nullable=False, index=True),
    sa.Column("question", sa.Text, nullable=False),
    sa.Column("helpful", sa.Boolean, nullable=False),
)
