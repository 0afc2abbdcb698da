"""Who can do what, whom a waiting conversation was offered to, and how it was passed on."""

import sqlalchemy as sa

from desk.model.routing import AgentProfile, Offer, Outcome, Route, Transfer
from desk.store.tables import BigId, StrEnumType, UtcDateTime, metadata

agent_profiles = sa.Table(
    "agent_profiles",
    metadata,
    sa.Column("agent_id", sa.ForeignKey("agents.id"), primary_key=True, autoincrement=False),
    sa.Column("skills", sa.JSON, nullable=False),
    sa.Column("areas", sa.JSON, nullable=False),
    sa.Column("languages", sa.JSON, nullable=False),
    sa.Column("capacity", sa.Integer),
)

# One row for each hand-over: where it waits, and who answers for it.
handoff_routes = sa.Table(
    "handoff_routes",
    metadata,
    sa.Column("handoff_id", sa.ForeignKey("handoffs.id"), primary_key=True, autoincrement=False),
    sa.Column("conversation_id", sa.String(40), nullable=False, index=True),
    sa.Column("queue", sa.String(32), nullable=False),
    sa.Column("skill", sa.String(32)),
    sa.Column("area", sa.String(32)),
    sa.Column("language", sa.String(8), nullable=False),
    sa.Column("only_agent", sa.ForeignKey("agents.id")),
    sa.Column("owner", sa.ForeignKey("agents.id")),
    sa.Column("since", UtcDateTime, nullable=False),
)

handoff_offers = sa.Table(
    "handoff_offers",
    metadata,
    sa.Column("id", BigId, primary_key=True, autoincrement=True),
    sa.Column("handoff_id", sa.ForeignKey("handoffs.id"), nullable=False, index=True),
    sa.Column("conversation_id", sa.String(40), nullable=False, index=True),
    sa.Column("agent_id", sa.ForeignKey("agents.id"), nullable=False, index=True),
    sa.Column("offered_at", UtcDateTime, nullable=False),
    sa.Column("expires_at", UtcDateTime, nullable=False),
    sa.Column("ended_at", UtcDateTime),
    sa.Column("outcome", StrEnumType(Outcome)),
    # Held out to one person at a time, whoever offers.
    sa.Index(
        "ux_handoff_offers_open",
        "handoff_id",
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    ),
)

handoff_transfers = sa.Table(
    "handoff_transfers",
    metadata,
    sa.Column("id", BigId, primary_key=True, autoincrement=True),
    sa.Column("handoff_id", sa.ForeignKey("handoffs.id"), nullable=False, index=True),
    sa.Column("conversation_id", sa.String(40), nullable=False, index=True),
    sa.Column("by", sa.String(32), nullable=False),
    sa.Column("to_agent", sa.String(32)),
    sa.Column("to_queue", sa.String(32)),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
)

CLASSES: tuple[tuple[type, sa.Table], ...] = (
    (AgentProfile, agent_profiles),
    (Route, handoff_routes),
    (Offer, handoff_offers),
    (Transfer, handoff_transfers),
)
