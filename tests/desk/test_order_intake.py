"""Orders from a file: many in one transaction, each with clocks and receipt like any other."""

import pytest
import sqlalchemy as sa

from desk.app import Desk
from desk.model.work_orders import Kind, OrderReceipt, Priority, State
from desk.order_rows import OrderRow
from desk.store.tables import outbox
from tests.conftest import Moment
from tests.desk.concurrently import at_once
from tests.desk.orders import order
from tests.desk.test_levels import MONDAY, rows


@pytest.fixture(autouse=True)
def by_day(moment: Moment) -> None:
    moment.now = MONDAY


def row(number: int, **values: object) -> OrderRow:
    given = {"kind": "repair", "description": "宽带不通", "reference": f"A-{number}", **values}
    return OrderRow.model_validate(given)


def numbers(taken: list[tuple[OrderReceipt, bool]]) -> list[str]:
    return [receipt.number for receipt, _ in taken]


def test_together_they_are_what_they_are_alone(desk: Desk) -> None:
    some = [
        row(1, area="城东区", service="broadband", phone="13911112222"),
        row(2, kind="complaint", description="乱扣费", phone="13911112223"),
        row(3, kind="business", description="迁移地址", level="vip"),
        row(4, kind="callback", description="海外漫游"),
    ]
    together = numbers(desk.order_intake.take(some))
    alone = [
        numbers(desk.order_intake.take([one.model_copy(update={"reference": None})]))[0]
        for one in some
    ]
    desk.order_upkeep.sweep()
    for one, other in zip(together, alone, strict=True):
        first, second = order(desk, one), order(desk, other)
        for name in ("kind", "state", "promised_at", "priority", "level", "area", "skill", "team"):
            assert getattr(first, name) == getattr(second, name), name
        assert first.preparation and first.preparation == second.preparation
        clocks = {k: (r.due_at, r.state) for k, r in rows(desk, one).items()}
        assert clocks == {k: (r.due_at, r.state) for k, r in rows(desk, other).items()}
    assert order(desk, together[2]).priority is Priority.IMPORTANT
    events = [e.type for e in desk.journal.after(0) if e.work_order == together[0]]
    assert events[:2] == ["WorkOrderOpened", "CustomerNotified"]
    assert events[-1] == "WorkOrderMoved"
    with desk.store.reading() as session:
        told = session.scalars(sa.select(outbox.c.recipient).order_by(outbox.c.id)).all()
    assert sorted(told) == sorted(["13911112222", "13911112223"] * 2)


def test_a_reference_is_taken_once(desk: Desk) -> None:
    first = desk.order_intake.take([row(1), row(2), row(1)])
    assert [new for _, new in first] == [True, True, False]
    assert first[2][0] == first[0][0]
    again = desk.order_intake.take([row(2), row(3), row(4, reference=None)])
    assert [new for _, new in again] == [False, True, True]
    assert again[0][0] == first[1][0]
    assert len(desk.work_order_view.listed("all", "")) == 4
    assert desk.order_intake.take([]) == []


def test_two_imports_of_one_file_at_once_open_each_order_once(desk: Desk) -> None:
    some = [row(number) for number in range(20)]
    results = at_once(
        lambda: desk.order_intake.take(some), lambda: desk.order_intake.take(some[::-1])
    )
    taken = [new for result in results if isinstance(result, list) for _, new in result]
    assert (len(taken), sum(taken)) == (40, 20)
    assert len(desk.work_order_view.listed("all", "")) == 20


def test_nobody_is_asked_at_once_but_the_upkeep_asks(desk: Desk) -> None:
    (number,) = numbers(desk.order_intake.take([row(1, area="城东区", service="broadband")]))
    assert order(desk, number).state is State.NEW
    desk.order_upkeep.sweep()
    found = order(desk, number)
    assert (found.state, found.assignee) == (State.DISPATCHED, "城东一组")


def test_many_reports_of_one_area_in_a_file_are_one_incident(desk: Desk) -> None:
    def report(number: int) -> OrderRow:
        phone = f"1391111{number:04d}"
        return row(number, area="城东区", service="broadband", phone=phone)

    some = numbers(desk.order_intake.take([report(number) for number in range(6)]))
    (incident,) = desk.incident_view.listed(everything=True)
    assert incident["orders"] == len(some)
    (late,) = numbers(desk.order_intake.take([report(7)]))
    desk.order_upkeep.sweep()
    assert order(desk, late).state is State.NEW  # nobody is sent into an outage
    assert desk.incident_view.listed(everything=True)[0]["orders"] == 7


def test_few_statements_however_many_orders(desk: Desk) -> None:
    if desk.store.engine.dialect.name == "sqlite":
        return  # within the process: SQLAlchemy gives it one row after the other
    said: list[str] = []
    sa.event.listen(
        desk.store.engine, "before_cursor_execute", lambda *given: said.append(given[2])
    )
    desk.order_intake.take([row(n, kind="business", phone="13911112222") for n in range(50)])
    assert len(said) < 20, said


def test_what_a_database_cannot_hold_is_refused_with_its_field() -> None:
    for text in ("断\x00网", "断\ud800网"):
        with pytest.raises(ValueError, match="description"):
            row(1, description=text)
    assert row(1, description="断\n网").kind is Kind.REPAIR
