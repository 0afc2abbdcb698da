"""First use: the demo operator's packages, customers, lines, incidents and staff."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Literal

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict, Field

from desk.app import Desk
from desk.clock import Chance
from desk.model.agents import Role
from desk.model.dispatch import Team, TeamMember
from desk.network_data import NetworkData, load_network
from desk.policies import load_yaml, validate
from desk.readings import SERVICES
from desk.seed_billing import FILE as BILLING_FILE
from desk.seed_billing import load_billing, seed_billing
from desk.services.accounts import new_password
from desk.store.network_tables import simulated_services
from desk.store.tables import (
    agents_table,
    bss_accounts,
    bss_incidents,
    bss_packages,
)
from desk.store.team_tables import team_members_table, teams_table
from desk.store.unit_of_work import Work
from desk.store.visit_tables import crews_table
from desk.team_data import TeamFile, load_teams

FILE = Path(__file__).resolve().parent.parent / "data" / "demo" / "operator.yml"


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Package(_Data):
    code: str
    name: str
    monthly_fee: Decimal = Field(ge=0)
    product: Literal["fusion", "mobile", "broadband"]
    summary: str


class _Allowance(_Data):
    name: str
    unit: Literal["GB", "分钟", "条"]
    total: float = Field(ge=0)
    used: float = Field(ge=0)


class _Account(_Data):
    account: str
    name: str
    phone: str = Field(pattern=r"^1[3-9]\d{9}$")
    area: str
    address: str
    vip: bool
    balance: Decimal
    suspended: bool
    package: str
    since: date
    contract_end: date | None
    extras: list[str]
    allowances: list[_Allowance]
    line: str | None


class _Incident(_Data):
    area: str
    kind: Literal["outage", "planned"]
    text: str
    hours: float = Field(gt=0)
    services: list[Literal[SERVICES]] = []  # type: ignore[valid-type]


class _Agent(_Data):
    username: str = Field(pattern=r"^[a-z][a-z0-9_]{2,31}$")
    name: str
    role: Role


class _Operator(_Data):
    packages: list[_Package]
    accounts: list[_Account]
    incidents: list[_Incident]
    agents: list[_Agent]


def is_seeded(desk: Desk) -> bool:
    with desk.store.reading() as session:
        return bool(session.scalar(sa.select(sa.func.count()).select_from(agents_table)))


def seed(desk: Desk, file: Path = FILE, chance: Chance | None = None) -> dict[str, str]:
    """Load the demo operator into an empty desk. Returns the generated passwords by user name.

    Raises `BadData` naming the key that is wrong; nothing is written then.
    """
    operator = validate(_Operator, load_yaml(file), file.name)
    billing = load_billing(BILLING_FILE)
    network = load_network()
    teams = load_teams()
    with desk.store.writing() as work:
        _packages(work, operator.packages)
        _accounts(work, operator.accounts)
        _network(work, network)
        put_teams(work, teams)
        extras = {account.account: account.extras for account in operator.accounts}
        today = work.now.astimezone(desk.settings.zone).date()
        seed_billing(work, billing, today, extras, BILLING_FILE.name)
        for incident in operator.incidents:
            work.session.execute(
                bss_incidents.insert().values(
                    area=incident.area,
                    kind=incident.kind,
                    text=incident.text,
                    services=incident.services,
                    expected_end=work.now + timedelta(hours=incident.hours),
                )
            )
        work.emit("DemoDataLoaded", accounts=len(operator.accounts))
    chance = chance or Chance()
    passwords = {agent.username: new_password(chance) for agent in operator.agents}
    for agent in operator.agents:
        desk.staff.create(agent.username, agent.name, agent.role, passwords[agent.username])
    return passwords


def _packages(work: Work, packages: list[_Package]) -> None:
    for position, package in enumerate(packages):
        values = {**package.model_dump(), "position": position}
        work.session.execute(bss_packages.insert().values(**values))


def _accounts(work: Work, accounts: list[_Account]) -> None:
    for account in accounts:
        values = account.model_dump(exclude={"extras"})
        work.session.execute(bss_accounts.insert().values(**values))


def _network(work: Work, network: NetworkData) -> None:
    for line in network.lines:
        work.session.execute(simulated_services.insert().values(**line.model_dump()))
    for crew in network.crews:
        work.session.execute(crews_table.insert().values(**crew.model_dump()))


def put_teams(work: Work, file: TeamFile) -> None:
    """The teams of a file in place of those that were there."""
    for table in (team_members_table, teams_table):
        work.session.execute(table.delete())
    for team in file.teams:
        work.session.add(Team(team.code, team.name, team.group, team.areas, team.lead))
        for one in team.members:
            hours = file.hours(one.shift)
            work.session.add(
                TeamMember(
                    team.code, one.person, one.skills, one.languages, hours, one.vip, one.max_open
                )
            )
    work.emit("TeamsLoaded", teams=len(file.teams))
