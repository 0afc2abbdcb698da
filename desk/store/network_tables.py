"""Tables of the simulated access network: one row per service of a line."""

import sqlalchemy as sa

from desk.store.tables import metadata

simulated_services = sa.Table(
    "simulated_services",
    metadata,
    sa.Column("line", sa.String(32), primary_key=True),
    sa.Column("service", sa.String(16), primary_key=True),
    sa.Column("fault", sa.String(32), nullable=False),
    sa.Column("profile_mbps", sa.Integer),
)
