"""回访: a person calls the customer about an order that has ended, and writes down what came of it.

Which orders are called about and by when is a clock (`return_visit`, `follow_up`); a call that
reached the customer fulfils it, and so does the last of several that nobody answered.
"""

import sqlalchemy as sa

from desk.model.errors import NotYours
from desk.model.numbers import find_number
from desk.model.surveys import ReturnVisit
from desk.model.work_orders import OPEN_STATES, Kind, WorkOrder
from desk.order_policies import FollowUpPolicy
from desk.services.work_orders import locked
from desk.store.survey_tables import return_visits_table
from desk.store.unit_of_work import Store, Work


class ReturnVisits:
    def __init__(self, store: Store, policy: FollowUpPolicy) -> None:
        self._store, self._policy = store, policy

    def record(self, number: str, words: str, *, reached: bool, actor: str) -> WorkOrder:
        """One call, whether or not anybody answered.

        Raises `UnknownWorkOrder`; `NotYours` for an order that has not ended, and for the handler
        of a complaint, who does not ask about their own work.
        """
        with self._store.writing() as work:
            order = locked(work, find_number(number) or number)
            if order.state in OPEN_STATES:
                raise NotYours(f"{order.number}: not ended yet")
            if order.kind is Kind.COMPLAINT and actor == order.owner:
                raise NotYours(f"{order.number}: the handler does not make the return visit")
            tries = self._tries(work, order)
            work.session.add(ReturnVisit(order.number, actor, work.now, reached, words))
            self._tell(
                work, order, "ReturnVisitMade" if reached else "ReturnVisitTried", actor, words
            )
            if not reached and tries + 1 == self._policy.tries:
                self._tell(work, order, "ReturnVisitGivenUp", actor, "")
            return order

    def _tries(self, work: Work, order: WorkOrder) -> int:
        """Calls that nobody answered since somebody last did."""
        calls = work.session.scalars(
            sa.select(ReturnVisit)
            .where(return_visits_table.c.number == order.number)
            .order_by(return_visits_table.c.id.desc())
        )
        tries = 0
        for call in calls:
            if call.reached:
                break
            tries += 1
        return tries

    def _tell(self, work: Work, order: WorkOrder, event: str, actor: str, words: str) -> None:
        work.emit(
            event,
            actor=actor,
            conversation_id=order.conversation_id,
            work_order=order.number,
            words=words,
        )
