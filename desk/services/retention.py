"""Retention: what is past its time goes into the archive and then out of the database.

One batch is one transaction: rows are read, written to a file that is on the disk for good, then
deleted together with the note that the file is complete. A kill in between leaves a file without
its note, which the next run removes: no row is lost, none is archived twice.
"""

import fcntl
import gzip
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, tzinfo
from decimal import Decimal
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from desk.model.errors import Refused
from desk.model.retention import CLASSES, ClassReport, months_back
from desk.retention_policy import RetentionPolicy
from desk.store.archive_tables import archives_table
from desk.store.link_tables import attachments_table
from desk.store.records import RECORDS, Record
from desk.store.unit_of_work import Store, Work

MANIFEST = "manifest.json"


class RetentionRefused(Refused):
    """The run would delete what is not past its time, or another run is under way."""

    code = "retention_refused"


class Retention:
    def __init__(
        self,
        store: Store,
        policy: RetentionPolicy,
        folder: Path,
        zone: tzinfo,
        attachment: Callable[[str], Path],
    ) -> None:
        self._store, self._policy, self._folder, self._zone = store, policy, folder, zone
        self._attachment = attachment

    def today(self) -> date:
        return self._store.clock.now().astimezone(self._zone).date()

    def look(self, on: date) -> list[ClassReport]:
        """What a run on that day would find; nothing is changed."""
        return [self._report(name, on, self._count(name, on), 0, 0) for name in CLASSES]

    def run(
        self, on: date, progress: Callable[[str, int], None] = lambda *_: None
    ) -> list[ClassReport]:
        """Archive and delete; raises `RetentionRefused` for a day to come."""
        if on > self.today():
            raise RetentionRefused("日期在将来：只能加 --dry-run 查看")
        with self._alone():
            self._drop_incomplete()
            reports = []
            for name in CLASSES:
                found, deleted, rows = self._count(name, on), 0, 0
                for records, written in self._batches(name, on):
                    deleted, rows = deleted + records, rows + written
                    progress(name, records)
                reports.append(self._report(name, on, found, deleted, rows))
            self._write_manifest()
            return reports

    def _before(self, name: str, on: date) -> datetime:
        day = months_back(on, self._policy.months(name))
        return datetime.combine(day, time(), tzinfo=self._zone)

    def _count(self, name: str, on: date) -> int:
        before, total = self._before(name, on), 0
        with self._store.reading() as session:
            for record in _records(name):
                query = sa.select(sa.func.count(record.key)).where(*record.past(before))
                total += session.scalar(query) or 0
        return total

    def _report(self, name: str, on: date, found: int, deleted: int, rows: int) -> ClassReport:
        with self._store.reading() as session:
            oldest = [
                session.scalar(sa.select(sa.func.min(record.ended)).where(*record.whole))
                for record in _records(name)
            ]
        left = min((one for one in oldest if one is not None), default=None)
        before = months_back(on, self._policy.months(name))
        return ClassReport(name, before, found, deleted, deleted, rows, left)

    def _batches(self, name: str, on: date) -> Iterator[tuple[int, int]]:
        before = self._before(name, on)
        for record in _records(name):
            while True:
                records, rows, files = self._one_batch(record, before)
                if not records:
                    break
                self._move_files(files)
                yield records, rows

    def _one_batch(self, record: Record, before: datetime) -> tuple[int, int, list[str]]:
        with self._store.writing() as work:
            columns = [record.key, *([record.number] if record.number is not None else [])]
            found = work.session.execute(
                sa.select(*columns)
                .where(*record.past(before))
                .order_by(record.key)
                .limit(self._policy.batch)
                .with_for_update(of=record.key.table)
            ).all()
            if not found:
                return 0, 0, []
            keys = [row[0] for row in found]
            numbers = [row[1] for row in found] if record.number is not None else keys
            wheres = [(part.column.table, part.where(keys, numbers)) for part in record.parts]
            wheres.append((record.key.table, record.key.in_(keys)))
            counts, files = self._archive(work, record, len(keys), wheres)
            for table, where in wheres:
                work.session.execute(sa.delete(table).where(where))
            return len(keys), sum(counts.values()), files

    def _archive(
        self,
        work: Work,
        record: Record,
        records: int,
        wheres: list[tuple[Any, sa.ColumnElement[bool]]],
    ) -> tuple[dict[str, int], list[str]]:
        """Write the rows of a batch to a file of its own; its note commits with the deletion."""
        number = (work.session.scalar(sa.select(sa.func.max(archives_table.c.id))) or 0) + 1
        name = f"{number:08d}-{record.class_name}.jsonl.gz"
        counts: dict[str, int] = {}
        files: list[str] = []
        lines = []
        for table, where in wheres:
            for row in work.session.execute(sa.select(table).where(where)).mappings():
                counts[table.name] = counts.get(table.name, 0) + 1
                lines.append(
                    json.dumps({"table": table.name, "row": _plain(row)}, ensure_ascii=False)
                )
                if table is attachments_table:
                    files.append(row["sha256"])
        content = gzip.compress("\n".join([*lines, ""]).encode(errors="surrogatepass"), mtime=0)
        _write_durably(self._folder / name, content)
        work.session.execute(
            archives_table.insert().values(
                {
                    "id": number,
                    "file": name,
                    "sha256": hashlib.sha256(content).hexdigest(),
                    "class": record.class_name,
                    "records": records,
                    "rows": counts,
                    "written_at": work.now,
                }
            )
        )
        return counts, files

    def _move_files(self, digests: list[str]) -> None:
        """Contents that no order has any more follow their rows into the archive."""
        with self._store.reading() as session:
            used = set(
                session.scalars(
                    sa.select(attachments_table.c.sha256).where(
                        attachments_table.c.sha256.in_(digests)
                    )
                )
            )
        for digest in set(digests) - used:
            source = self._attachment(digest)
            if source.exists():
                folder = self._folder / "files"
                folder.mkdir(exist_ok=True, mode=0o700)
                source.replace(folder / digest)

    def _drop_incomplete(self) -> None:
        with self._store.reading() as session:
            complete = set(session.scalars(sa.select(archives_table.c.file)))
        for path in self._folder.glob("*.jsonl.gz*"):
            if path.name not in complete:
                path.unlink()

    def _write_manifest(self) -> None:
        """Every complete file with its hash, so that an archive can be checked by itself."""
        with self._store.reading() as session:
            rows = session.execute(sa.select(archives_table).order_by(archives_table.c.id))
            files = [_plain(row) for row in rows.mappings()]
        content = json.dumps({"files": files}, ensure_ascii=False, indent=1).encode()
        _write_durably(self._folder / MANIFEST, content)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (self._folder / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise RetentionRefused("另一个归档任务正在运行") from None
            yield


def _records(name: str) -> list[Record]:
    return [record for record in RECORDS if record.class_name == name]


def _plain(row: Any) -> dict[str, Any]:
    return {name: _value(value) for name, value in row.items()}


def _value(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _write_durably(path: Path, content: bytes) -> None:
    draft = path.with_name(path.name + ".part")
    with draft.open("wb") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
