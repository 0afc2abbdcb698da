"""处理中的问题: something comes up inside a running order; solved within its limit.

Of an urgent order the supervisor hears at once.
"""

from desk.model.errors import IllegalTransition
from desk.model.numbers import find_number
from desk.model.work_orders import OPEN_STATES, Priority, WorkOrder
from desk.services.work_orders import locked
from desk.store.unit_of_work import Store, Work


class OrderProblems:
    def __init__(self, store: Store) -> None:
        self._store = store

    def report(self, number: str, problem: str, *, actor: str) -> WorkOrder:
        """Staff say what keeps an order from going on.

        Raises `UnknownWorkOrder`, `IllegalTransition` when the order is not open.
        """
        with self._store.writing() as work:
            order = self._open(work, number)
            _tell(work, order, "WorkOrderProblemReported", actor, problem=problem)
            if order.priority is Priority.URGENT:
                _tell(work, order, "WorkOrderEscalated", "system", reason=problem)
            return order

    def solve(self, number: str, solution: str, *, actor: str) -> WorkOrder:
        """The same errors as `report`."""
        with self._store.writing() as work:
            order = self._open(work, number)
            _tell(work, order, "WorkOrderProblemSolved", actor, solution=solution)
            return order

    def _open(self, work: Work, number: str) -> WorkOrder:
        order = locked(work, find_number(number) or number)
        if order.state not in OPEN_STATES:
            raise IllegalTransition(f"{order.number} is {order.state}, no problem inside it")
        return order


def _tell(work: Work, order: WorkOrder, event: str, actor: str, **data: str) -> None:
    work.emit(
        event,
        actor=actor,
        conversation_id=order.conversation_id,
        work_order=order.number,
        **data,
    )
