"""Alembic's entry: runs on the connection that `desk.store.schema` hands over."""

from typing import Any, Literal

from alembic import context

from desk.store.mapping import metadata
from desk.store.tables import StrEnumType, UtcDateTime


def plain_type(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Migrations name database types, not ours: they must run when our classes have moved on."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, StrEnumType):
        return "sa.String(32)"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    render_item=plain_type,
)
with context.begin_transaction():
    context.run_migrations()
