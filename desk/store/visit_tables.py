"""Tables of crews and visits."""

import sqlalchemy as sa

from desk.model import visits
from desk.store.tables import BigId, StrEnumType, UtcDateTime, metadata

crews_table = sa.Table(
    "crews",
    metadata,
    sa.Column("id", BigId, primary_key=True, autoincrement=True),
    sa.Column("name", sa.String(64), nullable=False, unique=True),
    sa.Column("area", sa.String(32), nullable=False, index=True),
    sa.Column("per_slot", sa.Integer, nullable=False),
    sa.Column("per_slot_off_days", sa.Integer, nullable=False),
)

visits_table = sa.Table(
    "visits",
    metadata,
    sa.Column("id", BigId, primary_key=True, autoincrement=True),
    sa.Column("order_number", sa.String(14), nullable=False, index=True),
    sa.Column("crew_id", sa.ForeignKey("crews.id"), nullable=False),
    sa.Column("starts_at", UtcDateTime, nullable=False, index=True),
    sa.Column("ends_at", UtcDateTime, nullable=False),
    sa.Column("booked_at", UtcDateTime, nullable=False),
    sa.Column("place", sa.Integer),
    sa.Column("state", StrEnumType(visits.VisitState), nullable=False),
    # The last place of a slot is given away once, whatever happens at the same instant.
    sa.UniqueConstraint("crew_id", "starts_at", "place"),
)

CLASSES: tuple[tuple[type, sa.Table], ...] = (
    (visits.Crew, crews_table),
    (visits.Visit, visits_table),
)
