"""The part of the desk that hands conversations to people, built together."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo

from desk.model.diagnosis import Tree
from desk.policies import Policies
from desk.ports.working_days import WorkingDays
from desk.services.handoff import Handoffs
from desk.services.handoff_callbacks import Callbacks
from desk.services.handoff_packet import Packets
from desk.services.handoff_results import HandoffResults
from desk.services.handoff_waits import Waits
from desk.services.identity import IdentityChecks
from desk.services.sla import ServiceLevels
from desk.services.work_orders import WorkOrders
from desk.store.unit_of_work import Store


@dataclass(frozen=True)
class HandoffDesk:
    """`Desk.people`: everything between a customer and the people who answer."""

    handoffs: Handoffs
    results: HandoffResults
    callbacks: Callbacks
    waits: Waits


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
    return HandoffDesk(
        handoffs=Handoffs(store, policy, levels, identity, packets, waits),
        results=HandoffResults(store, policy),
        callbacks=Callbacks(store, policy, waits, identity, work_orders, zone),
        waits=waits,
    )
