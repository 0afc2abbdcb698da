"""Orders that nobody touched for a while: what follows by itself, by the sweeper.

`WorkOrder.look_at` says when; the state says what. Each order is one transaction, so that one
that cannot be kept up does not hold back the others.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import timedelta

import sqlalchemy as sa

from desk.model.work_orders import State, WorkOrder
from desk.order_policies import OrderLifePolicy
from desk.services.work_orders import WorkOrders
from desk.store.tables import work_orders_table
from desk.store.unit_of_work import Store, Work

log = logging.getLogger(__name__)

_BATCH = 200
_AFTER_FAILURE = timedelta(minutes=1)

type Keep = Callable[[Work, WorkOrder], None]


class OrderUpkeep:
    def __init__(self, store: Store, by_state: Mapping[State, Keep]) -> None:
        self._store, self._by_state = store, by_state

    def sweep(self) -> int:
        """Look at every order whose time has come, at most a batch; returns how many."""
        return sum(self._look(order_id) for order_id in self._due())

    def _due(self) -> list[int]:
        now = self._store.clock.now()
        with self._store.reading() as session:
            return list(
                session.scalars(
                    sa.select(work_orders_table.c.id)
                    .where(work_orders_table.c.look_at <= now)
                    .order_by(work_orders_table.c.look_at)
                    .limit(_BATCH)
                )
            )

    def _look(self, order_id: int) -> bool:
        """False when another process was quicker."""
        try:
            with self._store.writing() as work:
                order = work.session.get(WorkOrder, order_id, with_for_update=True)
                if order is None or order.look_at is None or order.look_at > work.now:
                    return False
                order.look_at = None
                keep = self._by_state.get(order.state)
                if keep is not None:
                    keep(work, order)
                return True
        except Exception:
            log.exception("order %s: upkeep failed; trying again later", order_id)
            self._put_off(order_id)
            return False

    def _put_off(self, order_id: int) -> None:
        with self._store.writing() as work:
            work.session.execute(
                work_orders_table.update()
                .where(work_orders_table.c.id == order_id)
                .values(look_at=work.now + _AFTER_FAILURE)
            )


def ending(work_orders: WorkOrders, policy: OrderLifePolicy) -> dict[State, Keep]:
    """Silence after the result closes an order, and time archives what has ended."""

    def close(work: Work, order: WorkOrder) -> None:
        work_orders.step(work, order, State.CLOSED, actor="system", note=policy.closed_silently)

    def archive(work: Work, order: WorkOrder) -> None:
        work_orders.step(work, order, State.ARCHIVED, actor="system", note=policy.archived)

    return {State.RESOLVED: close, State.CLOSED: archive, State.CANCELLED: archive}
