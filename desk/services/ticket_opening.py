"""A work order for what another system reports: the clocks of its kind, the rules of complaints."""

from desk.model.tickets import NewTicket, TicketSeverity
from desk.model.work_orders import Complaint, Kind, Priority, Severity, WorkOrder
from desk.services.complaints import Complaints
from desk.services.work_orders import WorkOrders
from desk.store.unit_of_work import Work

SEVERITIES = {
    TicketSeverity.MINOR: Severity.GENERAL,
    TicketSeverity.MAJOR: Severity.SERIOUS,
    TicketSeverity.CRITICAL: Severity.MAJOR,
}


class TicketOpening:
    def __init__(self, work_orders: WorkOrders, complaints: Complaints) -> None:
        self._work_orders, self._complaints = work_orders, complaints

    def open(self, work: Work, wish: NewTicket, source: str, area: str | None) -> WorkOrder:
        """Inside the caller's transaction; the promise is told as `expectedResolutionDate`."""
        if wish.kind is Kind.COMPLAINT:
            return self._complaint(work, wish, source, area)
        matter = "request" if wish.kind is Kind.BUSINESS else ""
        return self._order(work, wish, source, area, matter=matter)

    def regrade(self, work: Work, order: WorkOrder, severity: TicketSeverity, actor: str) -> None:
        """What another system thinks of the severity of a complaint by now; others have none."""
        if order.kind is Kind.COMPLAINT:
            self._complaints.regrade(work, order, SEVERITIES[severity], actor)

    def _complaint(self, work: Work, wish: NewTicket, source: str, area: str | None) -> WorkOrder:
        """Severity is the more serious of what the other system says and what our rules find."""
        found, reasons = self._complaints.severity(wish.description)
        severity = max(found, SEVERITIES[wish.severity], key=list(Severity).index)
        order = self._order(work, wish, source, area, severity=str(severity))
        first_result_by, close_by = self._complaints.limits(work, order)
        category = self._complaints.classify(wish.description)
        work.session.add(
            Complaint(
                work_order_id=order.id,
                category=category,
                severity=severity,
                description=wish.description,
                wish="",
                reasons=reasons,
                filed_at=work.now,
                first_result_by=first_result_by,
                close_by=close_by,
            )
        )
        work.session.flush()
        work.emit(
            "ComplaintFiled",
            work_order=order.number,
            category=category,
            severity=str(severity),
            reopened=False,
        )
        return order

    def _order(
        self,
        work: Work,
        wish: NewTicket,
        source: str,
        area: str | None,
        *,
        matter: str = "",
        severity: str = "",
    ) -> WorkOrder:
        order = self._work_orders.open(
            work,
            wish.kind,
            conversation=None,
            description=wish.description,
            contact_phone=wish.contact_phone,
            matter=matter,
            severity=severity,
            marks=[source],
            area=area,
        )
        # Rules of dispatch may have found it more urgent than the other system did.
        priority = max(order.priority, wish.priority, key=list(Priority).index)
        self._work_orders.prioritise(work, order, priority)
        return order
