"""Orders that other systems or a file bring: no conversation, the same promises as any other."""

from desk.model.work_orders import Kind, OrderReceipt
from desk.order_rows import OrderRow
from desk.services.complaints import Complaints
from desk.services.work_orders import WorkOrders, locked
from desk.store.unit_of_work import Store, Work


class OrderIntake:
    def __init__(self, store: Store, work_orders: WorkOrders, complaints: Complaints) -> None:
        self._store, self._work_orders, self._complaints = store, work_orders, complaints

    def take(self, row: OrderRow) -> tuple[OrderReceipt, bool]:
        """Open an order; the second value is False when its reference was taken in before."""
        if row.reference is None:
            with self._store.writing() as work:
                return self._open(work, row), True
        opened: list[str] = []

        def do(work: Work) -> OrderReceipt:
            receipt = self._open(work, row)
            opened.append(receipt.number)
            return receipt

        return self._store.once(f"import:{row.reference}", OrderReceipt, do), bool(opened)

    def _open(self, work: Work, row: OrderRow) -> OrderReceipt:
        if row.kind is Kind.COMPLAINT:
            number = self._complaints.take(
                work, row.category, row.description, row.wish, row.phone
            ).number
            order = locked(work, number)
            order.area = row.area or order.area
            return OrderReceipt(number, order.promised_at, None)
        order = self._work_orders.open(
            work,
            row.kind,
            conversation=None,
            description=row.description,
            contact_phone=row.phone,
            area=row.area,
            service=row.service,
            level=row.level,
            priority=row.priority,
        )
        return OrderReceipt(order.number, order.promised_at, None)
