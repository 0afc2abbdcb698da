"""The repair order at the end of a diagnosis that did not help: every step, reading and promise.

The same fault again within 30 days reopens the first order instead of opening a second.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from desk.model.diagnosis import DiagnosisRun, Prompt, Tree
from desk.model.errors import UnknownWorkOrder
from desk.model.phones import mask_phone
from desk.model.visits import Visit
from desk.model.work_orders import (
    OPEN_STATES,
    CustomerLevel,
    Kind,
    OrderReceipt,
    State,
    WorkOrder,
)
from desk.services import conversations
from desk.services.first_look import local_time, reading_as_step
from desk.services.sla import ServiceLevels
from desk.services.visits import Visits
from desk.services.work_orders import WorkOrders, find_by_number
from desk.store.tables import diagnosis_runs, work_orders_table
from desk.store.unit_of_work import Work

SELF_HELP_FAILED = "自助排障无效"
NETWORK_CHECK = "网络核查（无需上门）"
REPEATED, PRIORITY = "30天内重复故障", "优先处理"
VIP = "VIP客户"
FULLY_BOOKED = "预约已满，需加派"


@dataclass(frozen=True)
class Wanted:
    """What the order is to be: a visit in a slot, a visit to be agreed by phone, or a check."""

    check: bool = False
    slot: str | None = None
    fully_booked: bool = False


class RepairOrders:
    def __init__(
        self,
        work_orders: WorkOrders,
        visits: Visits,
        clocks: ServiceLevels,
        zone: tzinfo,
        services: Mapping[str, str],
        repeat_days: int,
    ) -> None:
        self._work_orders, self._visits = work_orders, visits
        self._clocks, self._zone = clocks, zone
        self._services, self._repeated_within = services, timedelta(days=repeat_days)

    def earlier(self, session: Session, now: datetime, run: DiagnosisRun) -> WorkOrder | None:
        """The order of the same fault: same line (or conversation), same service, 30 days."""
        service = self._services[run.product]
        whose = diagnosis_runs.c.conversation_id == run.conversation_id
        if run.customer_id is not None:
            whose |= diagnosis_runs.c.customer_id == run.customer_id
        return session.scalars(
            sa.select(WorkOrder)
            .join(diagnosis_runs, diagnosis_runs.c.order_number == work_orders_table.c.number)
            .where(
                whose,
                diagnosis_runs.c.product.in_(
                    [product for product, of in self._services.items() if of == service]
                ),
                diagnosis_runs.c.ended_at > now - self._repeated_within,
                work_orders_table.c.state.not_in([State.CANCELLED, State.ARCHIVED]),
            )
            .order_by(work_orders_table.c.id.desc())
            .limit(1)
        ).one_or_none()

    def coming(self, session: Session, now: datetime, run: DiagnosisRun) -> Visit | None:
        """The visit that is already on its way for the same fault."""
        order = self.earlier(session, now, run)
        visit = None if order is None else self._visits.of(session, order.number)
        return visit if visit is not None and visit.ends_at > now else None

    def open(
        self, work: Work, run: DiagnosisRun, tree: Tree, wanted: Wanted
    ) -> tuple[OrderReceipt, Prompt] | None:
        """Open the order in the caller's transaction, with its slot; None when that is gone."""
        if wanted.slot is not None and not self._visits.hold(
            work, run.area, wanted.slot, urgent=run.urgent
        ):
            return None
        earlier = self.earlier(work.session, work.now, run)
        if earlier is None:
            order = self._new(work, run, tree, wanted)
        else:
            order = earlier
            self._again(work, run, tree, order, wanted)
        run.order_number = order.number
        if wanted.slot is not None:
            # The slot the customer chose is when somebody must be there: the clock follows it.
            self._visits.book(work, order.number, run.area or "", wanted.slot, urgent=run.urgent)
        return self._receipt(work, order, run, tree)

    def receipt(self, work: Work, run: DiagnosisRun, tree: Tree) -> tuple[OrderReceipt, Prompt]:
        """The receipt of the order that a run has opened, once more."""
        order = find_by_number(work.session, run.order_number or "")
        if order is None:
            raise UnknownWorkOrder(run.order_number or "")
        return self._receipt(work, order, run, tree)

    def _new(self, work: Work, run: DiagnosisRun, tree: Tree, wanted: Wanted) -> WorkOrder:
        marks = [SELF_HELP_FAILED]
        marks += [NETWORK_CHECK] if wanted.check else []
        marks += [VIP] if run.urgent else []
        marks += [FULLY_BOOKED] if wanted.fully_booked else []
        return self._work_orders.open(
            work,
            Kind.REPAIR,
            conversation=conversations.get(work, run.conversation_id),
            description=_description(run, tree),
            contact_phone=run.contact,
            matter=_matter(wanted),
            marks=marks,
            steps=[*run.steps, *reading_as_step(run.reading)],
            area=run.area,
            service=self._services[run.product],
        )

    def _again(
        self, work: Work, run: DiagnosisRun, tree: Tree, order: WorkOrder, wanted: Wanted
    ) -> None:
        """Reopen with the history; who waits already is only put first."""
        new = [m for m in (REPEATED, PRIORITY) if m not in order.marks]
        order.marks = [*order.marks, *new]
        order.contact_phone = run.contact or order.contact_phone
        order.description = f"{order.description}\n再次报修：{_description(run, tree)}"
        order.steps = [*order.steps, *run.steps, *reading_as_step(run.reading)]
        work.emit(
            "WorkOrderReopened",
            conversation_id=run.conversation_id,
            work_order=order.number,
            matter=_matter(wanted),
        )
        if order.state not in OPEN_STATES:
            self._work_orders.step(work, order, State.NEW, actor="system", note=REPEATED)

    def _receipt(
        self, work: Work, order: WorkOrder, run: DiagnosisRun, tree: Tree
    ) -> tuple[OrderReceipt, Prompt]:
        contact = mask_phone(run.contact or order.contact_phone or "")
        visit = self._visits.of(work.session, order.number)
        kind = "ordered_again" if PRIORITY in order.marks else "ordered"
        if visit is not None:
            kind += "_visit"
        elif NETWORK_CHECK in order.marks:
            kind += "_check"
        values = {"number": order.number, "contact": contact}
        if visit is not None:
            values["slot"] = self._visits.label(visit.starts_at, visit.ends_at, work.now)
        promised = local_time(order.promised_at, self._zone)
        text = tree.texts[kind].format(promised_at=promised, **values)
        return OrderReceipt(order.number, order.promised_at, contact), Prompt(text)

    def statutory_limit(self, now: datetime, area: str | None) -> datetime | None:
        """By when a visit must have been: a later first slot is none to offer."""
        facts, _said = self._clocks.opening(str(Kind.REPAIR), now, area=area)
        return self._clocks.due(facts, "restore", now)


def _matter(wanted: Wanted) -> str:
    """Which promise is made (`subjects` in service_levels/)."""
    return "network_check" if wanted.check else "visit"


def is_urgent(order: WorkOrder) -> bool:
    """Whether a crew may come the same day."""
    return PRIORITY in order.marks or VIP in order.marks or order.level is CustomerLevel.VIP


def _description(run: DiagnosisRun, tree: Tree) -> str:
    said = f"（客户描述：{run.report}）" if run.report else ""
    return f"{tree.title}：自助排查未解决{said}"
