"""The mapping between our states and TMF621's, both ways."""

import pytest

from api.schemas import Status, TicketPriority, TicketType
from api.trouble_ticket import KINDS, PRIORITIES, STATUS, STEP, TYPES, states_of, step_to
from desk.model.work_orders import Kind, State

MAPPING = {
    "new": "acknowledged",
    "dispatched": "acknowledged",
    "acknowledged": "acknowledged",
    "in_progress": "inProgress",
    "pending": "pending",
    "held": "held",
    "resolved": "resolved",
    "closed": "closed",
    "archived": "closed",
    "cancelled": "cancelled",
}


@pytest.mark.parametrize("state", State)
def test_every_state_has_its_status_and_is_found_by_it(state: State) -> None:
    assert STATUS[state] == MAPPING[state]
    assert state in states_of(STATUS[state])
    assert step_to(STATUS[state], state) is None


@pytest.mark.parametrize("status", Status.__value__.__args__)
def test_every_status_is_a_step_from_elsewhere(status: str) -> None:
    assert STATUS[STEP[status]] == status
    elsewhere = State.NEW if status != "acknowledged" else State.RESOLVED
    assert step_to(status, elsewhere) is STEP[status]
    assert step_to(None, elsewhere) is None


def test_types_and_priorities_are_those_of_the_document() -> None:
    assert set(TYPES) == set(Kind)
    assert set(KINDS) == set(TicketType.__value__.__args__)
    assert set(PRIORITIES) == set(TicketPriority.__value__.__args__)
