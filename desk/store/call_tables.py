"""Telephone calls under way: when each runs out, and what the gateway remembers of its talk."""

import sqlalchemy as sa

from desk.store.tables import UtcDateTime, metadata

calls = sa.Table(
    "calls",
    metadata,
    sa.Column("id", sa.String(100), primary_key=True),
    sa.Column("expires_at", UtcDateTime, nullable=False),
    sa.Column("ended_at", UtcDateTime, index=True),
    sa.Column("memory", sa.JSON, nullable=False),
)
