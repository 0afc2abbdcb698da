"""Which archive files are complete: written in the transaction that deleted their rows."""

import sqlalchemy as sa

from desk.store.tables import BigId, UtcDateTime, metadata

archives_table = sa.Table(
    "archives",
    metadata,
    sa.Column("id", BigId, primary_key=True, autoincrement=False),
    sa.Column("file", sa.String(100), nullable=False, unique=True),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("class", sa.String(32), nullable=False),
    sa.Column("records", sa.Integer, nullable=False),
    sa.Column("rows", sa.JSON, nullable=False),
    sa.Column("written_at", UtcDateTime, nullable=False),
)
