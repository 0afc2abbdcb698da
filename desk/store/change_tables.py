"""Tables of changes: our own record of each, and what the embedded BSS keeps of their effects."""

import sqlalchemy as sa

from desk.model import changes
from desk.store.tables import BigId, StrEnumType, UtcDateTime, metadata

changes_table = sa.Table(
    "changes",
    metadata,
    sa.Column("id", BigId, primary_key=True, autoincrement=True),
    sa.Column("kind", StrEnumType(changes.ChangeKind), nullable=False),
    sa.Column("state", StrEnumType(changes.ChangeState), nullable=False, index=True),
    sa.Column("conversation_id", sa.String(40), nullable=False, index=True),
    sa.Column("customer_id", sa.ForeignKey("customers.id"), index=True),
    sa.Column("account", sa.String(32), index=True),
    sa.Column("details", sa.JSON, nullable=False),
    sa.Column("title", sa.String(200), nullable=False),
    sa.Column("lines", sa.JSON, nullable=False),
    sa.Column("quoted_at", UtcDateTime, nullable=False),
    sa.Column("expires_at", UtcDateTime, nullable=False),
    sa.Column("effective_on", sa.Date, nullable=False),
    sa.Column("undo_until", sa.Date),
    sa.Column("confirmed_at", UtcDateTime),
    sa.Column("undone_at", UtcDateTime),
    sa.Column("number", sa.String(14), unique=True),
    sa.Column("promised_at", UtcDateTime),
    sa.Column("link", sa.String(200)),
)

bss_package_changes = sa.Table(
    "bss_package_changes",
    metadata,
    sa.Column("reference", sa.String(32), primary_key=True),
    sa.Column("account", sa.ForeignKey("bss_accounts.account"), nullable=False, index=True),
    sa.Column("package", sa.ForeignKey("bss_packages.code"), nullable=False),
    sa.Column("effective_on", sa.Date, nullable=False),
)

bss_suspensions = sa.Table(
    "bss_suspensions",
    metadata,
    sa.Column("account", sa.ForeignKey("bss_accounts.account"), primary_key=True),
    sa.Column("reason", sa.String(16), nullable=False),
    sa.Column("since", sa.Date, nullable=False),
    sa.Column("until", sa.Date),
)

bss_passwords = sa.Table(
    "bss_passwords",
    metadata,
    sa.Column("account", sa.ForeignKey("bss_accounts.account"), primary_key=True),
    sa.Column("which", sa.String(16), primary_key=True),
    sa.Column("password_hash", sa.String(200), nullable=False),
    sa.Column("temporary", sa.Boolean, nullable=False),
)

payments = sa.Table(
    "payments",
    metadata,
    sa.Column("token", sa.String(64), primary_key=True),
    sa.Column("reference", sa.String(32), nullable=False, unique=True),
    sa.Column("account", sa.String(32), nullable=False),
    sa.Column("amount", sa.Numeric(12, 2), nullable=False),
    sa.Column("conversation_id", sa.String(40), nullable=False),
    sa.Column("paid_at", UtcDateTime),
)

CLASSES: tuple[tuple[type, sa.Table], ...] = ((changes.Change, changes_table),)
