"""Orders that a file or another system brings: no conversation, the same promises as any other."""

from collections.abc import Sequence

from desk.model.work_orders import Kind, OrderReceipt, OrderWish
from desk.order_rows import OrderRow
from desk.services.complaints import Complaints
from desk.services.incidents import Incidents
from desk.services.work_orders import WorkOrders, locked
from desk.store.unit_of_work import Store, Work


class OrderIntake:
    def __init__(
        self, store: Store, work_orders: WorkOrders, complaints: Complaints, incidents: Incidents
    ) -> None:
        self._store, self._work_orders, self._complaints = store, work_orders, complaints
        self._incidents = incidents

    def take(self, rows: Sequence[OrderRow]) -> list[tuple[OrderReceipt, bool]]:
        """An order for each row in one transaction; `AT_ONCE` rows at most, for the others' sake.

        The second value is False when its reference was taken in before; without a reference a
        row is always new. Who takes the orders is found by the upkeep within seconds.
        """
        keys = [None if row.reference is None else f"import:{row.reference}" for row in rows]
        return self._store.once_many(
            keys, OrderReceipt, lambda work, new: self._open(work, [rows[place] for place in new])
        )

    def _open(self, work: Work, rows: Sequence[OrderRow]) -> list[OrderReceipt]:
        complaints = [row for row in rows if row.kind is Kind.COMPLAINT]
        others = [row for row in rows if row.kind is not Kind.COMPLAINT]
        orders = self._work_orders.open_many(work, [_wish(row) for row in others])
        self._incidents.look_at(work, orders)
        receipts = dict(
            zip(
                map(id, others),
                (OrderReceipt(order.number, order.promised_at, None) for order in orders),
                strict=True,
            )
        )
        receipts.update({id(row): self._complaint(work, row) for row in complaints})
        return [receipts[id(row)] for row in rows]

    def _complaint(self, work: Work, row: OrderRow) -> OrderReceipt:
        number = self._complaints.take(
            work, row.category, row.description, row.wish, row.phone
        ).number
        order = locked(work, number)
        order.area = row.area or order.area
        return OrderReceipt(number, order.promised_at, None)


def _wish(row: OrderRow) -> OrderWish:
    return OrderWish(
        kind=row.kind,
        description=row.description,
        contact_phone=row.phone,
        area=row.area,
        service=row.service,
        level=row.level,
        priority=row.priority,
    )
