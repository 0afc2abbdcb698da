"""Listeners of other systems: journal → one row per event and listener → signed delivery.

`fan_out` reads the journal on from where it stopped and writes the rows in the same transaction;
`claim`, `delivered` and `failed` work like the outbox. Order is kept per listener.
"""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import timedelta

import sqlalchemy as sa

from desk.clock import Chance
from desk.model.errors import CallbackRefused
from desk.model.journal import Event
from desk.model.tickets import ApiKey, Callback, CallbackDue, Caller, EventKind, Hub
from desk.model.work_orders import State
from desk.services.api_keys import caller_of
from desk.store.tables import journal_table, work_orders_table
from desk.store.ticket_tables import (
    api_keys_table,
    callbacks_table,
    hubs_table,
    journal_readers,
)
from desk.store.unit_of_work import Store, Work

_READER = "callbacks"
_PAGE = 500
_BATCH = 20
_LEASE = timedelta(seconds=60)
_MAX_ATTEMPTS = 12
_LONGEST_WAIT = 900
_MAX_HUBS = 20

KINDS = {
    "WorkOrderOpened": EventKind.CREATED,
    "WorkOrderMoved": EventKind.STATUS,
    "WorkOrderReopened": EventKind.STATUS,
    "TicketChanged": EventKind.CHANGED,
    "TicketNoted": EventKind.CHANGED,
    "WorkOrderNoted": EventKind.CHANGED,
    "AttachmentAdded": EventKind.CHANGED,
    "VisitBooked": EventKind.CHANGED,
    "VisitRescheduled": EventKind.CHANGED,
    "TicketWithdrawn": EventKind.DELETED,
}


