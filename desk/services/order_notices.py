"""Which steps of an order its customer is told about. Reactions; the words are policy data."""

from datetime import datetime, tzinfo

from desk.model.journal import Event
from desk.model.work_orders import Kind, State
from desk.services.first_look import local_time
from desk.services.notices import Notices
from desk.services.sla import ServiceLevels
from desk.services.work_orders import find_by_number
from desk.store.unit_of_work import Work


class OrderNotices:
    def __init__(
        self, notices: Notices, levels: ServiceLevels, zone: tzinfo, question: str
    ) -> None:
        """`question`: the mark of an order that is a customer's question."""
        self._notices, self._levels, self._zone = notices, levels, zone
        self._question = question

    def receipt(self, work: Work, event: Event) -> None:
        """Every order is acknowledged with its number by SMS, besides the channel it came from."""
        order = find_by_number(work.session, event.work_order or "")
        if order is not None:
            self._notices.tell(work, order, "receipt")

    def new_time(self, work: Work, event: Event) -> None:
        """The visit was moved in the chat; the SMS is what the customer keeps."""
        order = find_by_number(work.session, event.work_order or "")
        if order is not None:
            self._notices.tell(work, order, "visit_moved", label=event.data["label"])

    def result(self, work: Work, event: Event) -> None:
        """Staff took the step, the customer was not there.

        A complaint is told its proposal, an order of an incident that the incident is over.
        """
        order = find_by_number(work.session, event.work_order or "")
        if order is None or event.actor in ("customer", "system"):
            return
        after = event.data["after"]
        if after == State.CANCELLED:
            self._notices.tell(work, order, "cancelled", why=event.data["note"])
        elif after == State.RESOLVED and order.kind is not Kind.COMPLAINT:
            note = event.data["note"]
            if note and self._question in order.marks:
                # Who left a question gets the answer, not that there is one.
                self._notices.tell(work, order, "answered", answer=note)
            else:
                self._notices.tell(work, order, "resolved")

    def late(self, work: Work, event: Event) -> None:
        """A promise is about to be missed: its customer hears it from us, before it happens."""
        order = find_by_number(work.session, event.work_order or "")
        if order is not None:
            due = local_time(datetime.fromisoformat(event.data["due_at"]), self._zone)
            label = self._levels.book.clock_labels[event.data["clock"]]
            self._notices.tell(work, order, "late", due=due, label=label)
