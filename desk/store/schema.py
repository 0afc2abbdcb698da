"""Brings a database to the current schema; the same migrations for SQLite and PostgreSQL."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from desk.store.mapping import metadata

_FOLDER = Path(__file__).parent / "migrations"


def _config(connection: sa.Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def migrate(engine: sa.Engine, to: str = "head") -> tuple[str | None, str]:
    """Upgrade to a revision, the newest one. Returns (revision before, revision after)."""
    with engine.begin() as connection:
        before = current_revision(connection)
        command.upgrade(_config(connection), to)
        after = current_revision(connection)
    assert after is not None
    return before, after


def current_revision(connection: sa.Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def is_current(engine: sa.Engine) -> bool:
    """Whether the database has every migration this code knows."""
    with engine.connect() as connection:
        head = ScriptDirectory.from_config(_config(connection)).get_current_head()
        return current_revision(connection) == head


def differences(engine: sa.Engine) -> list[object]:
    """What autogenerate would still change: empty when migrations and tables agree."""
    with engine.connect() as connection:
        return list(compare_metadata(MigrationContext.configure(connection), metadata))


def make_revision(engine: sa.Engine, message: str) -> None:
    """For developers: write the next migration from the difference between tables and database."""
    with engine.begin() as connection:
        revisions = ScriptDirectory.from_config(_config(connection)).walk_revisions()
        number = 1 + sum(1 for _ in revisions)
        command.revision(_config(connection), message, autogenerate=True, rev_id=f"{number:04d}")
