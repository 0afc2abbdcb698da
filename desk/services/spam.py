"""骚扰举报: the number and what it did go to the team that blocks it; open to everybody."""

from desk.model.work_orders import Kind, OrderReceipt
from desk.services import conversations
from desk.services.work_orders import WorkOrders
from desk.store.unit_of_work import Store, Work

MARK = "骚扰举报"


class SpamReports:
    def __init__(self, store: Store, work_orders: WorkOrders) -> None:
        self._store, self._work_orders = store, work_orders

    def report(self, conversation_id: str, number: str, words: str, *, key: str) -> OrderReceipt:
        """One business order per report, with the number that is complained about."""

        def do(work: Work) -> OrderReceipt:
            order = self._work_orders.open(
                work,
                Kind.BUSINESS,
                conversation=conversations.get(work, conversation_id),
                description=f"客户举报骚扰号码 {number}：{words}",
                contact_phone=None,
                matter="handling",
                marks=[MARK],
            )
            return OrderReceipt(order.number, order.promised_at, None)

        return self._store.once(key, OrderReceipt, do)
