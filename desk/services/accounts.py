"""Accounts of staff as an administrator keeps them: made, given a role, shut, opened again."""

import re
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from desk.clock import Chance
from desk.model.agents import ROLE_LABELS, Agent, AgentStatus, Role
from desk.model.errors import BadAccount, UnknownAgent
from desk.model.routing import AgentProfile
from desk.services.second_step import SecondSteps
from desk.services.staff import Staff, by_username, end_sessions
from desk.store.routing_tables import agent_profiles
from desk.store.staff_tables import second_steps
from desk.store.tables import agents_table
from desk.store.unit_of_work import Store

_USERNAME = re.compile(r"[a-z][a-z0-9_]{2,31}")
_LONGEST_NAME = 64


class Accounts:
    def __init__(self, store: Store, chance: Chance, staff: Staff, second: SecondSteps) -> None:
        self._store, self._chance, self._staff, self._second = store, chance, staff, second

    def listed(self) -> list[dict[str, Any]]:
        """Everybody, also who is shut out, with what they can do."""
        step = second_steps.c
        query = (
            sa.select(Agent, AgentProfile, step.confirmed_at)
            .outerjoin(AgentProfile, agent_profiles.c.agent_id == agents_table.c.id)
            .outerjoin(second_steps, step.agent_id == agents_table.c.id)
            .order_by(agents_table.c.id)
        )
        now = self._store.clock.now()
        with self._store.reading() as session:
            return [
                {
                    "username": agent.username,
                    "name": agent.name,
                    "role": str(agent.role),
                    "role_label": ROLE_LABELS[agent.role],
                    "disabled": agent.disabled_at is not None,
                    "locked": agent.locked_until is not None and agent.locked_until > now,
                    "second_step": confirmed is not None,
                    "skills": profile.skills if profile else [],
                    "areas": profile.areas if profile else [],
                    "languages": profile.languages if profile else [],
                    "capacity": profile.capacity if profile else None,
                }
                for agent, profile, confirmed in session.execute(query)
            ]

    def create(self, username: str, name: str, role: Role, *, actor: str) -> str:
        """The first password; raises `BadAccount` naming the field."""
        if _USERNAME.fullmatch(username) is None:
            raise BadAccount("username：应为 3 到 32 个小写字母、数字或下划线，以字母开头。")
        if not 0 < len(name.strip()) <= _LONGEST_NAME:
            raise BadAccount(f"name：应为 1 到 {_LONGEST_NAME} 字。")
        password = new_password(self._chance)
        try:
            self._staff.create(username, name.strip(), role, password, actor=actor)
        except IntegrityError:
            raise BadAccount(f"username：{username} 已存在。") from None
        return password

    def set_role(self, username: str, role: Role, *, actor: str) -> None:
        """Ends the sessions: what was open under the old role is not gone on with."""
        with self._store.writing() as work:
            agent = by_username(work, username)
            if agent is None:
                raise UnknownAgent(username)
            if agent.username == actor:
                raise BadAccount("role：不能修改自己的角色。")
            before, agent.role = agent.role, role
            end_sessions(work, agent)
            work.emit(
                "AgentRoleSet", actor=actor, username=username, before=str(before), role=str(role)
            )

    def shut(self, username: str, shut: bool, *, actor: str) -> None:
        """Lock somebody out, or let them in again. Not oneself: somebody must be left."""
        with self._store.writing() as work:
            agent = by_username(work, username)
            if agent is None:
                raise UnknownAgent(username)
            if agent.username == actor:
                raise BadAccount("disabled：不能停用自己的账号。")
            agent.disabled_at = work.now if shut else None
            agent.failed_logins, agent.locked_until = 0, None
            if shut:
                agent.become(AgentStatus.OFFLINE, work.now)
                end_sessions(work, agent)
            work.emit("AgentShut" if shut else "AgentOpened", actor=actor, username=username)

    def reset_password(self, username: str, *, actor: str) -> str:
        password = new_password(self._chance)
        if not self._staff.set_password(username, password, actor=actor):
            raise UnknownAgent(username)
        return password

    def remove_second_step(self, username: str, *, actor: str) -> None:
        agent = next((one for one in self._staff.all() if one.username == username), None)
        if agent is None:
            raise UnknownAgent(username)
        self._second.remove(agent, actor=actor)


def new_password(chance: Chance) -> str:
    """Four groups of digits: easy to read off a screen, 10^12 possibilities."""
    return "-".join(f"{chance.below(1000):03d}" for _ in range(4))
