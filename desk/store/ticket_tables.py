"""Tables of the API for other systems: keys, tickets, listeners and what waits to be told them."""

import sqlalchemy as sa

from desk.model import tickets
from desk.store.tables import BigId, StrEnumType, UtcDateTime, metadata

api_keys_table = sa.Table(
    "api_keys",
    metadata,
    sa.Column("id", BigId, primary_key=True, autoincrement=True),
    sa.Column("name", sa.String(32), nullable=False, unique=True),
    sa.Column("prefix", sa.String(16), nullable=False),
    sa.Column("key_hash", sa.String(64), nullable=False, unique=True),
    sa.Column("scopes", sa.JSON, nullable=False),
    sa.Column("areas", sa.JSON, nullable=False),
    sa.Column("per_minute", sa.Integer, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("revoked_at", UtcDateTime),
)

tickets_table = sa.Table(
    "tickets",
    metadata,
    sa.Column(
        "work_order_id", sa.ForeignKey("work_orders.id"), primary_key=True, autoincrement=False
    ),
    sa.Column("key_id", sa.ForeignKey("api_keys.id"), index=True),
    sa.Column("name", sa.String(200)),
    sa.Column("severity", StrEnumType(tickets.TicketSeverity)),
    sa.Column("requested_at", UtcDateTime),
    sa.Column("external_ids", sa.JSON, nullable=False),
    sa.Column("parties", sa.JSON, nullable=False),
    sa.Column("withdrawn_at", UtcDateTime),
)

ticket_references = sa.Table(
    "ticket_references",
    metadata,
    sa.Column("work_order_id", sa.ForeignKey("work_orders.id"), primary_key=True),
    # A number of the other system, as its owner and type name it.
    sa.Column("reference", sa.String(100), primary_key=True, index=True),
)

hubs_table = sa.Table(
    "hubs",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("key_id", sa.ForeignKey("api_keys.id"), nullable=False, index=True),
    sa.Column("callback", sa.String(500), nullable=False),
    sa.Column("kinds", sa.JSON, nullable=False),
    sa.Column("query", sa.String(500)),
    sa.Column("created_at", UtcDateTime, nullable=False),
)

callbacks_table = sa.Table(
    "callbacks",
    metadata,
    sa.Column("id", BigId, primary_key=True, autoincrement=True),
    sa.Column("hub_id", sa.ForeignKey("hubs.id"), nullable=False),
    sa.Column("event_id", BigId, nullable=False),
    sa.Column("kind", StrEnumType(tickets.EventKind), nullable=False),
    sa.Column("number", sa.String(14), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("status", sa.String(32)),
    sa.Column("not_before", UtcDateTime, nullable=False, index=True),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("last_error", sa.String(200)),
    sa.Column("dead_at", UtcDateTime, index=True),
    # One event reaches a listener as one row, however often the journal is read.
    sa.UniqueConstraint("hub_id", "event_id"),
)

journal_readers = sa.Table(
    "journal_readers",
    metadata,
    sa.Column("name", sa.String(32), primary_key=True),
    sa.Column("last_id", BigId, nullable=False),
)

CLASSES: tuple[tuple[type, sa.Table], ...] = (
    (tickets.ApiKey, api_keys_table),
    (tickets.Ticket, tickets_table),
    (tickets.Hub, hubs_table),
    (tickets.Callback, callbacks_table),
)
