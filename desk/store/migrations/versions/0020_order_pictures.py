"""order pictures"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.create_table(
        "order_pictures",
        sa.Column(
            "message_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("number", sa.String(length=14), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("fk_order_pictures_message_id")
        ),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_order_pictures")),
    )
    with op.batch_alter_table("order_pictures", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_order_pictures_number"), ["number"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("order_pictures", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_order_pictures_number"))

    op.drop_table("order_pictures")
