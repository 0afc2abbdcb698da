"""Tables of teams and their members."""

import sqlalchemy as sa

from desk.model import dispatch
from desk.store.tables import BigId, metadata

teams_table = sa.Table(
    "teams",
    metadata,
    sa.Column("id", BigId, primary_key=True, autoincrement=True),
    sa.Column("code", sa.String(32), nullable=False, unique=True),
    sa.Column("name", sa.String(64), nullable=False),
    sa.Column("group", sa.String(32), nullable=False, index=True),
    sa.Column("areas", sa.JSON, nullable=False),
    sa.Column("lead", sa.String(64)),
)

team_members_table = sa.Table(
    "team_members",
    metadata,
    sa.Column("id", BigId, primary_key=True, autoincrement=True),
    sa.Column("team", sa.String(32), nullable=False, index=True),
    sa.Column("person", sa.String(64), nullable=False),
    sa.Column("skills", sa.JSON, nullable=False),
    sa.Column("languages", sa.JSON, nullable=False),
    sa.Column("hours", sa.JSON, nullable=False),
    sa.Column("vip", sa.Boolean, nullable=False),
    sa.Column("max_open", sa.Integer, nullable=False),
    sa.UniqueConstraint("team", "person"),
)

CLASSES: tuple[tuple[type, sa.Table], ...] = (
    (dispatch.Team, teams_table),
    (dispatch.TeamMember, team_members_table),
)
