"""The life of a work order and the steps of severity. Pure."""

from datetime import UTC, datetime
from itertools import product

import pytest

from desk.model.errors import IllegalTransition
from desk.model.work_orders import (
    KIND_LABELS,
    OPEN_STATES,
    PREFIX,
    SEVERITY_LABELS,
    STATE_LABELS,
    Kind,
    Severity,
    State,
    WorkOrder,
)

# Written down a second time on purpose: a changed life of an order must be meant.
ALLOWED = {
    ("new", "dispatched"),
    ("new", "cancelled"),
    ("dispatched", "dispatched"),
    ("dispatched", "acknowledged"),
    ("dispatched", "cancelled"),
    ("acknowledged", "dispatched"),
    ("acknowledged", "in_progress"),
    ("acknowledged", "cancelled"),
    ("in_progress", "dispatched"),
    ("in_progress", "pending"),
    ("in_progress", "held"),
    ("in_progress", "resolved"),
    ("pending", "in_progress"),
    ("pending", "resolved"),
    ("pending", "cancelled"),
    ("held", "in_progress"),
    ("held", "resolved"),
    ("resolved", "in_progress"),
    ("resolved", "closed"),
    ("closed", "in_progress"),
    ("closed", "archived"),
    ("cancelled", "archived"),
}


@pytest.mark.parametrize(("before", "after"), list(product(State, State)))
def test_every_step_is_either_allowed_or_refused(before: State, after: State) -> None:
    now = datetime(2026, 11, 21, tzinfo=UTC)
    order = WorkOrder("BX261121000001", Kind.REPAIR, now, now, "", state=before)
    if (before, after) in ALLOWED:
        order.move_to(after)
        assert order.state is after
        return
    with pytest.raises(IllegalTransition, match=f"{before} → {after}"):
        order.move_to(after)
    assert order.state is before


def test_every_order_can_come_to_its_end() -> None:
    for state in State:
        reached, waiting = {str(state)}, [str(state)]
        while waiting:
            current = waiting.pop()
            found = {after for before, after in ALLOWED if before == current} - reached
            reached |= found
            waiting += found
        assert State.ARCHIVED in reached


def test_open_means_work_is_left() -> None:
    ended = {State.RESOLVED, State.CLOSED, State.ARCHIVED, State.CANCELLED}
    assert set(State) - ended == OPEN_STATES


def test_everything_has_its_chinese_name() -> None:
    assert set(STATE_LABELS) == set(State)
    assert set(KIND_LABELS) == set(PREFIX) == set(Kind)
    assert set(SEVERITY_LABELS) == set(Severity)


@pytest.mark.parametrize(
    ("severity", "raised"),
    [
        (Severity.GENERAL, Severity.SERIOUS),
        (Severity.SERIOUS, Severity.MAJOR),
        (Severity.MAJOR, Severity.MAJOR),
    ],
)
def test_severity_is_raised_by_one_step(severity: Severity, raised: Severity) -> None:
    assert severity.raised() is raised
