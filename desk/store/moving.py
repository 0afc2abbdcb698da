"""The whole desk into another database: batches in one transaction, then row hashes compared.

JSON is carried and hashed as its text: NULL and JSON's own null stay two things.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DataError, IntegrityError

from desk.model.errors import DeskError
from desk.store.mapping import metadata
from desk.store.schema import current_revision, is_current, migrate

_BATCH = 2000

type Progress = Callable[[str, int], None]


class CannotMove(DeskError):
    """The target may not be written to, or a row does not fit into it. Nothing was copied."""

    code = "cannot_move"


@dataclass(frozen=True)
class TableHash:
    """How many rows a table has and what they are, in whatever order they lie."""

    rows: int
    digest: str


@dataclass(frozen=True)
class Compared:
    table: str
    source: TableHash
    target: TableHash

    @property
    def equal(self) -> bool:
        return self.source == self.target


def total_rows(source: sa.Engine) -> int:
    with source.connect() as connection:
        return sum(_count(connection, table) for table in metadata.sorted_tables)


def move(source: sa.Engine, target: sa.Engine, progress: Progress) -> list[Compared]:
    """Copy every table and compare; raises `CannotMove`. A difference leaves the target empty.

    The source is read in one snapshot and never written. `progress` is told table and rows.
    """
    if source.url == target.url:
        raise CannotMove("源和目标是同一个数据库")
    _prepare(target)
    with _snapshot(source) as reading, target.connect() as writing:
        transaction = writing.begin()
        try:
            hashes = {
                table.name: _copy(reading, writing, table, progress)
                for table in metadata.sorted_tables
            }
            _carry_counters(reading, writing)
            compared = [
                Compared(table.name, hashes[table.name], table_hash(writing, table))
                for table in metadata.sorted_tables
            ]
        except BaseException:
            transaction.rollback()
            raise
        if all(one.equal for one in compared):
            transaction.commit()
        else:
            transaction.rollback()
    return compared


def table_hash(connection: sa.Connection, table: sa.Table) -> TableHash:
    """Number of rows and the sum of their digests: the order of the rows does not matter."""
    rows, total = 0, 0
    for batch in _batches(connection, table):
        rows += len(batch)
        total += sum(_digest(table, row) for row in batch)
    return TableHash(rows, f"{total % 2**256:064x}")


def _snapshot(engine: sa.Engine) -> sa.Connection:
    """One consistent state of the source, whoever writes meanwhile (SQLite: BEGIN in WAL mode)."""
    level = "REPEATABLE READ"
    options: dict[str, Any] = (
        {"isolation_level": level} if _is_postgres(engine) else {"xiaotong_read_only": True}
    )
    return engine.connect().execution_options(**options)


def _prepare(target: sa.Engine) -> None:
    """Schema by migrations; refuses a database in which the desk already has rows."""
    with target.connect() as connection:
        existing = set(sa.inspect(connection).get_table_names())
        ours = [table for table in metadata.sorted_tables if table.name in existing]
        revision = current_revision(connection)
        if ours and revision is None:
            raise CannotMove(f"目标里已有表 {ours[0].name}，但不是由迁移建立的；请换一个空数据库")
        for table in ours:
            known = {column["name"] for column in sa.inspect(connection).get_columns(table.name)}
            key = next(iter(table.primary_key)).name
            if key in known and connection.scalar(sa.select(sa.literal(1)).select_from(table)):
                raise CannotMove(f"目标不是空的：表 {table.name} 里有数据；请换一个空数据库")
    if not is_current(target):
        migrate(target)


def _copy(
    reading: sa.Connection, writing: sa.Connection, table: sa.Table, progress: Progress
) -> TableHash:
    rows, total = 0, 0
    insert = table.insert().values(
        {column.name: _incoming(column, writing.dialect.name) for column in table.columns}
    )
    for batch in _batches(reading, table):
        try:
            writing.execute(insert, [{f"v_{k}": v for k, v in row.items()} for row in batch])
        except (DataError, IntegrityError) as error:
            raise CannotMove(_culprit(table, batch) or f"表 {table.name}：{error.orig}") from None
        rows += len(batch)
        total += sum(_digest(table, row) for row in batch)
        progress(table.name, len(batch))
    return TableHash(rows, f"{total % 2**256:064x}")


def _batches(connection: sa.Connection, table: sa.Table) -> Iterator[list[dict[str, Any]]]:
    columns = [
        sa.cast(column, sa.Text).label(column.name) if _is_json(column) else column
        for column in table.columns
    ]
    query = sa.select(*columns).order_by(*table.primary_key)
    result = connection.execution_options(yield_per=_BATCH).execute(query)
    for partition in result.mappings().partitions(_BATCH):
        yield [dict(row) for row in partition]


def _incoming(column: sa.Column[Any], dialect: str) -> sa.ColumnElement[Any]:
    if not _is_json(column):
        return sa.bindparam(f"v_{column.name}", type_=column.type)
    text: sa.BindParameter[Any] = sa.bindparam(f"v_{column.name}", type_=sa.Text())
    return sa.cast(text, sa.JSON) if dialect == "postgresql" else sa.type_coerce(text, sa.Text)


def _is_json(column: sa.Column[Any]) -> bool:
    return isinstance(column.type, sa.JSON)


def _digest(table: sa.Table, row: dict[str, Any]) -> int:
    """One row as a number; names and types go in, so that 1, "1" and NULL differ."""
    parts = (f"{column.name}\x1f{_canonical(column, row[column.name])}" for column in table.columns)
    return int.from_bytes(
        hashlib.sha256("\x1e".join(parts).encode(errors="surrogatepass")).digest()
    )


def _canonical(column: sa.Column[Any], value: Any) -> str:
    if _is_json(column) and value is not None and value[:1] not in "[{":
        # SQLite keeps a lone number as a number and writes it in its own way.
        return f"j:{json.loads(value)!r}"
    if isinstance(value, Decimal):
        return f"n:{value.normalize():f}"
    if isinstance(value, datetime | date):
        return f"d:{value.isoformat()}"
    if isinstance(value, bytes):
        return f"b:{value.hex()}"
    return f"{type(value).__name__}:{value}"


def _carry_counters(reading: sa.Connection, writing: sa.Connection) -> None:
    """A number that was given once is never given again, also when its row is gone by now."""
    for table in metadata.sorted_tables:
        column = table.autoincrement_column
        if column is None:
            continue
        last = max(_last_given(reading, table, column), 0)
        if writing.dialect.name == "postgresql":
            sequence = sa.func.pg_get_serial_sequence(table.name, column.name)
            writing.execute(sa.select(sa.func.setval(sequence, max(last, 1), last > 0)))
        elif last and table.dialect_options["sqlite"]["autoincrement"]:
            writing.execute(
                sa.text("DELETE FROM sqlite_sequence WHERE name = :name"), {"name": table.name}
            )
            writing.execute(
                sa.text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :last)"),
                {"name": table.name, "last": last},
            )


def _last_given(reading: sa.Connection, table: sa.Table, column: sa.Column[Any]) -> int:
    newest = reading.scalar(sa.select(sa.func.max(column))) or 0
    if reading.dialect.name == "postgresql":
        sequence = reading.scalar(
            sa.select(sa.func.pg_get_serial_sequence(table.name, column.name))
        )
        row = reading.exec_driver_sql(f"SELECT last_value, is_called FROM {sequence}").one()
        return max(newest, row.last_value if row.is_called else 0)
    if table.dialect_options["sqlite"]["autoincrement"]:
        query = sa.text("SELECT seq FROM sqlite_sequence WHERE name = :name")
        return max(newest, reading.scalar(query, {"name": table.name}) or 0)
    return int(newest)


def _culprit(table: sa.Table, batch: list[dict[str, Any]]) -> str | None:
    """Which row does not fit: SQLite keeps texts that PostgreSQL refuses."""
    for row in batch:
        for column in table.columns:
            value, longest = row[column.name], getattr(column.type, "length", None)
            if not isinstance(value, str):
                continue
            key = "，".join(f"{part.name}={row[part.name]}" for part in table.primary_key)
            if "\x00" in value:
                return f"表 {table.name} 的行 {key}：{column.name} 含有 NUL 字符"
            if longest is not None and len(value) > longest:
                return (
                    f"表 {table.name} 的行 {key}：{column.name} 有 {len(value)} 个字符，"
                    f"最多 {longest} 个"
                )
    return None


def _count(connection: sa.Connection, table: sa.Table) -> int:
    return connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def _is_postgres(engine: sa.Engine) -> bool:
    return engine.dialect.name == "postgresql"
