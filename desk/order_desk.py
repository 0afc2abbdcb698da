"""The part of the desk that sees orders through: built together, because each reacts to another."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from desk.clock import Chance
from desk.model.work_orders import State
from desk.order_policies import OrderPolicies
from desk.policies import Policies
from desk.ports.bss import Bss
from desk.ports.outage_feed import FileOutageFeed, HttpOutageFeed, OutageFeed
from desk.ports.working_days import WorkingDays
from desk.services.attachments import Attachments
from desk.services.complaint_results import ComplaintResults
from desk.services.dispatch import Dispatch
from desk.services.identity import IdentityChecks
from desk.services.incidents import Incidents
from desk.services.known_incidents import KnownIncidents
from desk.services.notices import Notices
from desk.services.order_notices import OrderNotices
from desk.services.order_pictures import OrderPictures
from desk.services.order_upkeep import Keep, OrderUpkeep, ending
from desk.services.outage_news import OutageReader
from desk.services.pictures import Pictures
from desk.services.preparation import Preparation
from desk.services.reactions import reactions
from desk.services.return_visits import ReturnVisits
from desk.services.sla import ServiceLevels
from desk.services.surveys import Surveys
from desk.services.vip_calls import VipCalls
from desk.services.visits import Visits
from desk.services.work_orders import WorkOrders
from desk.settings import Secrets, Settings
from desk.store.unit_of_work import Reaction, Store


@dataclass(frozen=True)
class Foundations:
    """What orders rest on."""

    settings: Settings
    secrets: Secrets
    policies: Policies
    order_policies: OrderPolicies
    store: Store
    bss: Bss
    calendar: WorkingDays
    levels: ServiceLevels
    identity: IdentityChecks
    work_orders: WorkOrders
    visits: Visits
    chance: Chance


@dataclass(frozen=True)
class OrderDesk:
    upkeep: OrderUpkeep
    attachments: Attachments
    pictures: Pictures
    order_pictures: OrderPictures
    notices: Notices
    results: ComplaintResults
    incidents: Incidents
    outages: OutageReader
    vip_calls: VipCalls
    surveys: Surveys
    return_visits: ReturnVisits
    reactions: Mapping[str, tuple[Reaction, ...]]


def known_incidents(store: Store, bss: Bss, policies: OrderPolicies) -> KnownIncidents:
    overdue = timedelta(minutes=policies.incidents.overdue_minutes)
    return KnownIncidents(store, bss, overdue)


def open_order_desk(base: Foundations) -> OrderDesk:
    """Build it and say which event leads to what."""
    rules, store, zone = base.order_policies, base.store, base.settings.zone
    work_orders, visits, levels = base.work_orders, base.visits, base.levels
    elderly = base.policies.manners.elderly
    dispatch = Dispatch(rules.dispatch, elderly, work_orders, visits, base.bss, base.calendar, zone)
    operator = base.settings.operator_name
    notices = Notices(store, base.identity, rules.notices, operator, zone)
    vip_calls = VipCalls(rules.dispatch.vip_call, work_orders, visits)
    results = ComplaintResults(
        store,
        rules.complaint_handling,
        levels,
        work_orders,
        dispatch,
        notices,
        base.identity,
    )
    incidents = Incidents(store, rules.incidents, work_orders, visits, notices, base.chance, zone)
    surveys = Surveys(store, rules.follow_up, levels, notices, results, base.identity)
    attachments = Attachments(store, base.settings.data_dir / "attachments", rules.attachments)
    photos = rules.attachments.pictures
    pictures = Pictures(store, base.settings.data_dir / "pictures", photos)
    order_pictures = OrderPictures(store, attachments, pictures, photos)
    return OrderDesk(
        upkeep=OrderUpkeep(store, _upkeep(base, dispatch, incidents)),
        attachments=attachments,
        pictures=pictures,
        order_pictures=order_pictures,
        notices=notices,
        results=results,
        incidents=incidents,
        outages=OutageReader(store, _feed(base.settings, base.secrets), incidents),
        vip_calls=vip_calls,
        surveys=surveys,
        return_visits=ReturnVisits(store, rules.follow_up),
        reactions=reactions(
            base.policies.review,
            visits,
            levels,
            dispatch,
            vip_calls,
            OrderNotices(notices, levels, zone, rules.follow_up.question),
            Preparation(rules.preparation),
            results,
            incidents,
            surveys,
            order_pictures,
        ),
    )


def _upkeep(base: Foundations, dispatch: Dispatch, incidents: Incidents) -> dict[State, Keep]:
    """What follows by itself, by state; an incident that is over comes before everything else."""
    return {
        **ending(base.work_orders, base.order_policies.order_life),
        State.NEW: incidents.after(dispatch.attempt),
        State.DISPATCHED: incidents.after(dispatch.again),
        **{state: incidents.after() for state in (State.ACKNOWLEDGED, State.PENDING, State.HELD)},
    }


def _feed(settings: Settings, secrets: Secrets) -> OutageFeed:
    """The network management's feed, or the file somebody writes when none is set."""
    if settings.outage_feed_url:
        token = secrets.outage_feed_token.get_secret_value()
        return HttpOutageFeed(settings.outage_feed_url, token)
    return FileOutageFeed(settings.data_dir / "outages.json")
