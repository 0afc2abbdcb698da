"""A VIP is called before the crew comes: a timer with the visit, then a callback order."""

from datetime import timedelta

from desk.dispatch_policy import VipCallPolicy
from desk.model.journal import Event
from desk.model.order_links import LinkKind
from desk.model.sla import Timer
from desk.model.work_orders import CustomerLevel, Kind
from desk.services import timers
from desk.services.order_links import link
from desk.services.visits import Visits
from desk.services.work_orders import WorkOrders, find_by_number
from desk.store.unit_of_work import Work

TIMER = "vip_call"


class VipCalls:
    def __init__(self, policy: VipCallPolicy, work_orders: WorkOrders, visits: Visits) -> None:
        self._policy, self._work_orders, self._visits = policy, work_orders, visits

    def booked(self, work: Work, event: Event) -> None:
        """Reaction to `VisitBooked`; a visit booked anew takes the place of the earlier."""
        order = find_by_number(work.session, event.work_order or "")
        visit = self._visits.of(work.session, order.number) if order else None
        if order is None or visit is None or order.level is not CustomerLevel.VIP:
            return
        ahead = timedelta(minutes=self._policy.ahead_minutes + self._policy.prepare_minutes)
        after = max(visit.starts_at - ahead - work.now, timedelta())
        timers.start(work, TIMER, order.number, order.number, after)

    def freed(self, work: Work, event: Event) -> None:
        """Reaction to `VisitCancelled`."""
        timers.cancel(work, TIMER, event.work_order or "")

    def due(self, work: Work, timer: Timer) -> None:
        """The time has come: somebody is asked to call, with the order's number to look up."""
        order = find_by_number(work.session, timer.reference)
        visit = self._visits.of(work.session, timer.reference)
        if order is None or visit is None or visit.starts_at <= work.now:
            return
        slot = self._visits.label(visit.starts_at, visit.ends_at, work.now)
        call_by = visit.starts_at - timedelta(minutes=self._policy.ahead_minutes)
        callback = self._work_orders.open(
            work,
            Kind.CALLBACK,
            conversation=None,
            description=self._policy.description.format(number=order.number, slot=slot),
            contact_phone=order.contact_phone,
            matter="call",
            agreed_at=max(call_by, work.now),
            area=order.area,
            level=order.level,
        )
        link(work, callback.number, LinkKind.FOLLOW_UP, order.number)
