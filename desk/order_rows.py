"""Work orders as rows of a file: CSV or JSON lines, read with the number of the row and the field.

A row is refused on its own; the others are taken. Nothing here touches the database.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from desk.model.errors import BadData, InvalidPhone
from desk.model.phones import parse_phone
from desk.model.work_orders import CustomerLevel, Kind, Priority

SUFFIXES = (".csv", ".jsonl")
# As many rows at once as may keep others from the journal for a moment.
AT_ONCE = 50
# A spreadsheet takes a cell that begins like this for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class OrderRow(BaseModel):
    """One order to be taken in; empty cells are as if they were not there."""

    model_config = ConfigDict(extra="forbid")

    kind: Kind
    description: str = Field(min_length=1, max_length=4000)
    phone: str | None = None
    area: str | None = Field(default=None, max_length=32)
    service: Literal["broadband", "iptv", "mobile", "landline"] | None = None
    priority: Priority = Priority.NORMAL
    level: CustomerLevel = CustomerLevel.NORMAL
    category: str | None = None  # of a complaint; by its words when it is not given
    wish: str = ""
    reference: str | None = Field(default=None, max_length=64)  # the other system's own number

    @field_validator("*")
    @classmethod
    def _storable(cls, value: object) -> object:
        if isinstance(value, str) and any(c == "\0" or "\ud800" <= c <= "\udfff" for c in value):
            raise ValueError("holds a character that is none")
        return value

    @field_validator("phone")
    @classmethod
    def _a_phone(cls, text: str | None) -> str | None:
        if text is None:
            return None
        try:
            return parse_phone(text)
        except InvalidPhone:
            raise ValueError("not a mainland mobile or landline number") from None


@dataclass(frozen=True)
class RowError:
    row: int  # as a person counts: the first line of the file is 1
    field: str
    problem: str


def read_rows(file: Path) -> list[tuple[int, OrderRow | RowError]]:
    """Every row with its number, understood or refused. Raises `BadData` for the whole file."""
    if file.suffix not in SUFFIXES:
        raise BadData(file.name, "file", f"expected {' or '.join(SUFFIXES)}")
    text = _text(file)
    raw = _from_csv(file, text) if file.suffix == ".csv" else _from_json_lines(text.split("\n"))
    return [(row, value if isinstance(value, RowError) else _row(row, value)) for row, value in raw]


def _text(file: Path) -> str:
    """UTF-8 with or without a mark, or what spreadsheets in China write."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise BadData(file.name, "file", error.strerror or str(error)) from None
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadData(file.name, "file", "neither UTF-8 nor GB18030")


def _from_csv(file: Path, text: str) -> Iterator[tuple[int, dict[str, Any] | RowError]]:
    reader = csv.DictReader(io.StringIO(text, newline=""), restkey="")
    known = set(OrderRow.model_fields)
    unknown = [name for name in reader.fieldnames or () if name not in known]
    if unknown or not reader.fieldnames:
        what = f"unknown column {unknown[0]!r}" if unknown else "no header"
        raise BadData(file.name, "row 1", f"{what}, expected some of {', '.join(sorted(known))}")
    for cells in reader:
        if "" in cells or None in cells.values():
            yield reader.line_num, RowError(reader.line_num, "row", "wrong number of cells")
        else:
            yield reader.line_num, {name: cell for name, cell in cells.items() if cell.strip()}


def _from_json_lines(lines: list[str]) -> Iterator[tuple[int, dict[str, Any] | RowError]]:
    for row, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except ValueError as error:
            yield row, RowError(row, "row", f"no JSON: {error}")
            continue
        if isinstance(value, dict):
            yield row, {name: cell for name, cell in value.items() if cell not in (None, "")}
        else:
            yield row, RowError(row, "row", "expected an object")


def _row(row: int, values: dict[str, Any]) -> OrderRow | RowError:
    try:
        return OrderRow.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "row"
        return RowError(row, field, first["msg"].removeprefix("Value error, "))


def write_rows(file: Path, rows: Iterable[dict[str, Any]], fields: tuple[str, ...]) -> int:
    """Write rows as the file's suffix says; returns how many. Raises `BadData`."""
    if file.suffix not in SUFFIXES:
        raise BadData(file.name, "file", f"expected {' or '.join(SUFFIXES)}")
    count = 0
    try:
        # The mark tells spreadsheets that it is UTF-8.
        encoding = "utf-8-sig" if file.suffix == ".csv" else "utf-8"
        with file.open("w", encoding=encoding, newline="") as out:
            writer = csv.DictWriter(out, fields)
            if file.suffix == ".csv":
                writer.writeheader()
            for count, row in enumerate(rows, 1):  # noqa: B007
                if file.suffix == ".csv":
                    writer.writerow({name: _cell(row[name]) for name in fields})
                else:
                    out.write(json.dumps({n: row[n] for n in fields}, ensure_ascii=False) + "\n")
    except OSError as error:
        raise BadData(file.name, "file", error.strerror or str(error)) from None
    return count


def _cell(value: Any) -> str:
    text = "" if value is None else "；".join(value) if isinstance(value, list) else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
