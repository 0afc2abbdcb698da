"""Tables of the WeChat account: its access token, what was sent, pictures still to be fetched."""

import sqlalchemy as sa

from desk.store.tables import BigId, UtcDateTime, metadata

# One row per account. Whoever holds the lease fetches the next token, all others use this one.
wechat_tokens = sa.Table(
    "wechat_tokens",
    metadata,
    sa.Column("app_id", sa.String(64), primary_key=True),
    sa.Column("token", sa.Text),
    sa.Column("expires_at", UtcDateTime),
    sa.Column("lease_until", UtcDateTime),
)

# What counts against the quota of a customer, and why nothing may be sent. Rows of two days.
wechat_sends = sa.Table(
    "wechat_sends",
    metadata,
    sa.Column("id", BigId, primary_key=True, autoincrement=True),
    sa.Column("openid", sa.String(128), nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False, index=True),
    sa.Index("ix_wechat_sends_openid_at", "openid", "at"),
)

wechat_pictures = sa.Table(
    "wechat_pictures",
    metadata,
    sa.Column("message_id", sa.ForeignKey("messages.id"), primary_key=True, autoincrement=False),
    sa.Column("media_id", sa.String(256), nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("not_before", UtcDateTime, nullable=False, index=True),
)
