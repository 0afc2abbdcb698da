"""The table of the review list (`desk.services.review`)."""

import sqlalchemy as sa

from desk.model.review import ReviewState
from desk.store.tables import BigId, StrEnumType, UtcDateTime, metadata

review_items = sa.Table(
    "review_items",
    metadata,
    sa.Column("id", BigId, primary_key=True, autoincrement=True),
    # A digest of the masked letters: one row for everybody who says the same.
    sa.Column("key", sa.String(32), nullable=False, unique=True),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("intent", sa.String(64), nullable=False),
    sa.Column("ranking", sa.JSON, nullable=False),
    sa.Column("reasons", sa.JSON, nullable=False),
    sa.Column("chosen", sa.String(64)),
    sa.Column("followed", sa.JSON, nullable=False),
    sa.Column("channel", sa.String(16), nullable=False),
    sa.Column("conversation_id", sa.String(40), nullable=False),
    sa.Column("message_id", BigId, nullable=False, index=True),
    sa.Column("times", sa.Integer, nullable=False),
    sa.Column("first_at", UtcDateTime, nullable=False),
    sa.Column("last_at", UtcDateTime, nullable=False, index=True),
    sa.Column("state", StrEnumType(ReviewState), nullable=False, index=True),
    sa.Column("label", sa.String(64)),
    sa.Column("labelled_by", sa.String(64)),
    sa.Column("written", sa.Boolean, nullable=False),
)
