"""wechat"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("parked", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
    op.create_table(
        "wechat_tokens",
        sa.Column("app_id", sa.String(length=64), nullable=False),
        sa.Column("token", sa.Text(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("app_id", name=op.f("pk_wechat_tokens")),
    )
    op.create_table(
        "wechat_sends",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("openid", sa.String(length=128), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wechat_sends")),
    )
    with op.batch_alter_table("wechat_sends", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_wechat_sends_at"), ["at"], unique=False)
        batch_op.create_index("ix_wechat_sends_openid_at", ["openid", "at"], unique=False)
    op.create_table(
        "wechat_pictures",
        sa.Column(
            "message_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("media_id", sa.String(length=256), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("fk_wechat_pictures_message_id")
        ),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_wechat_pictures")),
    )
    with op.batch_alter_table("wechat_pictures", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_wechat_pictures_not_before"), ["not_before"], unique=False
        )


def downgrade() -> None:
    op.drop_table("wechat_pictures")
    op.drop_table("wechat_sends")
    op.drop_table("wechat_tokens")
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_column("parked")