class Hubs:
    def __init__(
        self, store: Store, chance: Chance, signing_key: str, origins: Sequence[str]
    ) -> None:
        self._store, self._chance = store, chance
        self._signing_key, self._origins = signing_key, frozenset(origins)

    def register(
        self,
        caller: Caller,
        callback: str,
        origin: str,
        kinds: Sequence[EventKind],
        query: str | None,
    ) -> tuple[Hub, str]:
        """A listener and the secret its events are signed with; raises `CallbackRefused`."""
        if origin not in self._origins:
            raise CallbackRefused(f"{origin} is not among callback_origins")
        with self._store.writing() as work:
            mine = sa.select(sa.func.count()).where(hubs_table.c.key_id == caller.key_id)
            if (work.session.scalar(mine) or 0) >= _MAX_HUBS:
                raise CallbackRefused(f"a key may have {_MAX_HUBS} listeners")
            hub = Hub(
                id=f"h-{self._chance.token()}",
                key_id=caller.key_id,
                callback=callback,
                kinds=[str(kind) for kind in kinds],
                query=query,
                created_at=work.now,
            )
            if not work.session.scalar(sa.select(sa.exists().select_from(hubs_table))):
                # From here on: what happened before anybody listened is read from the list.
                work.session.execute(journal_readers.delete().filter_by(name=_READER))
                _reader(work)
            work.session.add(hub)
            work.emit("HubRegistered", actor=caller.actor, hub=hub.id, callback=origin)
        return hub, self.secret(hub.id)

    def one(self, caller: Caller, hub_id: str) -> Hub | None:
        with self._store.reading() as session:
            hub = session.get(Hub, hub_id)
        return hub if hub is not None and hub.key_id == caller.key_id else None

    def unregister(self, caller: Caller, hub_id: str) -> bool:
        """False when this key has no such listener."""
        with self._store.writing() as work:
            hub = work.session.get(Hub, hub_id)
            if hub is None or hub.key_id != caller.key_id:
                return False
            work.session.execute(callbacks_table.delete().where(callbacks_table.c.hub_id == hub_id))
            work.session.delete(hub)
            work.emit("HubUnregistered", actor=caller.actor, hub=hub_id)
            return True

    def secret(self, hub_id: str) -> str:
        """Derived, so that no database reader can sign for us."""
        text = f"hub:{hub_id}".encode()
        return hmac.new(self._signing_key.encode(), text, hashlib.sha256).hexdigest()

    def fan_out(self) -> int:
        """Journal → callbacks; returns how many events were read. Several processes may do it."""
        if not self._has_news():
            return 0
        with self._store.writing() as work:
            last = _reader(work)
            events = work.session.scalars(
                sa.select(Event)
                .where(journal_table.c.id > last)
                .order_by(journal_table.c.id)
                .limit(_PAGE)
            ).all()
            if not events:
                return 0
            hubs = work.session.execute(
                sa.select(Hub, ApiKey).join(ApiKey, api_keys_table.c.id == hubs_table.c.key_id)
            ).all()
            if hubs:
                told = [event for event in events if event.work_order and event.type in KINDS]
                areas = _areas(work, [event.work_order or "" for event in told])
                for event in told:
                    for hub, key in hubs:
                        if caller_of(key).sees(areas.get(event.work_order or "")):
                            _tell(work, hub, event)
            work.session.execute(
                journal_readers.update()
                .where(journal_readers.c.name == _READER)
                .values(last_id=events[-1].id)
            )
            return len(events)

    def _has_news(self) -> bool:
        """Looked at first without writing: most of the time there is nobody, or nothing."""
        with self._store.reading() as session:
            if not session.scalar(sa.select(sa.exists().select_from(hubs_table))):
                return False
            last = session.scalar(sa.select(journal_readers.c.last_id).filter_by(name=_READER))
            newest = session.scalar(sa.select(sa.func.max(journal_table.c.id)))
            return (newest or 0) > (last or 0)

    def claim(self, limit: int = _BATCH) -> list[CallbackDue]:
        """What should be sent now; a crash after this gives it back in a minute."""
        with self._store.writing() as work:
            earlier = callbacks_table.alias("earlier")
            blocked = (
                sa.select(sa.literal(1))
                .where(
                    earlier.c.hub_id == callbacks_table.c.hub_id,
                    earlier.c.id < callbacks_table.c.id,
                    earlier.c.dead_at.is_(None),
                )
                .exists()
            )
            rows = work.session.scalars(
                sa.select(Callback)
                .where(
                    callbacks_table.c.not_before <= work.now,
                    callbacks_table.c.dead_at.is_(None),
                    ~blocked,
                )
                .order_by(callbacks_table.c.id)
                .limit(limit)
                .with_for_update(skip_locked=True)
            ).all()
            return [self._lease(work, row) for row in rows]

    def _lease(self, work: Work, row: Callback) -> CallbackDue:
        row.attempts += 1
        row.not_before = work.now + _LEASE
        return CallbackDue(
            id=row.id,
            hub_id=row.hub_id,
            url=work.session.get_one(Hub, row.hub_id).callback,
            secret=self.secret(row.hub_id),
            event_id=f"{row.hub_id}-{row.event_id}",
            kind=row.kind,
            number=row.number,
            at=row.at,
            state=State(row.status) if row.status else None,
            attempts=row.attempts,
        )

    def delivered(self, callback_id: int) -> None:
        with self._store.writing() as work:
            work.session.execute(
                callbacks_table.delete().where(callbacks_table.c.id == callback_id)
            )

    def failed(self, callback_id: int, error: str) -> None:
        """Try again later, ever slower; after the last try it stays, dead, for people to see."""
        with self._store.writing() as work:
            row = work.session.get(Callback, callback_id)
            if row is None:
                return
            row.last_error = error[:200]
            wait = min(2**row.attempts, _LONGEST_WAIT)
            row.not_before = work.now + timedelta(seconds=wait)
            if row.attempts >= _MAX_ATTEMPTS:
                row.dead_at = work.now
                work.emit(
                    "CallbackFailed", work_order=row.number, hub=row.hub_id, error=row.last_error
                )

    def waiting(self, limit: int = 200) -> list[Callback]:
        """Callbacks that were not taken yet, the dead ones first."""
        with self._store.reading() as session:
            return list(
                session.scalars(
                    sa.select(Callback)
                    .order_by(callbacks_table.c.dead_at.is_(None), callbacks_table.c.id)
                    .limit(limit)
                )
            )

    def revive(self) -> int:
        """Try the dead ones again from the start; returns how many."""
        with self._store.writing() as work:
            done = work.session.execute(
                callbacks_table.update()
                .where(callbacks_table.c.dead_at.is_not(None))
                .values(dead_at=None, attempts=0, not_before=work.now)
            )
            return int(done.rowcount)  # type: ignore[attr-defined]


def _reader(work: Work) -> int:
    """Where the journal was read up to, locked; a new reader starts at its end."""
    last = work.session.scalar(
        sa.select(journal_readers.c.last_id)
        .where(journal_readers.c.name == _READER)
        .with_for_update()
    )
    if last is None:
        last = work.session.scalar(sa.select(sa.func.max(journal_table.c.id))) or 0
        work.session.execute(journal_readers.insert().values(name=_READER, last_id=last))
    return last


def _areas(work: Work, numbers: list[str]) -> dict[str, str | None]:
    rows = work.session.execute(
        sa.select(work_orders_table.c.number, work_orders_table.c.area).where(
            work_orders_table.c.number.in_(set(numbers))
        )
    )
    return {row.number: row.area for row in rows}


def _tell(work: Work, hub: Hub, event: Event) -> None:
    kind = KINDS[event.type]
    if hub.kinds and kind not in hub.kinds:
        return
    work.session.add(
        Callback(
            hub_id=hub.id,
            event_id=event.id,
            kind=kind,
            number=event.work_order or "",
            at=event.at,
            not_before=work.now,
            status=event.data.get("after"),
        )
    )
