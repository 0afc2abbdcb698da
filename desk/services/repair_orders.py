"""The repair order at the end of a diagnosis that did not help: every step, reading and promise."""

from datetime import tzinfo

from desk.model.diagnosis import DiagnosisRun, Prompt, Tree
from desk.model.errors import UnknownWorkOrder
from desk.model.phones import mask_phone
from desk.model.work_orders import Kind, OrderReceipt, WorkOrder
from desk.policies import RepairLevels
from desk.services import conversations
from desk.services.first_look import local_time, reading_as_step
from desk.services.work_orders import WorkOrders, find_by_number
from desk.store.unit_of_work import Work

SELF_HELP_FAILED = "自助排障无效"


class RepairOrders:
    def __init__(self, work_orders: WorkOrders, levels: RepairLevels, zone: tzinfo) -> None:
        self._work_orders, self._levels, self._zone = work_orders, levels, zone

    def open(self, work: Work, run: DiagnosisRun, tree: Tree) -> tuple[OrderReceipt, Prompt]:
        """Open the order in the caller's transaction; the receipt and what to tell."""
        levels = self._levels
        order = self._work_orders.open(
            work,
            Kind.REPAIR,
            conversation=conversations.get(work, run.conversation_id),
            description=f"{tree.title}：自助排查未解决",
            contact_phone=run.contact,
            clocks={
                "dispatch": levels.dispatch.span,
                "acknowledge": levels.acknowledge.span,
                "on_site": levels.on_site.span,
                "restore": levels.restore.span,
            },
            promise=levels.promise,
            marks=[SELF_HELP_FAILED],
            steps=[*run.steps, *reading_as_step(run.reading)],
        )
        run.order_number = order.number
        return self._receipt(order, run, tree)

    def receipt(self, work: Work, run: DiagnosisRun, tree: Tree) -> tuple[OrderReceipt, Prompt]:
        """The receipt of the order that a run has opened, once more."""
        order = find_by_number(work.session, run.order_number or "")
        if order is None:
            raise UnknownWorkOrder(run.order_number or "")
        return self._receipt(order, run, tree)

    def _receipt(
        self, order: WorkOrder, run: DiagnosisRun, tree: Tree
    ) -> tuple[OrderReceipt, Prompt]:
        contact = mask_phone(run.contact or "")
        text = tree.texts["ordered"].format(
            number=order.number,
            promised_at=local_time(order.promised_at, self._zone),
            contact=contact,
        )
        return OrderReceipt(order.number, order.promised_at, contact), Prompt(text)
