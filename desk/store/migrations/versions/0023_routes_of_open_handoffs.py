"""Who waited before there were packets and routes is offered like everybody else."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"

# What the policies were called at this revision: the queue of everybody, the last of four ranks.
_QUEUE, _LANGUAGE, _LAST_RANK = "general", "zh", 3


def upgrade() -> None:
    with op.batch_alter_table("agents", schema=None) as batch_op:
        batch_op.add_column(sa.Column("status_since", sa.DateTime(timezone=True), nullable=True))
    handoffs = sa.table(
        "handoffs",
        *map(sa.column, ("id", "conversation_id", "requested_at", "agent_id", "closed_at", "rank")),
    )
    packets, routes = (
        sa.table(name, sa.column("handoff_id")) for name in ("handoff_packets", "handoff_routes")
    )
    waits = handoffs.c.closed_at.is_(None)
    ranked = sa.exists().where(packets.c.handoff_id == handoffs.c.id)
    op.execute(handoffs.update().where(waits, ~ranked).values(rank=_LAST_RANK))
    named = ("handoff_id", "conversation_id", "queue", "language", "since", "owner")
    routed = sa.exists().where(routes.c.handoff_id == handoffs.c.id)
    missing = sa.select(
        handoffs.c.id,
        handoffs.c.conversation_id,
        sa.literal(_QUEUE),
        sa.literal(_LANGUAGE),
        handoffs.c.requested_at,
        handoffs.c.agent_id,
    ).where(waits, ~routed)
    op.execute(
        sa.table("handoff_routes", *map(sa.column, named)).insert().from_select(named, missing)
    )


def downgrade() -> None:
    with op.batch_alter_table("agents", schema=None) as batch_op:
        batch_op.drop_column("status_since")
