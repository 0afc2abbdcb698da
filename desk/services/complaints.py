"""投诉: category and severity by rule, one work order each, a repeat reopens the first."""

from datetime import timedelta

import sqlalchemy as sa

from desk.model.conversations import Conversation
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
from desk.policies import ComplaintLevels, ComplaintPolicy
from desk.services import conversations
from desk.services.identity import IdentityChecks
from desk.services.sla import ServiceLevels
from desk.services.work_orders import WorkOrders
from desk.store.tables import complaints_table, work_orders_table
from desk.store.unit_of_work import Store, Work


class Complaints:
    def __init__(
        self,
        store: Store,
        policy: ComplaintPolicy,
        levels: ComplaintLevels,
        clocks: ServiceLevels,
        work_orders: WorkOrders,
        identity: IdentityChecks,
    ) -> None:
        self._store, self._policy, self._levels = store, policy, levels
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

    def _new(
        self,
        work: Work,
        conversation: Conversation,
        category: str,
        description: str,
        wish: str,
        phone: str,
    ) -> ComplaintReceipt:
        severity, reasons = self.severity(f"{description} {wish}")
        limits = self._levels.severities[severity]
        spans = {
            "dispatch": self._levels.dispatch.span,
            "acknowledge": self._levels.acknowledge.span,
            "first_contact": self._levels.first_contact.span,
            "proposal": self._levels.proposal.span,
            "first_result": limits.first_result.span,
            "close": limits.close.span,
        }
        order = self._work_orders.open(
            work,
            Kind.COMPLAINT,
            conversation=conversation,
            description=f"【{category}】{description}\n期望：{wish}",
            contact_phone=phone,
            clocks=spans,
            promise=self._levels.promise,
        )
        complaint = Complaint(
            work_order_id=order.id,
            category=category,
            severity=severity,
            description=description,
            wish=wish,
            reasons=reasons,
            filed_at=work.now,
            first_result_by=self._clocks.due(work.now, limits.first_result.span),
            close_by=self._clocks.due(work.now, limits.close.span),
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
        self._promise_anew(work, order, complaint, ended=order.state not in OPEN_STATES)
        work.emit(
            "WorkOrderReopened",
            conversation_id=order.conversation_id,
            work_order=order.number,
            severity=str(complaint.severity),
        )
        return self._receipt(work, order, complaint, reopened=True)

    def _promise_anew(
        self, work: Work, order: WorkOrder, complaint: Complaint, *, ended: bool
    ) -> None:
        """Work starts over when it had ended; nobody is told a day that is already past."""
        limits = self._levels.severities[complaint.severity]
        spans = {}
        if ended:
            order.state = State.IN_PROGRESS
            spans["first_contact"] = self._levels.first_contact.span
            spans["proposal"] = self._levels.proposal.span
        if ended or complaint.first_result_by <= work.now:
            spans["first_result"] = limits.first_result.span
        if ended or complaint.close_by <= work.now:
            spans["close"] = limits.close.span
        due = {
            name: self._clocks.start(work, name, order.number, span) for name, span in spans.items()
        }
        complaint.first_result_by = due.get("first_result", complaint.first_result_by)
        complaint.close_by = due.get("close", complaint.close_by)
        order.promised_at = due.get(self._levels.promise, order.promised_at)

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
        )
