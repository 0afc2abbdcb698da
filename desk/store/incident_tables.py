"""Table of the incidents we know of ourselves."""

import sqlalchemy as sa

from desk.model import incidents, work_orders
from desk.store.tables import BigId, StrEnumType, UtcDateTime, metadata

incidents_table = sa.Table(
    "incidents",
    metadata,
    sa.Column("id", BigId, primary_key=True, autoincrement=True),
    sa.Column("number", sa.String(14), nullable=False, unique=True),
    sa.Column("area", sa.String(32), nullable=False),
    sa.Column("services", sa.JSON, nullable=False),
    sa.Column("text", sa.String(200), nullable=False),
    sa.Column("source", StrEnumType(incidents.Source), nullable=False),
    sa.Column("opened_at", UtcDateTime, nullable=False),
    sa.Column("expected_end", UtcDateTime, nullable=False),
    sa.Column("grade", StrEnumType(work_orders.Severity), nullable=False),
    sa.Column("external_id", sa.String(64), unique=True),
    sa.Column("assessed_at", UtcDateTime),
    sa.Column("informed_at", UtcDateTime),
    sa.Column("recovered_at", UtcDateTime),
    sa.Index("ix_incidents_area_recovered_at", "area", "recovered_at"),
)

CLASSES: tuple[tuple[type, sa.Table], ...] = ((incidents.ParentIncident, incidents_table),)
