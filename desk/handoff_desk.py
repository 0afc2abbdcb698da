"""The part of the desk that hands conversations to people, built together."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo

from desk.model.diagnosis import Tree
from desk.policies import Policies
from desk.ports.working_days import WorkingDays
from desk.routing_policy import load_routing
from desk.services.handoff import Handoffs
from desk.services.handoff_callbacks import Callbacks
from desk.services.handoff_packet import Packets
from desk.services.handoff_results import HandoffResults
from desk.services.handoff_waits import Waits
from desk.services.identity import IdentityChecks
from desk.services.outside_people import OutsidePeople
from desk.services.profiles import Profiles
from desk.services.routes import Routes
from desk.services.routing import Routing
from desk.services.routing_rows import TIMER as OFFER_TIMER
from desk.services.sla import ServiceLevels
from desk.services.timers import TimerHandler
from desk.services.transfers import Transfers
from desk.services.work_orders import WorkOrders
from desk.store.unit_of_work import Store


@dataclass(frozen=True)
class HandoffDesk:
    """`Desk.people`: everything between a customer and the people who answer."""

    handoffs: Handoffs
    results: HandoffResults
    callbacks: Callbacks
    waits: Waits
    routing: Routing
    transfers: Transfers
    profiles: Profiles
    outside: OutsidePeople

    @property
    def timers(self) -> dict[str, TimerHandler]:
        """What happens when the time of one of our timers has come."""
        return {OFFER_TIMER: self.routing.due}


def open_handoff_desk(
    store: Store,
    policies: Policies,
    levels: ServiceLevels,
    identity: IdentityChecks,
    work_orders: WorkOrders,
    trees: Mapping[str, Tree],
    calendar: WorkingDays,
    zone: tzinfo,
) -> HandoffDesk:
    policy = policies.handoff
    names = {product: (tree.title, tree.service) for product, tree in trees.items()}
    packets = Packets(policy, policies.manners, identity, names)
    waits = Waits(policy, calendar, zone)
    rules = load_routing()
    handoffs = Handoffs(store, policy, levels, identity, packets, waits, Routes(rules))
    return HandoffDesk(
        handoffs=handoffs,
        results=HandoffResults(store, policy),
        callbacks=Callbacks(store, policy, waits, identity, work_orders, zone),
        waits=waits,
        routing=Routing(store, rules, policy.capacity),
        transfers=Transfers(store, rules, handoffs),
        profiles=Profiles(store, rules, policy.capacity),
        outside=OutsidePeople(store, policy.closed),
    )
