"""Filters of the order board that agents keep under a name; each sees the own ones."""

from typing import Any

import sqlalchemy as sa

from desk.model.console import SavedView
from desk.model.errors import TooManyViews
from desk.store.console_tables import saved_views
from desk.store.unit_of_work import Store

_MOST = 20


class SavedViews:
    def __init__(self, store: Store) -> None:
        self._store = store

    def of(self, agent_id: int) -> list[dict[str, Any]]:
        with self._store.reading() as session:
            found = session.scalars(
                sa.select(SavedView)
                .where(saved_views.c.agent_id == agent_id)
                .order_by(saved_views.c.id)
            )
            return [{"id": one.id, "name": one.name, "filter": one.filter} for one in found]

    def keep(self, agent_id: int, name: str, chosen: dict[str, Any]) -> None:
        """A name used before gets the new filter; raises `TooManyViews`."""
        table = saved_views.c
        with self._store.writing() as work:
            own = work.session.scalars(
                sa.select(SavedView).where(table.agent_id == agent_id).with_for_update()
            ).all()
            same = next((one for one in own if one.name == name), None)
            if same is not None:
                same.filter, same.at = chosen, work.now
            elif len(own) >= _MOST:
                raise TooManyViews(f"at most {_MOST}")
            else:
                work.session.add(SavedView(agent_id, name, chosen, work.now))

    def forget(self, agent_id: int, view_id: int) -> None:
        """Only the own; what is gone already is gone."""
        with self._store.writing() as work:
            work.session.execute(
                saved_views.delete().where(
                    saved_views.c.id == view_id, saved_views.c.agent_id == agent_id
                )
            )
