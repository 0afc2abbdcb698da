"""投诉的结果: proposal, the customer's yes or no, and who answers for what.

The customer's yes closes; a no goes to the complaint lead; silence closes in the upkeep. The
handler alone never does.
"""

import sqlalchemy as sa

from desk.model.conversations import Conversation
from desk.model.errors import IdentityRequired, NotYours, UnknownWorkOrder
from desk.model.journal import Event
from desk.model.numbers import find_number
from desk.model.work_orders import (
    Complaint,
    OrderUpdate,
    Priority,
    ProposalOpen,
    State,
    WorkOrder,
)
from desk.order_policies import ComplaintHandlingPolicy
from desk.services import conversations
from desk.services.dispatch import Dispatch
from desk.services.identity import IdentityChecks
from desk.services.notices import Notices
from desk.services.sla import ServiceLevels
from desk.services.work_orders import WorkOrders, find_by_number, locked
from desk.store.tables import complaints_table, work_orders_table
from desk.store.unit_of_work import Store, Work

_RANK = list(Priority)

NOTICE = "proposal"


class ComplaintResults:
    def __init__(
        self,
        store: Store,
        policy: ComplaintHandlingPolicy,
        clocks: ServiceLevels,
        work_orders: WorkOrders,
        dispatch: Dispatch,
        notices: Notices,
        identity: IdentityChecks,
    ) -> None:
        self._store, self._policy, self._clocks = store, policy, clocks
        self._work_orders, self._dispatch = work_orders, dispatch
        self._notices, self._identity = notices, identity

    def graded(self, work: Work, event: Event) -> None:
        """The severity asks for a priority and maybe a leader.

        Reaction to `ComplaintFiled` and `ComplaintRegraded`.
        """
        order = find_by_number(work.session, event.work_order or "")
        complaint = _complaint(work, order) if order else None
        if order is None or complaint is None:
            return
        wanted = self._policy.priorities.get(complaint.severity, order.priority)
        priority = max(order.priority, wanted, key=_RANK.index)
        self._work_orders.prioritise(work, order, priority)
        leader = self._policy.leaders.get(complaint.severity)
        if leader is not None and complaint.leader != leader:
            complaint.leader = leader
            work.emit(
                "ComplaintLeaderNamed",
                conversation_id=order.conversation_id,
                work_order=order.number,
                leader=leader,
                severity=str(complaint.severity),
            )

    def propose(self, number: str, proposal: str, *, actor: str) -> None:
        """Resolve a complaint with a proposal and tell the customer.

        Raises `UnknownWorkOrder`, `IllegalTransition`.
        """
        with self._store.writing() as work:
            order, complaint = self._both(work, number)
            self._work_orders.step(work, order, State.RESOLVED, actor=actor, note=proposal)
            complaint.proposal, complaint.proposed_by = proposal, actor
            complaint.proposed_at = work.now
            self._notices.tell(work, order, NOTICE, proposal=proposal)

    def answer(
        self, conversation_id: str, number: str, *, accepted: bool, words: str, key: str
    ) -> OrderUpdate:
        """The customer's own yes or no in a conversation.

        Raises `UnknownWorkOrder`, `IdentityRequired` for strangers, `IllegalTransition`.
        """

        def do(work: Work) -> OrderUpdate:
            order, complaint = self._both(work, number)
            conversation = work.session.get(Conversation, conversation_id)
            if order.conversation_id != conversation_id:
                proven = self._identity.proven_customer(conversation) if conversation else None
                if proven is None or proven != order.customer_id:
                    raise IdentityRequired("only the customer answers a proposal")
            return self._answered(work, order, complaint, accepted, words)

        return self._store.once(key, OrderUpdate, do)

    def waiting(self, conversation_id: str) -> ProposalOpen | None:
        """The complaint whose proposal waits for a word of this customer; the newest first."""
        orders, complaints = work_orders_table.c, complaints_table.c
        with self._store.reading() as session:
            conversation = session.get(Conversation, conversation_id)
            if conversation is None:
                return None
            whose = orders.conversation_id == conversation_id
            proven = self._identity.proven_customer(conversation)
            if proven is not None:
                whose |= orders.customer_id == proven
            number = session.scalar(
                sa.select(orders.number)
                .join(complaints_table, complaints.work_order_id == orders.id)
                .where(whose, orders.state == State.RESOLVED, complaints.proposal.is_not(None))
                .order_by(complaints.proposed_at.desc())
                .limit(1)
            )
            if number is None:
                return None
            last = conversations.last_said(session, conversation_id)
            said_last = last is not None and self._notices.was_told(session, number, NOTICE, last)
            return ProposalOpen(number, said_last)

    def record_answer(self, number: str, *, accepted: bool, words: str, actor: str) -> OrderUpdate:
        """What the customer said on the phone; a yes is not recorded by the handler.

        Raises `UnknownWorkOrder`, `NotYours`, `IllegalTransition`.
        """
        with self._store.writing() as work:
            order, complaint = self._both(work, number)
            if accepted and actor in (order.owner, complaint.proposed_by):
                raise NotYours(f"{order.number}: the handler does not record the yes")
            note = self._policy.recorded.format(note=words, agent=actor)
            return self._answered(work, order, complaint, accepted, note)

    def _answered(
        self, work: Work, order: WorkOrder, complaint: Complaint, accepted: bool, words: str
    ) -> OrderUpdate:
        if accepted:
            note = f"{self._policy.accepted}：{words}" if words else self._policy.accepted
            self._work_orders.step(work, order, State.CLOSED, actor="customer", note=note)
        else:
            self._rejected(work, order, complaint, words)
        return OrderUpdate(order.number, order.state, order.promised_at)

    def reopen(self, work: Work, order: WorkOrder, why: str) -> None:
        """A closed complaint goes on with its lead: what was promised is promised anew."""
        complaint = _complaint(work, order)
        lead = self._lead(work, order, complaint)
        self._work_orders.ask(work, order, team=order.team, person=lead, actor="system", why=why)
        work.emit(
            "WorkOrderReopened", conversation_id=order.conversation_id, work_order=order.number
        )

    def _lead(self, work: Work, order: WorkOrder, complaint: Complaint | None) -> str:
        leader = complaint.leader if complaint else None
        return leader or self._dispatch.lead_of(work.session, order) or self._policy.lead

    def _rejected(self, work: Work, order: WorkOrder, complaint: Complaint, words: str) -> None:
        lead = self._lead(work, order, complaint)
        self._work_orders.ask(
            work,
            order,
            team=order.team,
            person=lead,
            actor="customer",
            why=self._policy.rejected,
        )
        complaint.rejections += 1
        if complaint.close_by <= work.now:
            facts, _said = self._clocks.opening(
                "complaint", work.now, severity=str(complaint.severity)
            )
            complaint.close_by = self._clocks.due(facts, "close", work.now) or complaint.close_by
        work.emit(
            "ComplaintProposalRejected",
            actor="customer",
            conversation_id=order.conversation_id,
            work_order=order.number,
            words=words,
            lead=lead,
            close_by=complaint.close_by.isoformat(),
            times=complaint.rejections,
        )
        self._notices.tell(work, order, "rejected")

    def _both(self, work: Work, number: str) -> tuple[WorkOrder, Complaint]:
        order = locked(work, find_number(number) or number)
        complaint = _complaint(work, order)
        if complaint is None:
            raise UnknownWorkOrder(number)
        return order, complaint


def _complaint(work: Work, order: WorkOrder) -> Complaint | None:
    return work.session.scalars(
        sa.select(Complaint).where(complaints_table.c.work_order_id == order.id)
    ).one_or_none()
