"""Conversation memory: one bounded row per conversation, SQLite or PostgreSQL.

Rasa's SQLTrackerStore keeps every event for ever (turn 2,000 costs fifty times turn 10), drops
the second of two concurrent writers silently, and Agent wraps it so that failures look like
success. Here a row carries a version: a writer that read an older version is refused; after
`KEEP_TURNS` turns the older events are replaced by what they amount to (slots, active form).
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import OrderedDict
from pathlib import Path
from typing import Any, NamedTuple

import sqlalchemy as sa
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    Event,
    SessionStarted,
    SlotSet,
    UserUttered,
    deserialise_events,
)
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy.exc import IntegrityError
from sqlalchemy.pool import QueuePool

KEEP_TURNS = 5  # policies look back 4 turns, a redelivery comes within one or two
COMPACT_AT = 8  # every turn pays for what is kept: states, copies, the body of an action call
CACHE_SIZE = 512
VERSION = "memory_version"

_METADATA = sa.MetaData()
MEMORY = sa.Table(
    "conversation_memory",
    _METADATA,
    sa.Column("sender_id", sa.String(255), primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("events", sa.Text, nullable=False),
    sa.Column("updated_at", sa.Float, nullable=False),
)


class StaleMemory(Exception):
    """Another writer stored this conversation in the meantime; nothing of ours was written."""


class _Cached(NamedTuple):
    version: int
    events: list[Event]


def open_engine(url: str) -> sa.engine.Engine:
    """An engine whose commits survive a power cut."""
    address = sa.engine.make_url(url)
    if address.get_backend_name() != "sqlite":
        # The app's newer SQLAlchemy speaks psycopg 3; this environment has psycopg2.
        address = address.set(drivername="postgresql+psycopg2")
        return sa.create_engine(address, pool_size=4, pool_pre_ping=True, hide_parameters=True)
    if address.database:
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(
        url,
        poolclass=QueuePool,
        connect_args={"check_same_thread": False, "timeout": 5},
        # What customers said must not reach a log through an error message.
        hide_parameters=True,
    )

    @sa.event.listens_for(engine, "connect")
    def _durable(connection: Any, _: Any) -> None:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")

    return engine


class ConversationMemory(TrackerStore):
    """Rasa tracker store over `conversation_memory`. Every failure is raised."""

    def __init__(self, url: str, domain: Domain | None = None) -> None:
        """Open the database and create the table when it is missing."""
        super().__init__(domain)
        self._engine = open_engine(url)
        _METADATA.create_all(self._engine)
        self._cache: OrderedDict[str, _Cached] = OrderedDict()

    @property
    def domain(self) -> Domain:
        """The domain whose slots trackers get."""
        return self._domain

    @domain.setter
    def domain(self, domain: Domain | None) -> None:
        self._domain = domain or Domain.empty()

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The conversation's tracker, or None when there is none."""
        stored = await asyncio.to_thread(self._read, sender_id)
        if stored is None:
            return None
        tracker = DialogueStateTracker.from_events(
            sender_id, stored.events, self.domain.slots, domain=self.domain
        )
        setattr(tracker, VERSION, stored.version)
        return tracker

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Store the tracker; raises StaleMemory when somebody else was faster."""
        events = list(tracker.events)
        if sum(isinstance(e, UserUttered) for e in events) > COMPACT_AT:
            events = compact(tracker.sender_id, events, self.domain)
        version = getattr(tracker, VERSION, 0)
        await asyncio.to_thread(self._write, tracker.sender_id, version, events)
        setattr(tracker, VERSION, version + 1)

    def _read(self, sender_id: str) -> _Cached | None:
        key = MEMORY.c.sender_id == sender_id
        cached = self._cache.get(sender_id)
        with self._engine.connect() as connection:
            if cached is not None:
                version = connection.scalar(sa.select(MEMORY.c.version).where(key))
                if version == cached.version:
                    return cached
            row = connection.execute(
                sa.select(MEMORY.c.version, MEMORY.c.events).where(key)
            ).first()
        if row is None:
            self._cache.pop(sender_id, None)
            return None
        return self._remember(sender_id, row.version, deserialise_events(json.loads(row.events)))

    def _write(self, sender_id: str, version: int, events: list[Event]) -> None:
        row = {
            "version": version + 1,
            "events": json.dumps([e.as_dict() for e in events], ensure_ascii=False),
            "updated_at": time.time(),
        }
        self._cache.pop(sender_id, None)
        with self._engine.begin() as connection:
            if version == 0:
                self._insert(connection, {"sender_id": sender_id, **row})
            else:
                same = (MEMORY.c.sender_id == sender_id) & (MEMORY.c.version == version)
                if connection.execute(MEMORY.update().where(same).values(**row)).rowcount != 1:
                    raise StaleMemory(sender_id)
        self._remember(sender_id, version + 1, events)

    @staticmethod
    def _insert(connection: sa.engine.Connection, row: dict[str, Any]) -> None:
        try:
            connection.execute(MEMORY.insert().values(**row))
        except IntegrityError as error:
            raise StaleMemory(row["sender_id"]) from error

    def _remember(self, sender_id: str, version: int, events: list[Event]) -> _Cached:
        cached = _Cached(version, events)
        self._cache[sender_id] = cached
        self._cache.move_to_end(sender_id)
        while len(self._cache) > CACHE_SIZE:
            self._cache.popitem(last=False)
        return cached


def compact(sender_id: str, events: list[Event], domain: Domain) -> list[Event]:
    """Replace all but the last `KEEP_TURNS` turns by the state they led to."""
    turns = [i for i, event in enumerate(events) if isinstance(event, UserUttered)]
    cut = turns[-KEEP_TURNS]
    before = DialogueStateTracker.from_events(sender_id, events[:cut], domain.slots, domain=domain)
    return _state_events(before) + events[cut:]


def _state_events(tracker: DialogueStateTracker) -> list[Event]:
    state: list[Event] = [ActionExecuted(ACTION_SESSION_START_NAME), SessionStarted()]
    for name, value in _changed_slots(tracker):
        state.append(SlotSet(name, value))
    if tracker.active_loop_name:
        state.append(ActiveLoop(tracker.active_loop_name))
    state.append(ActionExecuted(ACTION_LISTEN_NAME))
    return state


def _changed_slots(tracker: DialogueStateTracker) -> list[tuple[str, Any]]:
    return [(s.name, s.value) for s in tracker.slots.values() if s.value != s.initial_value]
