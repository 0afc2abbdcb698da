"""The floor for supervisors: clocks that are about to run out. Read only."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from desk.model.numbers import find_number
from desk.model.sla import SlaClock
from desk.store.tables import sla_clocks
from desk.store.unit_of_work import Store

_SOON = timedelta(hours=1)
_LATE_FOR = timedelta(hours=2)
_MOST = 50


class FloorView:
    def __init__(self, store: Store, labels: Mapping[str, str]) -> None:
        """`labels`: what each clock is called."""
        self._store, self._labels = store, labels

    def clocks(self) -> list[dict[str, Any]]:
        """What runs out within the hour or did so lately and still waits, the nearest first."""
        now, clocks = self._store.clock.now(), sla_clocks.c
        query = (
            sa.select(SlaClock)
            .where(
                clocks.due_at <= now + _SOON,
                clocks.due_at >= now - _LATE_FOR,
                clocks.fulfilled_at.is_(None),
                clocks.paused_at.is_(None),
            )
            .order_by(clocks.due_at)
            .limit(_MOST)
        )
        with self._store.reading() as session:
            return [
                {
                    "subject": clock.subject,
                    "is_order": find_number(clock.subject) is not None,
                    "label": self._labels.get(clock.kind, clock.kind),
                    "due_at": clock.due_at,
                }
                for clock in session.scalars(query)
            ]
