"""投诉: category and severity by rule, one work order each, a repeat reopens the first."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from desk.model.conversations import Conversation
from desk.model.journal import Event
from desk.model.matters import Matter, same_matter
from desk.model.phones import parse_phone
from desk.model.work_orders import (
    OPEN_STATES,
    SEVERITY_LABELS,
    Complaint,
    ComplaintReceipt,
    Kind,
    Severity,
    State,
    WorkOrder,
)
from desk.policies import ComplaintPolicy
from desk.services import conversations
from desk.services.identity import IdentityChecks
from desk.services.sla import ServiceLevels
from desk.services.work_orders import WorkOrders
from desk.store.tables import complaints_table, work_orders_table
from desk.store.unit_of_work import Reaction, Store, Work


class Complaints:
    def __init__(
        self,
        store: Store,
        policy: ComplaintPolicy,
        clocks: ServiceLevels,
        work_orders: WorkOrders,
        identity: IdentityChecks,
    ) -> None:
        self._store, self._policy = store, policy
        self._clocks, self._work_orders, self._identity = clocks, work_orders, identity

    def categories(self) -> tuple[str, ...]:
        return (*(c.name for c in self._policy.categories), self._policy.default_category)

    def classify(self, text: str) -> str:
        """The category whose pattern is found first in the customer's words."""
        lower = text.lower()
        for category in self._policy.categories:
            if any(pattern.search(lower) for pattern in category.match):
                return category.name
        return self._policy.default_category

    def severity(self, text: str) -> tuple[Severity, list[str]]:
        """How severe, and why: each rule that matches raises it by one step."""
        severity, reasons = Severity.GENERAL, []
        for rule in self._policy.raise_severity:
            if any(pattern.search(text.lower()) for pattern in rule.match):
                severity = severity.raised()
                reasons.append(rule.reason)
        return severity, reasons

    def file(
        self,
        conversation_id: str,
        category: str,
        description: str,
        wish: str,
        contact_phone: str,
        *,
        key: str,
    ) -> ComplaintReceipt:
        """File a complaint with its work order; raises `InvalidPhone`.

        The same matter again within `repeat_days` reopens the first, one step more severe.
        """
        phone = parse_phone(contact_phone)
        if category not in self.categories():
            category = self._policy.default_category

        def do(work: Work) -> ComplaintReceipt:
            conversation = conversations.get(work, conversation_id)
            matter = Matter(category, f"{description} {wish}")
            earlier = self._earlier(work, conversation, matter)
            if earlier is not None:
                return self._again(work, *earlier, description, wish, phone)
            return self._new(work, conversation, category, description, wish, phone)

        return self._store.once(key, ComplaintReceipt, do)

    def take(
        self, work: Work, category: str | None, description: str, wish: str, phone: str | None
    ) -> ComplaintReceipt:
        """One that did not come in a conversation, inside the caller's transaction."""
        if category not in self.categories():
            category = self.classify(description)
        return self._new(work, None, category, description, wish, phone)

    def _new(
        self,
        work: Work,
        conversation: Conversation | None,
        category: str,
        description: str,
        wish: str,
        phone: str | None,
    ) -> ComplaintReceipt:
        severity, reasons = self.severity(f"{description} {wish}")
        order = self._work_orders.open(
            work,
            Kind.COMPLAINT,
            conversation=conversation,
            description=f"【{category}】{description}\n期望：{wish}",
            contact_phone=phone,
            severity=str(severity),
        )
        first_result_by, close_by = self.limits(work, order)
        complaint = Complaint(
            work_order_id=order.id,
            category=category,
            severity=severity,
            description=description,
            wish=wish,
            reasons=reasons,
            filed_at=work.now,
            first_result_by=first_result_by,
            close_by=close_by,
        )
        work.session.add(complaint)
        return self._receipt(work, order, complaint, reopened=False)

    def _again(
        self,
        work: Work,
        order: WorkOrder,
        complaint: Complaint,
        why: str,
        description: str,
        wish: str,
        phone: str,
    ) -> ComplaintReceipt:
        order.contact_phone = phone
        complaint.severity = complaint.severity.raised()
        complaint.reasons = [*complaint.reasons, f"同一事项再次投诉（{why}）"]
        complaint.description = f"{complaint.description}\n再次反映：{description}（期望：{wish}）"
        order.description = f"{order.description}\n再次反映：{description}（期望：{wish}）"
        severity = str(complaint.severity)
        here = order.conversation_id
        # First, because clocks that start over now run as long as the new severity allows.
        work.emit(
            "ComplaintRaised", conversation_id=here, work_order=order.number, severity=severity
        )
        if order.state not in OPEN_STATES:
            note = complaint.reasons[-1]
            self._work_orders.step(work, order, State.IN_PROGRESS, actor="system", note=note)
        work.emit(
            "WorkOrderReopened", conversation_id=here, work_order=order.number, severity=severity
        )
        complaint.first_result_by, complaint.close_by = self.limits(work, order)
        return self._receipt(work, order, complaint, reopened=True)

    def regrade(self, work: Work, order: WorkOrder, wanted: Severity, actor: str) -> None:
        """Another severity, never below what our own reasons make of it: clocks follow."""
        complaint = work.session.scalars(
            sa.select(Complaint).where(complaints_table.c.work_order_id == order.id)
        ).one()
        found = Severity.GENERAL
        for _reason in complaint.reasons:
            found = found.raised()
        severity = max(found, wanted, key=list(Severity).index)
        if severity is complaint.severity:
            return
        complaint.severity = severity
        work.emit(
            "ComplaintRegraded",
            actor=actor,
            conversation_id=order.conversation_id,
            work_order=order.number,
            severity=str(severity),
        )

    def limits(self, work: Work, order: WorkOrder) -> tuple[datetime, datetime]:
        """First result and end as their clocks have them: nobody is told a day that is past."""
        running = {
            clock.kind: clock.due_at for clock in self._clocks.of(work.session, order.number)
        }
        return running["first_result"], running["close"]

    def _earlier(
        self, work: Work, conversation: Conversation, matter: Matter
    ) -> tuple[WorkOrder, Complaint, str] | None:
        """The newest complaint of this customer on the same matter, with why it is the same."""
        whose = work_orders_table.c.conversation_id == conversation.id
        customer_id = self._identity.proven_customer(conversation)
        if customer_id is not None:
            whose |= work_orders_table.c.customer_id == customer_id
        rows = work.session.execute(
            sa.select(WorkOrder, Complaint)
            .join(complaints_table, complaints_table.c.work_order_id == work_orders_table.c.id)
            .where(
                whose,
                complaints_table.c.filed_at > work.now - timedelta(days=self._policy.repeat_days),
                work_orders_table.c.state.not_in([State.CANCELLED, State.ARCHIVED]),
            )
            .order_by(complaints_table.c.id.desc())
        )
        for order, complaint in rows:
            old = Matter(
                complaint.category, f"{complaint.description} {complaint.wish}", order.number
            )
            why = same_matter(matter, old, self._policy.objects)
            if why is not None:
                return order, complaint, why
        return None

    def _receipt(
        self, work: Work, order: WorkOrder, complaint: Complaint, *, reopened: bool
    ) -> ComplaintReceipt:
        work.emit(
            "ComplaintFiled",
            conversation_id=order.conversation_id,
            work_order=order.number,
            category=complaint.category,
            severity=str(complaint.severity),
            reopened=reopened,
        )
        return ComplaintReceipt(
            number=order.number,
            category=complaint.category,
            severity=SEVERITY_LABELS[complaint.severity],
            first_result_by=complaint.first_result_by,
            close_by=complaint.close_by,
            reopened=reopened,
            severe=complaint.severity is not Severity.GENERAL,
        )


def renew_limits(levels: ServiceLevels) -> Reaction:
    """The dates of a complaint follow its clocks when these are recomputed."""

    def renew(work: Work, event: Event) -> None:
        complaint = work.session.scalars(
            sa.select(Complaint)
            .join(work_orders_table, complaints_table.c.work_order_id == work_orders_table.c.id)
            .where(work_orders_table.c.number == event.work_order)
        ).one_or_none()
        if complaint is None:
            return
        for clock in levels.of(work.session, event.work_order or ""):
            if clock.kind == "first_result":
                complaint.first_result_by = clock.due_at
            elif clock.kind == "close":
                complaint.close_by = clock.due_at

    return renew
