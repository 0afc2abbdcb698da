"""The life of a work order and the steps of severity. Pure."""

from datetime import UTC, datetime
from itertools import product

import pytest

from desk.model.errors import IllegalTransition
from desk.model.order_life import move
from desk.model.work_orders import (
    KIND_LABELS,
    LEVEL_LABELS,
    OPEN_STATES,
    PREFIX,
    PRIORITY_LABELS,
    SEVERITY_LABELS,
    STATE_LABELS,
    By,
    CustomerLevel,
    Kind,
    Priority,
    Severity,
    State,
    WorkOrder,
)

# Written down a second time on purpose: a changed life of an order must be meant.
# Per step, and type of order, whose it is: C customer, H handler, L lead, S system.
STEPS = """
before        after         repair  complaint  business  callback
new           dispatched    HLS     HLS        HLS       HLS
new           resolved      LS      -          -         -
new           cancelled     CHLS    CHLS       CHLS      CHLS
dispatched    dispatched    HLS     HLS        HLS       HLS
dispatched    acknowledged  HLS     HLS        HLS       HLS
dispatched    resolved      LS      -          -         -
dispatched    cancelled     CHLS    CHLS       CHLS      CHLS
acknowledged  dispatched    HLS     HLS        HLS       HLS
acknowledged  in_progress   HLS     HLS        HLS       HLS
acknowledged  resolved      LS      -          -         HLS
acknowledged  cancelled     CHLS    CHLS       CHLS      CHLS
in_progress   dispatched    HLS     HLS        HLS       HLS
in_progress   pending       HLS     HLS        HLS       HLS
in_progress   held          HLS     HLS        HLS       -
in_progress   resolved      HLS     HLS        HLS       HLS
pending       dispatched    HLS     HLS        HLS       HLS
pending       in_progress   HLS     HLS        HLS       HLS
pending       resolved      HLS     HLS        HLS       HLS
pending       cancelled     CHLS    CHLS       CHLS      CHLS
held          dispatched    HLS     HLS        HLS       -
held          in_progress   HLS     HLS        HLS       -
held          resolved      HLS     HLS        HLS       -
resolved      new           CHLS    -          -         -
resolved      dispatched    CHLS    CLS        CHLS      -
resolved      in_progress   CHLS    CLS        CHLS      CHLS
resolved      closed        CHLS    CLS        CHLS      CHLS
closed        new           HLS     -          -         -
closed        dispatched    HLS     HLS        -         -
closed        in_progress   HLS     HLS        HLS       -
closed        archived      LS      LS         LS        LS
cancelled     archived      LS      LS         LS        LS
"""
_HEAD, *_ROWS = [line.split() for line in STEPS.strip().splitlines()]
ALLOWED = {
    (kind, row[0], row[1]): letters
    for row in _ROWS
    for kind, letters in zip(_HEAD[2:], row[2:], strict=True)
    if letters != "-"
}


@pytest.mark.parametrize(("kind", "before", "after"), list(product(Kind, State, State)))
def test_every_step_is_either_allowed_or_refused(kind: Kind, before: State, after: State) -> None:
    now = datetime(2026, 11, 21, tzinfo=UTC)
    whose = ALLOWED.get((kind, before, after), "")
    for by in By:
        order = WorkOrder("BX261121000001", kind, now, now, "", state=before)
        if by[0].upper() in whose:
            move(order, after, by)
            assert order.state is after
            continue
        with pytest.raises(IllegalTransition, match=f"{before} → {after}"):
            move(order, after, by)
        assert order.state is before


@pytest.mark.parametrize("kind", list(Kind))
def test_every_order_can_come_to_its_end(kind: Kind) -> None:
    for state in set(State) - ({State.HELD} if kind is Kind.CALLBACK else set()):
        reached, waiting = {str(state)}, [str(state)]
        while waiting:
            current = waiting.pop()
            found = {b for k, a, b in ALLOWED if k == kind and a == current} - reached
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
    assert set(PRIORITY_LABELS) == set(Priority)
    assert set(LEVEL_LABELS) == set(CustomerLevel)


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
