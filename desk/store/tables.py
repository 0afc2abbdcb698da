"""The tables, and how the classes of `desk.model` map onto them. One schema for both databases."""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from desk.model import agents, conversations, customers, diagnosis, journal, sla, work_orders

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite only numbers INTEGER primary keys by itself; PostgreSQL gets 64 bits.
BigId = sa.BigInteger().with_variant(sa.Integer, "sqlite")


class UtcDateTime(sa.TypeDecorator[datetime]):
    """Aware UTC in Python; refuses naive values, which are always a bug here."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r} must not reach the database")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class StrEnumType(sa.TypeDecorator[Any]):
    """A StrEnum stored as its text, so that a new member needs no migration."""

    impl = sa.String(32)
    cache_ok = True

    def __init__(self, enum: type) -> None:
        super().__init__()
        self.enum = enum

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> str | None:
        return None if value is None else str(self.enum(value))

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> Any:
        return None if value is None else self.enum(value)


def _id() -> sa.Column[int]:
    return sa.Column("id", BigId, primary_key=True, autoincrement=True)


def _at(name: str, *, index: bool = False, nullable: bool = True) -> sa.Column[datetime]:
    return sa.Column(name, UtcDateTime, index=index, nullable=nullable)


customers_table = sa.Table(
    "customers",
    metadata,
    _id(),
    sa.Column("account", sa.String(32), nullable=False, unique=True),
    sa.Column("name", sa.String(64), nullable=False),
    sa.Column("phone", sa.String(16), nullable=False, index=True),
    _at("created_at", nullable=False),
    sa.Column("area", sa.String(32)),
)

channel_identities = sa.Table(
    "channel_identities",
    metadata,
    _id(),
    sa.Column("channel", sa.String(16), nullable=False),
    sa.Column("external_id", sa.String(128), nullable=False),
    _at("created_at", nullable=False),
    sa.UniqueConstraint("channel", "external_id"),
)

identity_codes = sa.Table(
    "identity_codes",
    metadata,
    _id(),
    sa.Column("conversation_id", sa.String(40), nullable=False, index=True),
    sa.Column("account", sa.String(32)),
    sa.Column("phone", sa.String(16), nullable=False, index=True),
    sa.Column("code_hash", sa.String(64), nullable=False),
    _at("sent_at", nullable=False),
    _at("expires_at", nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    _at("used_at"),
)

conversations_table = sa.Table(
    "conversations",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("channel", sa.String(16), nullable=False),
    sa.Column("external_id", sa.String(128), nullable=False),
    sa.Column("identity_id", sa.ForeignKey("channel_identities.id"), nullable=False, index=True),
    sa.Column("customer_id", sa.ForeignKey("customers.id"), index=True),
    sa.Column("state", StrEnumType(conversations.ConversationState), nullable=False, index=True),
    _at("verified_at"),
    _at("opened_at", nullable=False),
    _at("last_message_at", index=True),
    sa.Column("lease_owner", sa.String(64)),
    _at("lease_until"),
    sa.Column("fence", sa.Integer, nullable=False),
    sa.Column("awaits", sa.String(64)),
    # The sweeper looks for silence every second: only the few that wait are in its index.
    sa.Index(
        "ix_conversations_awaiting",
        "last_message_at",
        sqlite_where=sa.text("awaits IS NOT NULL"),
        postgresql_where=sa.text("awaits IS NOT NULL"),
    ),
)

messages = sa.Table(
    "messages",
    metadata,
    _id(),
    sa.Column("conversation_id", sa.ForeignKey("conversations.id"), nullable=False),
    sa.Column("external_id", sa.String(128)),
    sa.Column("author", StrEnumType(conversations.Author), nullable=False),
    sa.Column("name", sa.String(64)),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("buttons", sa.JSON, nullable=False),
    sa.Column("image", sa.Text),
    sa.Column("custom", sa.JSON),
    sa.Column("intent", sa.String(64)),
    sa.Column("confidence", sa.Float),
    sa.Column("reply_to", BigId, index=True),
    _at("at", nullable=False),
    _at("delivered_at"),
    _at("failed_at"),
    # The channel's own message id: a second delivery of the same message finds the first one.
    sa.UniqueConstraint("conversation_id", "external_id"),
    sa.Index("ix_messages_conversation_id_id", "conversation_id", "id"),
)

inbox = sa.Table(
    "inbox",
    metadata,
    sa.Column("message_id", sa.ForeignKey("messages.id"), primary_key=True),
    sa.Column("conversation_id", sa.String(40), nullable=False, index=True),
    _at("received_at", nullable=False),
    _at("not_before", nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("notified", sa.Boolean, nullable=False),
)

outbox = sa.Table(
    "outbox",
    metadata,
    _id(),
    sa.Column("channel", sa.String(16), nullable=False),
    sa.Column("recipient", sa.String(128), nullable=False),
    sa.Column("message_id", sa.ForeignKey("messages.id"), index=True),
    sa.Column("text", sa.Text),
    _at("not_before", nullable=False, index=True),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("last_error", sa.String(200)),
    sa.Column("parked", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Index("ix_outbox_channel_recipient", "channel", "recipient"),
)

work_orders_table = sa.Table(
    "work_orders",
    metadata,
    _id(),
    sa.Column("number", sa.String(14), nullable=False, unique=True),
    sa.Column("kind", StrEnumType(work_orders.Kind), nullable=False),
    sa.Column("state", StrEnumType(work_orders.State), nullable=False, index=True),
    sa.Column("conversation_id", sa.String(40), index=True),
    sa.Column("customer_id", sa.ForeignKey("customers.id"), index=True),
    sa.Column("contact_phone", sa.String(16)),
    sa.Column("description", sa.Text, nullable=False),
    sa.Column("marks", sa.JSON, nullable=False),
    sa.Column("steps", sa.JSON, nullable=False),
    _at("opened_at", nullable=False, index=True),
    _at("promised_at", nullable=False),
    sa.Column(
        "priority", StrEnumType(work_orders.Priority), nullable=False, server_default="normal"
    ),
    sa.Column(
        "level", StrEnumType(work_orders.CustomerLevel), nullable=False, server_default="normal"
    ),
    sa.Column("area", sa.String(32)),
    sa.Column("service", sa.String(16)),
    sa.Column("skill", sa.String(32)),
    sa.Column("language", sa.String(8), nullable=False, server_default="zh"),
    sa.Column("team", sa.String(32)),
    sa.Column("assignee", sa.String(64)),
    sa.Column("owner", sa.String(64), nullable=False, server_default="bot"),
    sa.Column("waiting", sa.String(64)),
    _at("look_at"),
    sa.Column("preparation", sa.JSON),
    # Reports from one area, counted when one more comes in.
    sa.Index("ix_work_orders_area_opened_at", "area", "opened_at"),
    # How much somebody has to do.
    sa.Index("ix_work_orders_assignee_state", "assignee", "state"),
    # The upkeep looks every second: only orders it will look at are in its index.
    sa.Index(
        "ix_work_orders_look_at",
        "look_at",
        sqlite_where=sa.text("look_at IS NOT NULL"),
        postgresql_where=sa.text("look_at IS NOT NULL"),
    ),
)

complaints_table = sa.Table(
    "complaints",
    metadata,
    _id(),
    sa.Column("work_order_id", sa.ForeignKey("work_orders.id"), nullable=False, unique=True),
    sa.Column("category", sa.String(16), nullable=False),
    sa.Column("severity", StrEnumType(work_orders.Severity), nullable=False),
    sa.Column("description", sa.Text, nullable=False),
    sa.Column("wish", sa.Text, nullable=False),
    sa.Column("reasons", sa.JSON, nullable=False),
    _at("filed_at", nullable=False, index=True),
    _at("first_result_by", nullable=False),
    _at("close_by", nullable=False),
    sa.Column("proposal", sa.Text),
    _at("proposed_at"),
    sa.Column("proposed_by", sa.String(64)),
    sa.Column("rejections", sa.Integer, nullable=False, server_default="0"),
    sa.Column("leader", sa.String(64)),
)

sla_clocks = sa.Table(
    "sla_clocks",
    metadata,
    _id(),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("subject", sa.String(40), nullable=False, index=True),
    _at("started_at", nullable=False),
    _at("due_at", nullable=False, index=True),
    _at("paused_at"),
    _at("fulfilled_at"),
    _at("breached_at"),
    _at("warned_at"),
    # The sweeper looks every second: what has nothing to come is not in its index.
    _at("next_at"),
    sa.Column("provisional", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("policy", sa.String(32), nullable=False, server_default=""),
    sa.Index(
        "ix_sla_clocks_next_at",
        "next_at",
        sqlite_where=sa.text("next_at IS NOT NULL"),
        postgresql_where=sa.text("next_at IS NOT NULL"),
    ),
)

diagnosis_runs = sa.Table(
    "diagnosis_runs",
    metadata,
    _id(),
    sa.Column("conversation_id", sa.String(40), nullable=False, index=True),
    sa.Column("customer_id", sa.ForeignKey("customers.id"), index=True),
    sa.Column("product", sa.String(32), nullable=False),
    sa.Column("state", StrEnumType(diagnosis.RunState), nullable=False),
    sa.Column("node", sa.String(64), nullable=False),
    sa.Column("steps", sa.JSON, nullable=False),
    sa.Column("reading", sa.JSON),
    sa.Column("contact", sa.String(16)),
    sa.Column("reason", sa.String(64)),
    sa.Column("misunderstood", sa.Integer, nullable=False),
    sa.Column("report", sa.Text, nullable=False, server_default=""),
    sa.Column("account", sa.String(32), index=True),
    sa.Column("area", sa.String(32)),
    sa.Column("urgent", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("offered", sa.JSON, nullable=False, server_default="[]"),
    _at("started_at", nullable=False),
    _at("ended_at"),
    sa.Column("order_number", sa.String(14)),
)

handoffs = sa.Table(
    "handoffs",
    metadata,
    _id(),
    sa.Column("conversation_id", sa.ForeignKey("conversations.id"), nullable=False, index=True),
    sa.Column("reason", sa.String(32), nullable=False),
    _at("requested_at", nullable=False),
    _at("due_at", nullable=False),
    _at("taken_at"),
    sa.Column("agent_id", sa.ForeignKey("agents.id")),
    _at("closed_at", index=True),
    sa.Column("wrap_up", sa.Text),
    sa.Column("rank", sa.Integer, nullable=False, server_default="0"),
    sa.Column("disposition", sa.String(32)),
    _at("callback_asked_at"),
)

agents_table = sa.Table(
    "agents",
    metadata,
    _id(),
    sa.Column("username", sa.String(32), nullable=False, unique=True),
    sa.Column("name", sa.String(64), nullable=False),
    sa.Column("role", StrEnumType(agents.Role), nullable=False),
    sa.Column("password_hash", sa.String(128), nullable=False),
    sa.Column("status", StrEnumType(agents.AgentStatus), nullable=False),
    sa.Column("failed_logins", sa.Integer, nullable=False),
    _at("locked_until"),
    _at("status_since"),
    _at("disabled_at"),
)

staff_sessions = sa.Table(
    "staff_sessions",
    metadata,
    sa.Column("id_hash", sa.String(64), primary_key=True),
    sa.Column("agent_id", sa.ForeignKey("agents.id"), nullable=False),
    _at("created_at", nullable=False),
    _at("seen_at", nullable=False),
)

journal_table = sa.Table(
    "journal",
    metadata,
    _id(),
    sa.Column("type", sa.String(40), nullable=False),
    _at("at", nullable=False),
    sa.Column("actor", sa.String(64), nullable=False),
    sa.Column("conversation_id", sa.String(40), index=True),
    sa.Column("work_order", sa.String(14), index=True),
    sa.Column("data", sa.JSON, nullable=False),
    sqlite_autoincrement=True,
)

done_calls = sa.Table(
    "done_calls",
    metadata,
    sa.Column("key", sa.String(200), primary_key=True),
    sa.Column("result", sa.Text),
    _at("at", nullable=False, index=True),
)

# The embedded outside systems: a small BSS, an access network and an SMS tray.
bss_accounts = sa.Table(
    "bss_accounts",
    metadata,
    sa.Column("account", sa.String(32), primary_key=True),
    sa.Column("name", sa.String(64), nullable=False),
    sa.Column("phone", sa.String(16), nullable=False, unique=True),
    sa.Column("area", sa.String(32), nullable=False),
    sa.Column("address", sa.String(128), nullable=False),
    sa.Column("vip", sa.Boolean, nullable=False),
    sa.Column("balance", sa.Numeric(12, 2), nullable=False),
    sa.Column("suspended", sa.Boolean, nullable=False),
    sa.Column("line", sa.String(32)),
    sa.Column("package", sa.String(32), nullable=False),
    sa.Column("since", sa.Date, nullable=False),
    sa.Column("contract_end", sa.Date),
    sa.Column("allowances", sa.JSON, nullable=False),
)

bss_packages = sa.Table(
    "bss_packages",
    metadata,
    sa.Column("code", sa.String(32), primary_key=True),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("name", sa.String(64), nullable=False),
    sa.Column("monthly_fee", sa.Numeric(10, 2), nullable=False),
    sa.Column("summary", sa.String(200), nullable=False),
    sa.Column("product", sa.String(16), nullable=False),
)

bss_incidents = sa.Table(
    "bss_incidents",
    metadata,
    _id(),
    sa.Column("area", sa.String(32), nullable=False, index=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("text", sa.String(200), nullable=False),
    sa.Column("services", sa.JSON, nullable=False, server_default="[]"),
    _at("expected_end", nullable=False),
)

sms_tray = sa.Table(
    "sms_tray",
    metadata,
    _id(),
    sa.Column("phone", sa.String(16), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    _at("at", nullable=False),
)

CLASSES: tuple[tuple[type, sa.Table], ...] = (
    (customers.Customer, customers_table),
    (customers.ChannelIdentity, channel_identities),
    (customers.IdentityCode, identity_codes),
    (conversations.Conversation, conversations_table),
    (conversations.Message, messages),
    (conversations.InboxItem, inbox),
    (conversations.OutboxItem, outbox),
    (conversations.Handoff, handoffs),
    (work_orders.WorkOrder, work_orders_table),
    (work_orders.Complaint, complaints_table),
    (sla.SlaClock, sla_clocks),
    (diagnosis.DiagnosisRun, diagnosis_runs),
    (agents.Agent, agents_table),
    (agents.StaffSession, staff_sessions),
    (journal.Event, journal_table),
)
