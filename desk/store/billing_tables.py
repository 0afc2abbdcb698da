"""Tables of the embedded BSS about money: catalogue of services, what is held, bills, recharges."""

import sqlalchemy as sa

from desk.store.tables import BigId, UtcDateTime, metadata

_ACCOUNT = "bss_accounts.account"


def _id() -> sa.Column[int]:
    return sa.Column("id", BigId, primary_key=True, autoincrement=True)


bss_services = sa.Table(
    "bss_services",
    metadata,
    sa.Column("code", sa.String(32), primary_key=True),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("name", sa.String(64), nullable=False),
    sa.Column("fee", sa.Numeric(10, 2), nullable=False),
    sa.Column("monthly", sa.Boolean, nullable=False),
    sa.Column("group", sa.String(16), nullable=False),
    sa.Column("summary", sa.String(200), nullable=False),
    sa.Column("aliases", sa.JSON, nullable=False),
    sa.Column("needs_line", sa.Boolean, nullable=False),
    sa.Column("self_service", sa.Boolean, nullable=False),
)

bss_subscriptions = sa.Table(
    "bss_subscriptions",
    metadata,
    _id(),
    sa.Column("account", sa.ForeignKey(_ACCOUNT), nullable=False, index=True),
    sa.Column("service", sa.ForeignKey("bss_services.code"), nullable=False),
    sa.Column("since", sa.Date, nullable=False),
    sa.Column("channel", sa.String(32), nullable=False),
    sa.Column("ends_on", sa.Date),
)

bss_bill_items = sa.Table(
    "bss_bill_items",
    metadata,
    _id(),
    sa.Column("account", sa.ForeignKey(_ACCOUNT), nullable=False, index=True),
    sa.Column("month", sa.Date, nullable=False),
    sa.Column("name", sa.String(64), nullable=False),
    sa.Column("amount", sa.Numeric(12, 2), nullable=False),
    sa.Column("service", sa.String(32)),
)

bss_recharges = sa.Table(
    "bss_recharges",
    metadata,
    sa.Column("number", sa.String(32), primary_key=True),
    sa.Column("account", sa.ForeignKey(_ACCOUNT), nullable=False, index=True),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("amount", sa.Numeric(12, 2), nullable=False),
    sa.Column("channel", sa.String(32), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
)

bss_points = sa.Table(
    "bss_points",
    metadata,
    sa.Column("account", sa.ForeignKey(_ACCOUNT), primary_key=True),
    sa.Column("total", sa.Integer, nullable=False),
    sa.Column("expiring", sa.Integer, nullable=False),
    sa.Column("expires_on", sa.Date, nullable=False),
)

bss_coverage = sa.Table(
    "bss_coverage",
    metadata,
    sa.Column("place", sa.String(64), primary_key=True),
    sa.Column("area", sa.String(32), nullable=False),
    sa.Column("speeds_mbps", sa.JSON, nullable=False),
)
