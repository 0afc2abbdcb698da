"""The life of a work order: per type which step may follow which, and whose step it is.

We resolve, the customer closes. Pure tables; `desk.services.work_orders` takes the steps.
"""

from collections.abc import Mapping

from desk.model.errors import IllegalTransition
from desk.model.work_orders import By, Kind, State, WorkOrder

type Moves = Mapping[State, frozenset[State]]

_S = State

# A fault may be gone before anybody came, and a repair that did not help is sent out again.
_REPAIR: Moves = {
    _S.NEW: frozenset({_S.DISPATCHED, _S.RESOLVED, _S.CANCELLED}),
    _S.DISPATCHED: frozenset({_S.DISPATCHED, _S.ACKNOWLEDGED, _S.RESOLVED, _S.CANCELLED}),
    _S.ACKNOWLEDGED: frozenset({_S.DISPATCHED, _S.IN_PROGRESS, _S.RESOLVED, _S.CANCELLED}),
    _S.IN_PROGRESS: frozenset({_S.DISPATCHED, _S.PENDING, _S.HELD, _S.RESOLVED}),
    _S.PENDING: frozenset({_S.DISPATCHED, _S.IN_PROGRESS, _S.RESOLVED, _S.CANCELLED}),
    _S.HELD: frozenset({_S.DISPATCHED, _S.IN_PROGRESS, _S.RESOLVED}),
    _S.RESOLVED: frozenset({_S.NEW, _S.DISPATCHED, _S.IN_PROGRESS, _S.CLOSED}),
    _S.CLOSED: frozenset({_S.NEW, _S.DISPATCHED, _S.IN_PROGRESS, _S.ARCHIVED}),
    _S.CANCELLED: frozenset({_S.ARCHIVED}),
    _S.ARCHIVED: frozenset(),
}
# A complaint ends with a proposal, never before somebody looked into it.
_COMPLAINT: Moves = {
    _S.NEW: frozenset({_S.DISPATCHED, _S.CANCELLED}),
    _S.DISPATCHED: frozenset({_S.DISPATCHED, _S.ACKNOWLEDGED, _S.CANCELLED}),
    _S.ACKNOWLEDGED: frozenset({_S.DISPATCHED, _S.IN_PROGRESS, _S.CANCELLED}),
    _S.IN_PROGRESS: frozenset({_S.DISPATCHED, _S.PENDING, _S.HELD, _S.RESOLVED}),
    _S.PENDING: frozenset({_S.DISPATCHED, _S.IN_PROGRESS, _S.RESOLVED, _S.CANCELLED}),
    _S.HELD: frozenset({_S.DISPATCHED, _S.IN_PROGRESS, _S.RESOLVED}),
    _S.RESOLVED: frozenset({_S.DISPATCHED, _S.IN_PROGRESS, _S.CLOSED}),
    _S.CLOSED: frozenset({_S.DISPATCHED, _S.IN_PROGRESS, _S.ARCHIVED}),
    _S.CANCELLED: frozenset({_S.ARCHIVED}),
    _S.ARCHIVED: frozenset(),
}
_BUSINESS: Moves = {
    **_COMPLAINT,
    _S.CLOSED: frozenset({_S.IN_PROGRESS, _S.ARCHIVED}),
}
# One call: nobody else is waited for, and what is still open afterwards is another order.
_CALLBACK: Moves = {
    _S.NEW: frozenset({_S.DISPATCHED, _S.CANCELLED}),
    _S.DISPATCHED: frozenset({_S.DISPATCHED, _S.ACKNOWLEDGED, _S.CANCELLED}),
    _S.ACKNOWLEDGED: frozenset({_S.DISPATCHED, _S.IN_PROGRESS, _S.RESOLVED, _S.CANCELLED}),
    _S.IN_PROGRESS: frozenset({_S.DISPATCHED, _S.PENDING, _S.RESOLVED}),
    _S.PENDING: frozenset({_S.DISPATCHED, _S.IN_PROGRESS, _S.RESOLVED, _S.CANCELLED}),
    _S.HELD: frozenset(),
    _S.RESOLVED: frozenset({_S.IN_PROGRESS, _S.CLOSED}),
    _S.CLOSED: frozenset({_S.ARCHIVED}),
    _S.CANCELLED: frozenset({_S.ARCHIVED}),
    _S.ARCHIVED: frozenset(),
}

LIFE: Mapping[Kind, Moves] = {
    Kind.REPAIR: _REPAIR,
    Kind.COMPLAINT: _COMPLAINT,
    Kind.BUSINESS: _BUSINESS,
    Kind.CALLBACK: _CALLBACK,
}

# Nobody is on the way yet; from in_progress on somebody is.
CANCELLABLE = frozenset({_S.NEW, _S.DISPATCHED, _S.ACKNOWLEDGED, _S.PENDING})
BEFORE_WORK = frozenset({_S.NEW, _S.DISPATCHED, _S.ACKNOWLEDGED})

_STAFF = frozenset({By.HANDLER, By.LEAD, By.SYSTEM})


def who_may(kind: Kind, before: State, after: State) -> frozenset[By]:
    """Whose step this is; nobody's when the life of the type does not know it."""
    if after not in LIFE[kind][before]:
        return frozenset()
    if after is State.ARCHIVED:
        return frozenset({By.LEAD, By.SYSTEM})
    if after is State.CANCELLED:
        return frozenset(By)
    if before is State.RESOLVED:
        # The handler of a complaint neither closes it nor takes it back from its lead.
        ours = frozenset({By.LEAD, By.SYSTEM}) if kind is Kind.COMPLAINT else _STAFF
        return ours | {By.CUSTOMER}
    if after is State.RESOLVED and before in BEFORE_WORK and kind is Kind.REPAIR:
        return frozenset({By.LEAD, By.SYSTEM})
    return _STAFF


def check_move(number: str, kind: Kind, before: State, after: State, by: By) -> None:
    """Raises `IllegalTransition` saying what was asked and, where it is so, whose step it is."""
    allowed = who_may(kind, before, after)
    if by in allowed:
        return
    whose = f" (only {', '.join(sorted(allowed))}, not {by})" if allowed else ""
    raise IllegalTransition(f"{number}: {before} → {after}{whose}")


def move(order: WorkOrder, target: State, by: By) -> None:
    """Take one step of the life of an order; raises `IllegalTransition`."""
    check_move(order.number, order.kind, order.state, target, by)
    order.state = target
