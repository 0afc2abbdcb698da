"""Which flow a conversation waits for, so that a silent customer can be spoken to."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_WAITING = sa.text("awaits IS NOT NULL")


def upgrade() -> None:
    with op.batch_alter_table("conversations") as table:
        table.add_column(sa.Column("awaits", sa.String(64)))
        table.create_index(
            "ix_conversations_awaiting",
            ["last_message_at"],
            sqlite_where=_WAITING,
            postgresql_where=_WAITING,
        )


def downgrade() -> None:
    with op.batch_alter_table("conversations") as table:
        table.drop_index("ix_conversations_awaiting")
        table.drop_column("awaits")
