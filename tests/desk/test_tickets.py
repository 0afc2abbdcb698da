"""What another system changes moves the clocks as any other change does."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from desk.app import Desk
from desk.model.tickets import Caller, NewTicket, Scope, TicketChange, TicketSeverity
from desk.model.work_orders import Kind, Priority, State
from tests.conftest import Moment
from tests.desk.orders import move
from tests.desk.talking import Customer
from tests.desk.test_levels import MONDAY, PHONE, complained, rows, to_work

CRM = Caller(1, "crm", frozenset(Scope), frozenset(), 0)
MINOR, MAJOR, CRITICAL = TicketSeverity


def asked(desk: Desk, kind: Kind = Kind.BUSINESS, severity: TicketSeverity = MINOR) -> str:
    """A ticket of a key that exists; a business one promises `contact` and has `handling`."""
    key = desk.api_keys.create(f"crm-{kind}", frozenset(Scope))
    caller = desk.api_keys.find(key)
    assert caller is not None
    return desk.tickets.create(caller, NewTicket(kind, "要求迁移地址", severity), "k")


def patch(desk: Desk, number: str, **values: object) -> None:
    desk.tickets.change(CRM, number, TicketChange(values))


def test_a_priority_from_outside_moves_the_clocks_and_keeps_paused_time(
    desk: Desk, moment: Moment
) -> None:
    moment.now = MONDAY
    number = asked(desk)
    to_work(desk, number)
    moment.pass_time(hours=1)
    move(desk, number, State.PENDING)
    moment.pass_time(days=2)
    move(desk, number, State.IN_PROGRESS)
    patch(desk, number, priority=Priority.IMPORTANT)  # 4 h, of which one is over
    assert rows(desk, number)["handling"].due_at == moment.now + timedelta(hours=3)
    patch(desk, number, priority=Priority.NORMAL)
    assert rows(desk, number)["handling"].due_at == moment.now + timedelta(hours=7)
    changes = [e for e in desk.journal.after(0) if e.type == "WorkOrderPriorityChanged"]
    assert [(e.actor, e.data["priority"]) for e in changes] == [
        ("api:crm", "important"),
        ("api:crm", "normal"),
    ]


def test_a_priority_that_is_not_a_change_changes_nothing(desk: Desk) -> None:
    number = asked(desk)
    before = desk.journal.last_id()
    patch(desk, number, priority=Priority.NORMAL)
    assert desk.journal.last_id() == before


def end_of(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T23:59:59").replace(tzinfo=ZoneInfo("Asia/Shanghai"))


def test_a_severity_from_outside_moves_the_clocks_of_a_complaint(
    desk: Desk, moment: Moment
) -> None:
    moment.now = MONDAY
    number = complained(desk)
    to_work(desk, number)
    move(desk, number, State.PENDING)
    moment.pass_time(days=1)
    move(desk, number, State.IN_PROGRESS)
    patch(desk, number, severity=CRITICAL)  # 3 and 10 working days, one day given back
    clocks = rows(desk, number)
    assert clocks["first_result"].due_at == end_of("2026-11-27")
    assert clocks["close"].due_at == end_of("2026-12-08")
    seen = desk.work_order_view.one(number)
    assert seen["promised_at"] == clocks["first_result"].due_at
    assert "重大" in seen["marks"]
    assert seen["priority"] == "紧急"
    assert "指定负责人：zhuguan" in {event["text"] for event in seen["history"]}
    patch(desk, number, severity=MINOR)
    assert rows(desk, number)["first_result"].due_at == end_of("2026-11-25")


@pytest.mark.parametrize(
    ("words", "again", "label"),
    [("网速慢", False, "一般"), ("网速慢", True, "较严重"), ("慢，打了五次电话了", True, "重大")],
)
def test_a_severity_from_outside_is_never_below_what_we_found(
    desk: Desk, words: str, again: bool, label: str
) -> None:
    here = Customer(desk).opens()
    for key in ("first", "again") if again else ("first",):
        number = desk.complaints.file(here, "网络", words, "修好", PHONE, key=key).number
    patch(desk, number, severity=MINOR)
    assert label in desk.work_order_view.one(number)["marks"]


def test_a_severity_of_what_is_no_complaint_is_only_noted(desk: Desk) -> None:
    number = asked(desk, Kind.REPAIR)
    due = {kind: row.due_at for kind, row in rows(desk, number).items()}
    patch(desk, number, severity=CRITICAL)
    assert {kind: row.due_at for kind, row in rows(desk, number).items()} == due
    assert desk.ticket_view.one(CRM, number).severity is CRITICAL
