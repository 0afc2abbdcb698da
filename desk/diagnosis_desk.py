"""The part of the desk that leads through a diagnosis, built together."""

from collections.abc import Mapping

from desk.model.diagnosis import Tree
from desk.order_desk import Foundations
from desk.outside import line_test
from desk.readings import load_readings
from desk.services.diagnosis import Diagnosis
from desk.services.diagnosis_closing import OrderQuestions
from desk.services.first_look import FirstLook
from desk.services.known_incidents import KnownIncidents
from desk.services.repair_orders import RepairOrders
from desk.store.access_network import SimulatedAccessNetwork
from desk.trees import load_choices


def open_diagnosis(
    base: Foundations,
    trees: Mapping[str, Tree],
    known: KnownIncidents,
    network: SimulatedAccessNetwork,
) -> Diagnosis:
    """`network`: the embedded access network, tested unless the settings name a real one."""
    zone = base.settings.zone
    services = {product: tree.service for product, tree in trees.items()}
    repair_orders = RepairOrders(
        base.work_orders,
        base.visits,
        base.levels,
        zone,
        services,
        base.policies.visits.repeat_days,
    )
    look = FirstLook(
        base.bss, known, line_test(base.settings, base.secrets, network), load_readings(), zone
    )
    return Diagnosis(
        base.store,
        dict(trees),
        load_choices(dict(trees)),
        look,
        base.identity,
        repair_orders,
        OrderQuestions(repair_orders, base.visits, look),
    )
