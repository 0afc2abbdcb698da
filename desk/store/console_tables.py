"""Tables of the staff console: notes beside conversations, signs of presence, saved views."""

import sqlalchemy as sa

from desk.model.console import Note, NoteKind, SavedView, Sign
from desk.model.conversations import Author
from desk.store.tables import BigId, StrEnumType, UtcDateTime, metadata

conversation_notes = sa.Table(
    "conversation_notes",
    metadata,
    sa.Column("id", BigId, primary_key=True, autoincrement=True),
    sa.Column("conversation_id", sa.ForeignKey("conversations.id"), nullable=False, index=True),
    sa.Column("kind", StrEnumType(NoteKind), nullable=False),
    sa.Column("by", sa.String(32), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("to_agent", sa.ForeignKey("agents.id")),
)

conversation_signs = sa.Table(
    "conversation_signs",
    metadata,
    sa.Column("conversation_id", sa.ForeignKey("conversations.id"), primary_key=True),
    sa.Column("author", StrEnumType(Author), primary_key=True),
    # Watched several times a second: only what changed lately is read.
    sa.Column("at", UtcDateTime, nullable=False, index=True),
    sa.Column("typing_until", UtcDateTime),
    sa.Column("read_to", BigId, nullable=False),
)

saved_views = sa.Table(
    "saved_views",
    metadata,
    sa.Column("id", BigId, primary_key=True, autoincrement=True),
    sa.Column("agent_id", sa.ForeignKey("agents.id"), nullable=False),
    sa.Column("name", sa.String(20), nullable=False),
    sa.Column("filter", sa.JSON, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.UniqueConstraint("agent_id", "name"),
)

CLASSES: tuple[tuple[type, sa.Table], ...] = (
    (Note, conversation_notes),
    (Sign, conversation_signs),
    (SavedView, saved_views),
)
