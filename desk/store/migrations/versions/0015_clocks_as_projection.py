"""clocks as a projection of the journal"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    with op.batch_alter_table("sla_clocks", schema=None) as batch_op:
        batch_op.add_column(sa.Column("warned_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("next_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(
            sa.Column("provisional", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
        batch_op.add_column(
            sa.Column("policy", sa.String(length=32), server_default="", nullable=False)
        )
        batch_op.create_index(
            "ix_sla_clocks_next_at",
            ["next_at"],
            unique=False,
            sqlite_where=sa.text("next_at IS NOT NULL"),
            postgresql_where=sa.text("next_at IS NOT NULL"),
        )
    # The first look at a clock from before folds its journal and writes the row anew.
    clocks = sa.table(
        "sla_clocks",
        *(sa.column(name, sa.DateTime(timezone=True)) for name in ("next_at", "due_at")),
        *(sa.column(name) for name in ("fulfilled_at", "paused_at", "breached_at")),
    )
    waiting = (clocks.c.fulfilled_at, clocks.c.paused_at, clocks.c.breached_at)
    op.execute(
        clocks.update()
        .where(*(column.is_(None) for column in waiting))
        .values(next_at=clocks.c.due_at)
    )


def downgrade() -> None:
    with op.batch_alter_table("sla_clocks", schema=None) as batch_op:
        batch_op.drop_index("ix_sla_clocks_next_at")
        batch_op.drop_column("policy")
        batch_op.drop_column("provisional")
        batch_op.drop_column("next_at")
        batch_op.drop_column("warned_at")
