"""The tables of the second step at sign-in (`desk.services.second_step`)."""

import sqlalchemy as sa

from desk.model.agents import RecoveryCode, SecondStep
from desk.store.tables import BigId, UtcDateTime, metadata

second_steps = sa.Table(
    "staff_second_steps",
    metadata,
    sa.Column("agent_id", sa.ForeignKey("agents.id"), primary_key=True, autoincrement=False),
    sa.Column("secret", sa.Text, nullable=False),
    sa.Column("confirmed_at", UtcDateTime),
    sa.Column("last_step", BigId, nullable=False),
)

recovery_codes = sa.Table(
    "staff_recovery_codes",
    metadata,
    sa.Column("id", BigId, primary_key=True, autoincrement=True),
    sa.Column("agent_id", sa.ForeignKey("agents.id"), nullable=False, index=True),
    sa.Column("code_hash", sa.String(64), nullable=False),
    sa.Column("used_at", UtcDateTime),
)

CLASSES: tuple[tuple[type, sa.Table], ...] = (
    (SecondStep, second_steps),
    (RecoveryCode, recovery_codes),
)
