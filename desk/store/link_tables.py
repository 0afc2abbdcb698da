"""Tables of what an order is tied to and what lies with it."""

import sqlalchemy as sa

from desk.model import order_links
from desk.store.tables import BigId, StrEnumType, UtcDateTime, metadata

order_links_table = sa.Table(
    "order_links",
    metadata,
    sa.Column("id", BigId, primary_key=True, autoincrement=True),
    sa.Column("number", sa.String(14), nullable=False),
    sa.Column("kind", StrEnumType(order_links.LinkKind), nullable=False),
    sa.Column("to", sa.String(14), nullable=False, index=True),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("actor", sa.String(64), nullable=False),
    sa.UniqueConstraint("number", "kind", "to"),
)

attachments_table = sa.Table(
    "attachments",
    metadata,
    sa.Column("id", BigId, primary_key=True, autoincrement=True),
    sa.Column("number", sa.String(14), nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False, index=True),
    sa.Column("name", sa.String(120), nullable=False),
    sa.Column("media_type", sa.String(64), nullable=False),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("actor", sa.String(64), nullable=False),
    sa.UniqueConstraint("number", "sha256"),
)

# Which order the photo of a message belongs to; the photo itself may still be on its way.
order_pictures = sa.Table(
    "order_pictures",
    metadata,
    sa.Column("message_id", sa.ForeignKey("messages.id"), primary_key=True, autoincrement=False),
    sa.Column("number", sa.String(14), nullable=False, index=True),
    sa.Column("at", UtcDateTime, nullable=False),
)

CLASSES: tuple[tuple[type, sa.Table], ...] = (
    (order_links.OrderLink, order_links_table),
    (order_links.Attachment, attachments_table),
)
