"""What follows from what happened: EVENT → handlers, run in the transaction of the event."""

from collections.abc import Mapping

from desk.model.journal import Event
from desk.model.sla import BREACHED, CUSTOMER_WARNED, RECOMPUTED
from desk.model.work_orders import State
from desk.policies import ReviewPolicy
from desk.services.complaint_results import ComplaintResults
from desk.services.complaints import renew_limits
from desk.services.diagnosis import Diagnosis
from desk.services.diagnosis_runs import TIMER as DIAGNOSIS_WAIT
from desk.services.dispatch import Dispatch
from desk.services.incidents import Incidents
from desk.services.order_notices import OrderNotices
from desk.services.order_pictures import OrderPictures
from desk.services.preparation import Preparation
from desk.services.review import look_back_with
from desk.services.sla import ServiceLevels
from desk.services.surveys import Surveys
from desk.services.timers import TimerHandler
from desk.services.vip_calls import TIMER as VIP_CALL
from desk.services.vip_calls import VipCalls
from desk.services.visits import Visits
from desk.store.unit_of_work import Reaction, Work


def reactions(
    review: ReviewPolicy,
    visits: Visits,
    levels: ServiceLevels,
    dispatch: Dispatch,
    vip_calls: VipCalls,
    tellings: OrderNotices,
    preparation: Preparation,
    results: ComplaintResults,
    incidents: Incidents,
    surveys: Surveys,
    order_pictures: OrderPictures,
) -> Mapping[str, tuple[Reaction, ...]]:
    def free_visit(work: Work, event: Event) -> None:
        """Who cancels the order needs no crew: the slot is for somebody else."""
        if event.data["after"] == State.CANCELLED and event.work_order:
            visits.cancel(work, event.work_order)

    table: dict[str, tuple[Reaction, ...]] = {
        "WorkOrderOpened": (
            tellings.receipt,
            dispatch.classified,
            incidents.reported,
            dispatch.opened,
            preparation.opened,
        ),
        "ComplaintFiled": (results.graded, preparation.filed),
        "ComplaintRegraded": (renew_limits(levels), results.graded, preparation.filed),
        "VisitBooked": (dispatch.booked, vip_calls.booked),
        "VisitCancelled": (vip_calls.freed,),
        "VisitRescheduled": (tellings.new_time,),
        "WorkOrderMoved": (free_visit, tellings.result, surveys.moved),
        "WorkOrderReopened": (renew_limits(levels),),
        "SurveySent": (surveys.sent,),
        "TurnFinished": (look_back_with(review),),
        BREACHED: (dispatch.missed,),
        CUSTOMER_WARNED: (tellings.late,),
        RECOMPUTED: (levels.follow, renew_limits(levels)),
    }
    for event_type, react in order_pictures.listens_to.items():
        table[event_type] = (*table.get(event_type, ()), react)
    # Clocks first: the others may ask when something is due.
    for event_type in levels.listens_to:
        table[event_type] = (levels.follow, *table.get(event_type, ()))
    return table


def timer_handlers(diagnosis: Diagnosis, vip_calls: VipCalls) -> Mapping[str, TimerHandler]:
    return {DIAGNOSIS_WAIT: diagnosis.remind, VIP_CALL: vip_calls.due}
