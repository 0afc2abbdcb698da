"""Transactions: the effect of a service call, its journal and its replies commit together."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from desk.clock import Clock
from desk.model.journal import Event
from desk.store.mapping import map_classes
from desk.store.tables import done_calls

# One PostgreSQL advisory lock makes journal ids visible in commit order; readers resume by id.
_JOURNAL_LOCK = 7_205_759
_LOCK = sa.select(sa.func.pg_advisory_xact_lock(_JOURNAL_LOCK))
_BUSY_SECONDS = 20

type Reaction = Callable[["Work", Event], None]


class Work:
    """One transaction under way: a session, the moment it happens at, and the journal."""

    def __init__(
        self,
        session: Session,
        now: datetime,
        reactions: dict[str, tuple[Reaction, ...]],
        record: Reaction | None = None,
    ) -> None:
        self.session = session
        self.now = now
        self.together = False  # while the reactions to `emit_many` run
        self._reactions, self._record = reactions, record
        self._locked = session.get_bind().dialect.name != "postgresql"

    def lock_journal(self) -> None:
        """Nobody else writes an event until this transaction ends.

        Order of locks: rows of orders and conversations, the journal, rows of clocks.
        """
        if not self._locked:
            self.session.flush()
            self._lock()

    def _lock(self) -> None:
        if not self._locked:
            self._locked = True
            self.session.connection().execute(_LOCK)

    def emit(
        self,
        event_type: str,
        *,
        actor: str = "system",
        conversation_id: str | None = None,
        work_order: str | None = None,
        **data: Any,
    ) -> None:
        """Write a fact to the journal and run its reactions, all inside this transaction."""
        reactions = self._reactions.get(event_type)
        if not self.together:
            self.lock_journal()
        elif reactions:
            self._lock()
        event = Event(
            type=event_type,
            at=self.now,
            actor=actor,
            conversation_id=conversation_id,
            work_order=work_order,
            data=data,
        )
        self.session.add(event)
        # Without anybody to react, the event goes to the database with whatever comes next.
        if reactions:
            self.session.flush()
        for react in reactions or ():
            react(self, event)
        if self._record is not None:
            self._record(self, event)

    def emit_many(self, events: Sequence[Event]) -> None:
        """Facts of the same kind, about new things: reactions run before anything is written.

        What they add goes to the database in as few statements as there are tables. A reaction
        that asks the database for each (`together`) leaves that to whoever opened them.
        """
        self.session.add_all(events)
        self.together = True
        try:
            with self.session.no_autoflush:
                for event in events:
                    for react in self._reactions.get(event.type, ()):
                        react(self, event)
        finally:
            self.together = False
        # New rows keep nobody waiting, so the journal is locked for no longer than writing takes.
        self._lock()
        self.session.flush()
        for event in events:
            if self._record is not None:
                self._record(self, event)


class Store:
    """The database: opens transactions for services and read-only sessions for reports."""

    def __init__(self, url: str, clock: Clock) -> None:
        map_classes()
        self.url = url
        self.clock = clock
        self.reactions: dict[str, tuple[Reaction, ...]] = {}
        self.record: Reaction | None = None  # asked of every event, whatever its type
        self.engine = _engine(url)
        self._read_engine = self.engine.execution_options(xiaotong_read_only=True)

    @contextmanager
    def writing(self) -> Iterator[Work]:
        """A transaction; commits at the end, rolls back on any error."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield Work(session, self.clock.now(), self.reactions, self.record)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A consistent read that never waits for a writer."""
        with Session(self._read_engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def snapshot(self) -> Iterator[Session]:
        """Several reads of one moment, however much is written meanwhile."""
        with self.reading() as session:
            if self.engine.dialect.name == "postgresql":
                session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            yield session

    def once[T](self, key: str, kind: type[T], do: Callable[[Work], T]) -> T:
        """Run `do` at most once for `key`; a repeated key gets the first result and no effect.

        Effect and "done" mark commit together. Two callers at the same instant: the key's
        uniqueness lets one through, the other waits and reads its result.
        """
        adapter: TypeAdapter[T] = TypeAdapter(kind)
        with self.writing() as work:
            # A caller with the same key at the same instant waits here for the other's end.
            if not self._begin(work, [key]):
                return adapter.validate_json(_results(work.session, {key})[key])
            result = do(work)
            self._end(work, {key: adapter.dump_json(result).decode()})
            return result

    def once_many[T](
        self,
        keys: Sequence[str | None],
        kind: type[T],
        do: Callable[[Work, list[int]], Sequence[T]],
    ) -> list[tuple[T, bool]]:
        """`once` for many calls in one transaction; without a key a call is always new.

        `do` gets the places of those that are new and gives a result for each. For every key: its
        result, and whether it is of now.
        """
        adapter: TypeAdapter[T] = TypeAdapter(kind)
        with self.writing() as work:
            # In one order, so that two callers with the same keys wait and never for each other.
            begun = self._begin(work, sorted({key for key in keys if key is not None}))
            first = {key: place for place, key in reversed(list(enumerate(keys)))}
            fresh = [p for p, k in enumerate(keys) if k is None or (k in begun and first[k] == p)]
            results = dict(zip(fresh, do(work, fresh), strict=True))
            stored = {
                key: adapter.dump_json(results[place]).decode()
                for place in fresh
                if (key := keys[place]) is not None
            }
            self._end(work, stored)
            stored.update(_results(work.session, {k for k in keys if k is not None} - begun))
        return [
            (results[place], True)
            if place in results
            else (adapter.validate_json(stored[key or ""]), False)
            for place, key in enumerate(keys)
        ]

    def _begin(self, work: Work, keys: Sequence[str]) -> set[str]:
        """Mark these calls as ours; those that were made before are left out."""
        if not keys:
            return set()
        rows = [{"key": key, "at": work.now} for key in keys]
        new = self._insert(done_calls).values(rows).on_conflict_do_nothing()
        return set(work.session.scalars(new.returning(done_calls.c.key)))

    def _end(self, work: Work, results: Mapping[str, str]) -> None:
        if not results:
            return
        work.session.flush()
        work.session.connection().execute(
            done_calls.update()
            .where(done_calls.c.key == sa.bindparam("of"))
            .values(result=sa.bindparam("said")),
            [{"of": key, "said": result} for key, result in results.items()],
        )

    def _insert(self, table: sa.Table) -> Any:
        insert = pg_insert if self.engine.dialect.name == "postgresql" else sqlite_insert
        return insert(table)

    def forget_calls(self, before: datetime) -> int:
        """Drop the keys of calls that nobody repeats any more; returns how many."""
        with self.writing() as work:
            done = work.session.execute(done_calls.delete().where(done_calls.c.at < before))
            return int(done.rowcount)  # type: ignore[attr-defined]

    def close(self) -> None:
        self.engine.dispose()


def _results(session: Session, keys: Collection[str]) -> dict[str, str]:
    """What calls made before gave back."""
    if not keys:
        return {}
    query = sa.select(done_calls.c.key, done_calls.c.result).where(done_calls.c.key.in_(keys))
    return {key: result for key, result in session.execute(query)}


def _engine(url: str) -> sa.Engine:
    if not url.startswith("sqlite"):
        return sa.create_engine(url, pool_pre_ping=True, pool_size=10, hide_parameters=True)
    # What customers said must not reach a log through an error message.
    engine = sa.create_engine(url, connect_args={"timeout": _BUSY_SECONDS}, hide_parameters=True)

    @sa.event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, see below
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        # A writer takes the lock at once: a reader that turns writer half way would be refused.
        read_only = connection.get_execution_options().get("xiaotong_read_only")
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    return engine
