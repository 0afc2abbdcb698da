"""Labelled sentences for measuring: `text<TAB>intent[,acceptable…][<TAB>tags[<TAB>entities]]`.

A wrong row stops the run with file and line: a measurement over silently dropped rows would look
better than the truth.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

INTENT_COLUMN, TAG_COLUMN, ENTITY_COLUMN = 1, 2, 3
COLUMNS = 4


class BadRow(Exception):
    """A row that cannot be used; the message names file and line."""


@dataclass(frozen=True)
class Sentence:
    """One sentence with the intents that count as right, its tags and its entity values."""

    text: str
    intents: tuple[str, ...]
    tags: tuple[str, ...] = ()
    entities: tuple[tuple[str, str], ...] = ()


def read_sentences(paths: Iterable[Path], known: frozenset[str] | None) -> list[Sentence]:
    """Read every row of the files; `known` are the intents there are, None: any will do."""
    found: list[Sentence] = []
    for path in paths:
        try:
            lines = path.read_text(encoding="utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise BadRow(f"{path}: cannot be read as UTF-8 text ({error})") from error
        for number, line in enumerate(lines, start=1):
            if line.strip() and not line.startswith("# "):
                found.append(_row(f"{path}:{number}", line, known))
    if not found:
        raise BadRow(f"{', '.join(str(p) for p in paths)}: no sentence")
    return found


def _row(where: str, line: str, known: frozenset[str] | None) -> Sentence:
    columns = line.split("\t")
    if not INTENT_COLUMN < len(columns) <= COLUMNS or not columns[0].strip():
        raise BadRow(f"{where}: text<TAB>intent[<TAB>tags[<TAB>entities]] expected")
    intents = _parts(columns[INTENT_COLUMN], ",")
    wrong = [name for name in intents if known is not None and name not in known]
    if wrong or not intents:
        raise BadRow(f"{where}: {', '.join(wrong) or 'nothing'} is no intent of domain.yml")
    tags = _parts(columns[TAG_COLUMN], ",") if len(columns) > TAG_COLUMN else ()
    values = _parts(columns[ENTITY_COLUMN], ";") if len(columns) > ENTITY_COLUMN else ()
    if any("=" not in value for value in values):
        raise BadRow(f"{where}: entities are written name=value;name=value")
    pairs = tuple((v.split("=", 1)[0], v.split("=", 1)[1]) for v in values)
    return Sentence(columns[0].strip(), intents, tags, pairs)


def _parts(text: str, separator: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(separator) if part.strip())
