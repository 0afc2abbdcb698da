"""Tables of WeCom customer service: how far each account was read, one-time codes to speak with."""

import sqlalchemy as sa

from desk.store.tables import UtcDateTime, metadata

# One row per account of customer service (open_kfid). Whoever holds the lease reads it.
wecom_reading = sa.Table(
    "wecom_reading",
    metadata,
    sa.Column("open_kfid", sa.String(64), primary_key=True),
    sa.Column("cursor", sa.Text, nullable=False),
    sa.Column("token", sa.String(256)),  # of the newest call, valid ten minutes
    sa.Column("called_at", UtcDateTime, nullable=False),
    sa.Column("calls", sa.Integer, nullable=False),  # how often we were called …
    sa.Column("answered", sa.Integer, nullable=False),  # … and up to which one it was read
    sa.Column("not_before", UtcDateTime, nullable=False),
)

wecom_codes = sa.Table(
    "wecom_codes",
    metadata,
    sa.Column("recipient", sa.String(128), primary_key=True),
    sa.Column("code", sa.String(256), nullable=False),
    sa.Column("expires_at", UtcDateTime, nullable=False),
)
