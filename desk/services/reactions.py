"""What follows from what happened: EVENT → handlers, run in the transaction of the event."""

from collections.abc import Mapping

from desk.model.conversations import OutboxItem
from desk.model.journal import Event
from desk.model.work_orders import Kind, State
from desk.policies import ReviewPolicy
from desk.services.diagnosis import Diagnosis
from desk.services.diagnosis_runs import TIMER as DIAGNOSIS_WAIT
from desk.services.review import look_back_with
from desk.services.timers import TimerHandler
from desk.services.visits import Visits
from desk.services.work_orders import find_by_number
from desk.store.unit_of_work import Reaction, Work


def reactions(
    operator: str, review: ReviewPolicy, visits: Visits
) -> Mapping[str, tuple[Reaction, ...]]:
    def send_receipt(work: Work, event: Event) -> None:
        """Every order is acknowledged with its number by SMS, besides the channel it came from."""
        order = find_by_number(work.session, event.work_order or "")
        if order is None or order.contact_phone is None:
            return
        what = "报修" if order.kind is Kind.REPAIR else "诉求"
        text = f"【{operator}】您的{what}已受理，工单号 {order.number}，可随时凭号查询进度。"
        work.session.add(OutboxItem("sms", order.contact_phone, work.now, text=text))

    def send_new_time(work: Work, event: Event) -> None:
        order = find_by_number(work.session, event.work_order or "")
        if order is not None and order.contact_phone is not None:
            text = f"【{operator}】工单 {order.number} 的上门时间已改为 {event.data['label']}。"
            work.session.add(OutboxItem("sms", order.contact_phone, work.now, text=text))

    def free_visit(work: Work, event: Event) -> None:
        """Who cancels the order needs no crew: the slot is for somebody else."""
        if event.data["after"] == State.CANCELLED and event.work_order:
            visits.cancel(work, event.work_order)

    return {
        "WorkOrderOpened": (send_receipt,),
        "VisitRescheduled": (send_new_time,),
        "WorkOrderMoved": (free_visit,),
        "TurnFinished": (look_back_with(review),),
    }


def timer_handlers(diagnosis: Diagnosis) -> Mapping[str, TimerHandler]:
    return {DIAGNOSIS_WAIT: diagnosis.remind}
