"""The simulated customers of `make simulate`, a few of them, at an installation of the tests."""

import asyncio
from collections.abc import Iterator

import pytest

from desk.app import Desk
from desk.settings import Settings
from tests.journeys.installation import Installation
from xiaotong.simulation.people import load_people
from xiaotong.simulation.report import figures
from xiaotong.simulation.run import Case, simulate_all
from xiaotong.simulation.world import SimulatedWorld

# More than it takes reports of one area to become an incident.
CUSTOMERS = 7


@pytest.fixture
def settings(installation: Installation) -> Settings:
    return Settings(
        data_dir=installation.folder,
        secrets_file=installation.folder / "secrets.toml",
        gateway_port=installation.ports["gateway"],
    )


@pytest.fixture
def desk(settings: Settings) -> Iterator[Desk]:
    opened = Desk.open(settings)
    yield opened
    opened.close()


def test_each_has_a_fault_of_their_own_and_it_ends_right(settings: Settings, desk: Desk) -> None:
    people = load_people()
    needs_a_visit = [f for f in people.faults if (f.service, f.ends) == ("broadband", "visit")]
    fixable = [f for f in people.faults if f.fixable][:2]
    faults = [*(needs_a_visit * CUSTOMERS)[: CUSTOMERS - len(fixable)], *fixable]
    brief = next(p for p in people.personalities if p.name == "简短")
    cases = [Case(n, fault, brief, True, False) for n, fault in enumerate(faults)]
    world = SimulatedWorld(desk, len(cases))
    told: list[object] = []
    try:
        outcomes = asyncio.run(simulate_all(settings, world, people, cases, 1, told.append))
    finally:
        world.clear()
    found = figures(outcomes)
    assert [(o.case.fault.name, o.end) for o in outcomes if not o.right] == []
    assert (found["needless_visits"], found["dead_ends"]) == (0, 0)
    assert len(told) == CUSTOMERS
