"""wecom"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    op.create_table(
        "wecom_codes",
        sa.Column("recipient", sa.String(length=128), nullable=False),
        sa.Column("code", sa.String(length=256), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("recipient", name=op.f("pk_wecom_codes")),
    )
    op.create_table(
        "wecom_reading",
        sa.Column("open_kfid", sa.String(length=64), nullable=False),
        sa.Column("cursor", sa.Text(), nullable=False),
        sa.Column("token", sa.String(length=256), nullable=True),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("open_kfid", name=op.f("pk_wecom_reading")),
    )


def downgrade() -> None:
    op.drop_table("wecom_reading")
    op.drop_table("wecom_codes")
