"""What agents can do and how they are: profiles, presence, load. For supervisors and transfers."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from desk.model.access import Right, roles_with
from desk.model.agents import Agent
from desk.model.errors import BadProfile, UnknownAgent
from desk.model.routing import AgentProfile
from desk.routing_policy import RoutingPolicy
from desk.services.routing_rows import load
from desk.services.staff import present
from desk.store.tables import agents_table
from desk.store.unit_of_work import Store

_MOST = 20


class Profiles:
    def __init__(self, store: Store, policy: RoutingPolicy, capacity: int) -> None:
        self._store, self._policy, self._capacity = store, policy, capacity

    def set(
        self,
        username: str,
        *,
        skills: list[str],
        areas: list[str],
        languages: list[str],
        capacity: int | None,
        actor: str,
    ) -> None:
        """Replace a profile; raises `UnknownAgent`, `BadProfile` naming what is wrong."""
        unknown = [skill for skill in skills if skill not in self._policy.skills]
        if unknown:
            raise BadProfile(f"skills: {unknown[0]}")
        if capacity is not None and not 1 <= capacity <= _MOST:
            raise BadProfile(f"capacity: 1 to {_MOST}, got {capacity}")
        with self._store.writing() as work:
            agent = _by_username(work.session, username)
            profile = AgentProfile(agent.id, skills, areas, languages, capacity)
            work.session.merge(profile)
            work.emit("AgentProfileSet", actor=actor, username=username, skills=skills)

    def skills(self) -> list[str]:
        """What a profile may name."""
        return sorted(self._policy.skills)

    def people(self) -> list[dict[str, Any]]:
        """Who takes conversations: there or not, how much they hold, and what they can do."""
        with self._store.reading() as session:
            talking = agents_table.c.role.in_(roles_with(Right.WORK_TALKS))
            agents = session.scalars(
                sa.select(Agent).where(talking).order_by(agents_table.c.id)
            ).all()
            there, held = present(session, self._store.clock.now()), load(session)
            profiles = {one.agent_id: one for one in session.scalars(sa.select(AgentProfile))}
        return [self._told(a, profiles.get(a.id), held[a.id], here=a.id in there) for a in agents]

    def _told(
        self, agent: Agent, profile: AgentProfile | None, held: int, *, here: bool
    ) -> dict[str, Any]:
        known = profile or AgentProfile(agent.id)
        return {
            "username": agent.username,
            "name": agent.name,
            "role": str(agent.role),
            # A status without an open console is one that somebody forgot to change.
            "status": str(agent.status) if here else "offline",
            "load": held,
            "capacity": known.capacity or self._capacity,
            "skills": known.skills,
            "areas": known.areas,
            "languages": known.languages,
        }


def _by_username(session: Session, username: str) -> Agent:
    found = session.scalars(
        sa.select(Agent).where(agents_table.c.username == username)
    ).one_or_none()
    if found is None:
        raise UnknownAgent(username)
    return found
