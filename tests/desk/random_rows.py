"""Rows of every table with whatever its columns may hold: for moving and for what it must keep."""

import string
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import sqlalchemy as sa

from desk.store.mapping import metadata
from desk.store.tables import StrEnumType, UtcDateTime

LETTERS = string.ascii_letters + string.digits + '中文客服“”’"\\%_，。😀é\n\t '
JSON = ([], {}, "", 0, None, "null", ["a", "中"], {"b": [1, 2.5, None, True], "a": "x"}, 1e-7)


class RandomRows:
    """Fills an empty database table by table; foreign keys point at rows that are there."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._rows: dict[str, list[dict[str, Any]]] = {}

    def fill(self, connection: sa.Connection, each: int) -> int:
        for table in metadata.sorted_tables:
            rows = [self._row(table, index) for index in range(each)]
            self._rows[table.name] = rows
            for row in rows:
                connection.execute(table.insert().values(row))
        return sum(map(len, self._rows.values()))

    def _row(self, table: sa.Table, index: int) -> dict[str, Any]:
        return {column.name: self._value(table, column, index) for column in table.columns}

    def _value(self, table: sa.Table, column: sa.Column[Any], index: int) -> Any:
        for key in column.foreign_keys:
            parents = self._rows.get(key.column.table.name, [])
            return parents[index % len(parents)][key.column.name] if parents else None
        if column is table.autoincrement_column:
            return 3 * index + 1
        if column.nullable and self._chance.random() < 0.3:
            return sa.null()
        return self._of_type(column.type, index)

    def _of_type(self, kind: Any, index: int) -> Any:
        chance = self._chance
        if isinstance(kind, StrEnumType):
            return chance.choice(list(kind.enum))
        if isinstance(kind, UtcDateTime):
            return datetime(2020, 1, 1, tzinfo=UTC) + timedelta(
                microseconds=chance.randrange(3 * 10**14)
            )
        makers: list[tuple[type, Any]] = [
            (sa.JSON, lambda: chance.choice(JSON)),
            (sa.Boolean, lambda: chance.random() < 0.5),
            (sa.Integer, lambda: index),
            (sa.Float, lambda: chance.uniform(-1, 1)),
            (sa.Numeric, lambda: Decimal(chance.randrange(-(10**6), 10**6)) / 100),
            (sa.Date, lambda: date(2020, 1, 1) + timedelta(days=chance.randrange(3000))),
            (sa.LargeBinary, lambda: chance.randbytes(12)),
            (sa.String, lambda: self._text(getattr(kind, "length", None) or 60, index)),
        ]
        return next(make() for wanted, make in makers if isinstance(kind, wanted))

    def _text(self, longest: int, index: int) -> str:
        """Different in every row, so that unique columns are satisfied."""
        rest = "".join(self._chance.choices(LETTERS, k=longest))
        return f"{index}-{rest}"[:longest]
