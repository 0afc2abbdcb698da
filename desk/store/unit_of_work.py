"""Transactions: the effect of a service call, its journal and its replies commit together."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from desk.clock import Clock
from desk.model.journal import Event
from desk.store.mapping import map_classes
from desk.store.tables import done_calls

# One PostgreSQL advisory lock makes journal ids visible in commit order; readers resume by id.
_JOURNAL_LOCK = 7_205_759
_BUSY_SECONDS = 20

type Reaction = Callable[["Work", Event], None]


class Work:
    """One transaction under way: a session, the moment it happens at, and the journal."""

    def __init__(
        self, session: Session, now: datetime, reactions: dict[str, tuple[Reaction, ...]]
    ) -> None:
        self.session = session
        self.now = now
        self._reactions = reactions

    def lock_journal(self) -> None:
        """Nobody else writes an event until this transaction ends.

        Order of locks: rows of orders and conversations, the journal, rows of clocks.
        """
        if self.session.get_bind().dialect.name == "postgresql":
            self.session.execute(sa.select(sa.func.pg_advisory_xact_lock(_JOURNAL_LOCK)))

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
        self.lock_journal()
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
        reactions = self._reactions.get(event_type)
        if reactions:
            self.session.flush()
        for react in reactions or ():
            react(self, event)


class Store:
    """The database: opens transactions for services and read-only sessions for reports."""

    def __init__(self, url: str, clock: Clock) -> None:
        map_classes()
        self.url = url
        self.clock = clock
        self.reactions: dict[str, tuple[Reaction, ...]] = {}
        self.engine = _engine(url)
        self._read_engine = self.engine.execution_options(xiaotong_read_only=True)

    @contextmanager
    def writing(self) -> Iterator[Work]:
        """A transaction; commits at the end, rolls back on any error."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield Work(session, self.clock.now(), self.reactions)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A consistent read that never waits for a writer."""
        with Session(self._read_engine, expire_on_commit=False) as session:
            yield session

    def once[T](self, key: str, kind: type[T], do: Callable[[Work], T]) -> T:
        """Run `do` at most once for `key`; a repeated key gets the first result and no effect.

        Effect and "done" mark commit together. Two callers at the same instant: the key's
        uniqueness lets one through, the other reads its result.
        """
        adapter: TypeAdapter[T] = TypeAdapter(kind)
        try:
            return self._do_once(key, adapter, do)
        except IntegrityError:
            with self.reading() as session:
                stored = _result(session, key)
            if stored is None:
                raise
            return adapter.validate_json(stored)

    def _do_once[T](self, key: str, adapter: TypeAdapter[T], do: Callable[[Work], T]) -> T:
        with self.writing() as work:
            stored = _result(work.session, key)
            if stored is not None:
                return adapter.validate_json(stored)
            work.session.execute(done_calls.insert().values(key=key, at=work.now))
            result = do(work)
            work.session.flush()
            work.session.execute(
                done_calls.update()
                .where(done_calls.c.key == key)
                .values(result=adapter.dump_json(result).decode())
            )
            return result

    def forget_calls(self, before: datetime) -> int:
        """Drop the keys of calls that nobody repeats any more; returns how many."""
        with self.writing() as work:
            done = work.session.execute(done_calls.delete().where(done_calls.c.at < before))
            return int(done.rowcount)  # type: ignore[attr-defined]

    def close(self) -> None:
        self.engine.dispose()


def _result(session: Session, key: str) -> str | None:
    return session.execute(
        sa.select(done_calls.c.result).where(done_calls.c.key == key)
    ).scalar_one_or_none()


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
