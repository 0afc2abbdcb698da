"""Shared by all application tests: a clock that stands still, a desk on each database."""

import os
import secrets as random_secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, NoReturn

import psycopg
import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from desk.app import Desk
from desk.clock import Chance, Clock
from desk.seed import seed
from desk.settings import Secrets, Settings
from desk.store.mapping import metadata
from desk.store.schema import migrate
from tests.sentence_vectors import shared_embedding

POSTGRES = os.environ.get(
    "XIAOTONG_TEST_POSTGRES_URL", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres"
)
# A Saturday evening in China: the next working day is Monday 2026-11-23.
START = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def unavailable(what: str) -> NoReturn:
    """Skip with the reason on a machine without it; in CI that would hide a hole, so it fails."""
    if os.environ.get("CI"):
        pytest.fail(what)
    pytest.skip(what)


@dataclass
class Moment:
    """A clock that only moves when a test says so."""

    now: datetime = START

    def clock(self) -> Clock:
        return Clock(lambda: self.now)

    def pass_time(self, **span: float) -> None:
        self.now += timedelta(**span)


@pytest.fixture
def moment() -> Moment:
    return Moment()


def test_secrets() -> Secrets:
    """Fixed keys, so that no test reads or makes a secrets file."""
    names = set(Secrets.model_fields) - {"rest_token", "webchat_customer_key"}
    keys = {name: SecretStr(f"test-{name}") for name in names}
    return Secrets(**keys, _env_prefix="XIAOTONG_NEVER_SET_")


test_secrets.__test__ = False  # type: ignore[attr-defined]


def seeded_chance(seed_number: int = 7) -> Chance:
    """Different tokens, the same in every run."""
    source = Random(seed_number)
    return Chance(below=source.randrange, token=lambda: f"{source.getrandbits(96):024x}")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, seeded file; tests copy it instead of making it anew."""
    file = tmp_path_factory.mktemp("template") / "desk.db"
    _prepare(f"sqlite:///{file}", file.parent)
    return file


@dataclass
class SharedPostgres:
    """One PostgreSQL database for all tests, put back to its first state before each."""

    url: str
    engine: sa.Engine
    seeded: dict[sa.Table, list[dict[str, Any]]]

    def reset(self) -> None:
        # Deleting and filling a few small tables is twenty times faster than CREATE DATABASE.
        with self.engine.begin() as connection:
            connection.exec_driver_sql("SET LOCAL lock_timeout = '10s'")
            for table in reversed(metadata.sorted_tables):
                connection.execute(table.delete())
            for table, rows in self.seeded.items():
                if rows:
                    connection.execute(table.insert(), rows)


@pytest.fixture(scope="session")
def shared_postgres() -> Iterator[SharedPostgres]:
    """A migrated, seeded database; skips with the reason without a server."""
    with _new_postgres("xt_shared") as url:
        _prepare(url, Path())
        engine = sa.create_engine(url)
        with engine.connect() as connection:
            seeded = {
                table: [dict(row) for row in connection.execute(table.select()).mappings()]
                for table in metadata.sorted_tables
            }
        yield SharedPostgres(url, engine, seeded)
        engine.dispose()


@contextmanager
def _new_postgres(prefix: str) -> Iterator[str]:
    """The address of a new, empty database that goes away again."""
    name = f"{prefix}_{random_secrets.token_hex(5)}"
    try:
        _as_admin(f'CREATE DATABASE "{name}"')
    except psycopg.OperationalError as error:
        unavailable(f"no PostgreSQL at {POSTGRES} (XIAOTONG_TEST_POSTGRES_URL): {error}")
    # No test cuts the power: waiting for the disk would only cost time.
    _as_admin(f'ALTER DATABASE "{name}" SET synchronous_commit = off')
    yield f"{POSTGRES.rsplit('/', 1)[0]}/{name}"
    _as_admin(f'DROP DATABASE "{name}" WITH (FORCE)')


def _prepare(url: str, folder: Path) -> None:
    desk = Desk.open(
        Settings(data_dir=folder, database_url=url),
        clock=Moment().clock(),
        chance=seeded_chance(),
        secrets=test_secrets(),
    )
    migrate(desk.store.engine)
    seed(desk, chance=seeded_chance(1))
    desk.close()


def _as_admin(command: str) -> None:
    address = POSTGRES.replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(address, autocommit=True, connect_timeout=3) as connection:
        connection.execute(command)


@pytest.fixture
def empty_postgres() -> Iterator[str]:
    """The address of a PostgreSQL database with nothing in it."""
    with _new_postgres("xt_test") as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A seeded database; each test that uses it runs on both kinds."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        return f"sqlite:///{shutil.copy(template, tmp_path / 'desk.db')}"
    shared: SharedPostgres = request.getfixturevalue("shared_postgres")
    shared.reset()
    return shared.url


@pytest.fixture
def postgres_url(shared_postgres: SharedPostgres) -> str:
    """A seeded PostgreSQL database, for what only it can show."""
    shared_postgres.reset()
    return shared_postgres.url


def open_desk_at(url: str, folder: Path, moment: Moment, **settings: Any) -> Desk:
    """The desk under test control on a prepared database."""
    return Desk.open(
        Settings(data_dir=folder, database_url=url, **settings),
        clock=moment.clock(),
        chance=seeded_chance(),
        secrets=test_secrets(),
        embedding=shared_embedding(),
    )


@pytest.fixture
def desk(database_url: str, tmp_path: Path, moment: Moment) -> Iterator[Desk]:
    """A desk on SQLite and on PostgreSQL."""
    opened = open_desk_at(database_url, tmp_path, moment)
    yield opened
    opened.close()


@pytest.fixture
def sqlite_desk(sqlite_template: Path, tmp_path: Path, moment: Moment) -> Iterator[Desk]:
    """A desk where the kind of database does not matter."""
    file = shutil.copy(sqlite_template, tmp_path / "desk.db")
    opened = open_desk_at(f"sqlite:///{file}", tmp_path, moment)
    yield opened
    opened.close()
