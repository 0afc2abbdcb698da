"""What goes with a conversation to a person: one packet for each time it was queued."""

import sqlalchemy as sa

from desk.model.handoff import HandoffPacket
from desk.store.tables import UtcDateTime, metadata

handoff_packets = sa.Table(
    "handoff_packets",
    metadata,
    sa.Column("handoff_id", sa.ForeignKey("handoffs.id"), primary_key=True, autoincrement=False),
    sa.Column("conversation_id", sa.String(40), nullable=False, index=True),
    sa.Column("content", sa.JSON, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
)

CLASSES: tuple[tuple[type, sa.Table], ...] = ((HandoffPacket, handoff_packets),)
