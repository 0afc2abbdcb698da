"""SQLite ⇄ PostgreSQL: every row arrives as it was, and what cannot arrive is refused whole."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
import sqlalchemy as sa

from desk.app import Desk
from desk.model.work_orders import State
from desk.store.mapping import metadata
from desk.store.moving import CannotMove, move, table_hash
from desk.store.schema import migrate
from desk.store.tables import bss_packages, journal_table, messages
from desk.store.unit_of_work import Store
from tests.conftest import Moment, open_desk_at
from tests.desk.random_rows import RandomRows
from tests.desk.talking import Customer

SILENT = lambda _table, _rows: None  # noqa: E731


@pytest.fixture(params=["sqlite", "postgresql"])
def pair(
    request: pytest.FixtureRequest, empty_postgres: str, tmp_path: Path, moment: Moment
) -> Iterator[tuple[Store, Store]]:
    """Two empty databases, one of each kind; the parameter names the source."""
    file = Store(f"sqlite:///{tmp_path / 'a.db'}", moment.clock())
    server = Store(empty_postgres, moment.clock())
    yield (file, server) if request.param == "sqlite" else (server, file)
    file.close()
    server.close()


def hashes(store: Store) -> dict[str, str]:
    with store.engine.connect() as connection:
        return {t.name: table_hash(connection, t).digest for t in metadata.sorted_tables}


@pytest.mark.parametrize("seed", [1, 2])
def test_random_rows_arrive_and_the_source_stays(pair: tuple[Store, Store], seed: int) -> None:
    source, target = pair
    migrate(source.engine)
    with source.engine.begin() as connection:
        rows = RandomRows(Random(seed)).fill(connection, 23)
    before, moved = hashes(source), []
    compared = move(source.engine, target.engine, lambda _table, count: moved.append(count))
    assert sum(moved) == rows == sum(one.target.rows for one in compared)
    assert all(one.equal for one in compared)
    assert hashes(target) == before == hashes(source)


def test_null_and_json_null_stay_two_things(pair: tuple[Store, Store]) -> None:
    source, target = pair
    migrate(source.engine)
    with source.engine.begin() as connection:
        RandomRows(Random(3)).fill(connection, 3)
        connection.execute(messages.update().where(messages.c.id == 1).values(custom=None))
        connection.execute(messages.update().where(messages.c.id == 4).values(custom=sa.null()))
    move(source.engine, target.engine, SILENT)
    with target.engine.connect() as connection:
        empty = sa.select(messages.c.id).where(messages.c.custom.is_(sa.null()))
        assert 4 in connection.scalars(empty).all()
        assert 1 not in connection.scalars(empty).all()


def test_a_moved_desk_goes_on_working_and_gives_no_number_twice(
    desk: Desk, empty_postgres: str, tmp_path: Path, moment: Moment
) -> None:
    customer = Customer(desk)
    number = desk.complaints.file(
        customer.opens(), "网络", "网速慢", "修好", "13911112222", key="f"
    ).number
    with desk.store.engine.begin() as connection:
        newest = connection.scalar(sa.select(sa.func.max(journal_table.c.id))) or 0
        connection.execute(journal_table.delete().where(journal_table.c.id == newest))
    to_file = desk.store.engine.dialect.name == "postgresql"
    url = f"sqlite:///{tmp_path / 'moved.db'}" if to_file else empty_postgres
    target = Store(url, moment.clock())
    compared = move(desk.store.engine, target.engine, SILENT)
    target.close()
    assert all(one.equal for one in compared)
    moved = open_desk_at(url, tmp_path, moment)
    moved.work_orders.move(number, State.DISPATCHED, actor="lixiao")
    assert moved.journal.last_id() == newest + 1
    assert Customer(moved, name="wang").opens() != customer.opens()
    moved.close()


def test_one_changed_letter_changes_the_hash(pair: tuple[Store, Store]) -> None:
    source, _ = pair
    migrate(source.engine)
    with source.engine.begin() as connection:
        RandomRows(Random(4)).fill(connection, 5)
    before = hashes(source)
    with source.engine.begin() as connection:
        connection.execute(messages.update().where(messages.c.id == 1).values(text="别的"))
    after = hashes(source)
    assert {name for name in before if before[name] != after[name]} == {"messages"}


def test_a_target_with_rows_is_refused(pair: tuple[Store, Store]) -> None:
    source, target = pair
    for store in pair:
        migrate(store.engine)
        with store.engine.begin() as connection:
            RandomRows(Random(5)).fill(connection, 1)
    before = hashes(target)
    with pytest.raises(CannotMove, match="目标不是空的"):
        move(source.engine, target.engine, SILENT)
    assert hashes(target) == before
    with pytest.raises(CannotMove, match="同一个数据库"):
        move(source.engine, source.engine, SILENT)


@pytest.mark.parametrize(
    ("summary", "told"),
    [("a\x00b", "NUL"), ("长" * 201, "有 201 个字符，最多 200 个")],
)
def test_a_row_that_does_not_fit_is_named_and_nothing_stays(
    tmp_path: Path, empty_postgres: str, moment: Moment, summary: str, told: str
) -> None:
    source = Store(f"sqlite:///{tmp_path / 'a.db'}", moment.clock())
    target = Store(empty_postgres, moment.clock())
    migrate(source.engine)
    with source.engine.begin() as connection:
        RandomRows(Random(6)).fill(connection, 2)
        connection.execute(bss_packages.update().values(summary=summary))
    with pytest.raises(CannotMove, match=f"(?s)bss_packages 的行 code=.*summary.*{told}"):
        move(source.engine, target.engine, SILENT)
    with target.engine.connect() as connection:
        assert {table_hash(connection, t).rows for t in metadata.sorted_tables} == {0}
    source.close()
    target.close()
