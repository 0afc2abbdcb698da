"""Reading on from an event id (console push, other systems) and the development SMS tray."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from desk.model.journal import Event
from desk.store.tables import journal_table, sms_tray
from desk.store.unit_of_work import Store

_PAGE = 100


@dataclass(frozen=True)
class Sms:
    id: int
    to: str
    text: str
    at: datetime


class JournalView:
    def __init__(self, store: Store) -> None:
        self._store = store

    def sms(self) -> list[Sms]:
        with self._store.reading() as session:
            rows = session.execute(sa.select(sms_tray).order_by(sms_tray.c.id.desc()).limit(_PAGE))
            return [Sms(row.id, row.phone, row.text, row.at) for row in rows]

    def after(self, event_id: int, limit: int = 500) -> list[Event]:
        with self._store.reading() as session:
            return list(
                session.scalars(
                    sa.select(Event)
                    .where(journal_table.c.id > event_id)
                    .order_by(journal_table.c.id)
                    .limit(limit)
                )
            )

    def last_id(self) -> int:
        with self._store.reading() as session:
            return session.scalar(sa.select(sa.func.max(journal_table.c.id))) or 0
