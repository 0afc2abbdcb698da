"""The part of the desk that hands conversations to people, built together."""

from collections.abc import Mapping

from desk.model.diagnosis import Tree
from desk.policies import Policies
from desk.services.handoff import Handoffs
from desk.services.handoff_packet import Packets
from desk.services.identity import IdentityChecks
from desk.services.sla import ServiceLevels
from desk.store.unit_of_work import Store


def open_handoffs(
    store: Store,
    policies: Policies,
    levels: ServiceLevels,
    identity: IdentityChecks,
    trees: Mapping[str, Tree],
) -> Handoffs:
    names = {product: (tree.title, tree.service) for product, tree in trees.items()}
    packets = Packets(policies.handoff, policies.manners, identity, names)
    return Handoffs(store, policies.handoff, levels, identity, packets)
