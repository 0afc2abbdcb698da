"""The part of the desk that only staff use, built together."""

from dataclasses import dataclass

from desk.canned_policy import load_canned_replies
from desk.policies import Policies
from desk.reports.floor import FloorView
from desk.reports.order_board import OrderBoard
from desk.reports.sight import Seeing
from desk.services.canned_replies import CannedReplies
from desk.services.complaints import Complaints
from desk.services.notes import Notes
from desk.services.oversight import Oversight
from desk.services.saved_views import SavedViews
from desk.services.signs import Signs
from desk.services.staff_orders import StaffOrders
from desk.services.work_orders import WorkOrders
from desk.store.unit_of_work import Store


@dataclass(frozen=True)
class ConsoleDesk:
    """`Desk.workplace`: notes, signs, canned replies, orders by hand, the board, the floor."""

    notes: Notes
    signs: Signs
    oversight: Oversight
    canned: CannedReplies
    orders: StaffOrders
    views: SavedViews
    board: OrderBoard
    floor: FloorView
    seeing: Seeing


def open_console_desk(
    store: Store,
    policies: Policies,
    work_orders: WorkOrders,
    complaints: Complaints,
    operator: str,
) -> ConsoleDesk:
    return ConsoleDesk(
        notes=Notes(store),
        signs=Signs(store),
        oversight=Oversight(store),
        canned=CannedReplies(store, load_canned_replies(), operator),
        orders=StaffOrders(store, work_orders, complaints),
        views=SavedViews(store),
        board=OrderBoard(store, complaints.categories()),
        floor=FloorView(store, policies.service_levels.clock_labels),
        seeing=Seeing(store),
    )
