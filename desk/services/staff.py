"""Staff: accounts, sign-in with a brake on guessing, opaque sessions, presence."""

import hashlib
from datetime import datetime, timedelta
from functools import cached_property

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error
from sqlalchemy.orm import Session

from desk.clock import Chance
from desk.model.agents import Agent, AgentStatus, Role, StaffSession
from desk.model.errors import BadCredentials, SecondStepNeeded, WrongCode
from desk.services.second_step import SecondSteps
from desk.store.tables import agents_table, staff_sessions
from desk.store.unit_of_work import Store, Work

_MAX_FAILED = 5
_LOCK = timedelta(minutes=5)
_SESSION_IDLE = timedelta(hours=12)
# However busy: nobody works longer than this without saying again who they are.
_SESSION_LONGEST = timedelta(hours=24)
_SEEN_EVERY = timedelta(minutes=1)
# A browser that was closed stops asking; after this long its agent is not there any more.
_PRESENT_FOR = timedelta(minutes=3)


class Staff:
    def __init__(self, store: Store, chance: Chance, second: SecondSteps) -> None:
        self._store, self._chance, self._second = store, chance, second
        self._hasher = PasswordHasher()

    @cached_property
    def _decoy(self) -> str:
        """Checked against for unknown names, so that they take as long as known ones."""
        return self._hasher.hash(self._chance.token())

    def create(
        self, username: str, name: str, role: Role, password: str, *, actor: str = "system"
    ) -> Agent:
        with self._store.writing() as work:
            agent = Agent(username, name, role, self._hasher.hash(password))
            work.session.add(agent)
            work.session.flush()
            work.emit("AgentCreated", actor=actor, username=username, role=str(role))
            return agent

    def set_password(self, username: str, password: str, *, actor: str = "system") -> bool:
        """A new password ends all sessions of the agent. False when there is no such agent."""
        hashed = self._hasher.hash(password)
        with self._store.writing() as work:
            agent = by_username(work, username)
            if agent is None:
                return False
            agent.password_hash = hashed
            agent.failed_logins, agent.locked_until = 0, None
            end_sessions(work, agent)
            work.emit("AgentPasswordSet", actor=actor, username=username)
            return True

    def change_password(self, agent: Agent, old: str, new: str) -> str:
        """One's own; ends all sessions and gives the id of a new one. Raises `BadCredentials`."""
        if not self._matches(agent.password_hash, old):
            self._failed(agent.username)
            raise BadCredentials(agent.username)
        self.set_password(agent.username, new, actor=agent.username)
        return self._open_session(agent.username)[1]

    def all(self) -> list[Agent]:
        with self._store.reading() as session:
            return list(session.scalars(sa.select(Agent).order_by(agents_table.c.id)))

    def sign_in(self, username: str, password: str, code: str = "") -> tuple[Agent, str]:
        """The agent and a new session id; raises `BadCredentials` without saying what was wrong.

        Raises `SecondStepNeeded` where the password is right and a code is asked for too, and
        `WrongCode`. Five wrong passwords or codes lock the account for five minutes.
        """
        with self._store.reading() as session:
            agent = session.scalars(
                sa.select(Agent).where(agents_table.c.username == username)
            ).one_or_none()
        decoy = self._decoy  # also made for a known name: the first sign-in must not tell either
        right = self._matches(agent.password_hash if agent else decoy, password)
        if agent is None:
            raise BadCredentials(username)
        now = self._store.clock.now()
        shut = agent.disabled_at or (agent.locked_until and agent.locked_until > now)
        if not right or shut:
            self._failed(username)
            raise BadCredentials(username)
        if self._second.is_set_up(agent.id):
            if not code:
                raise SecondStepNeeded(username)
            if not self._second.accepts(agent.id, code):
                self._failed(username)
                raise WrongCode(username)
        return self._open_session(username)

    def _matches(self, password_hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except Argon2Error:
            return False

    def _failed(self, username: str) -> None:
        with self._store.writing() as work:
            agent = by_username(work, username)
            assert agent is not None
            agent.failed_logins += 1
            if agent.failed_logins >= _MAX_FAILED:
                agent.locked_until, agent.failed_logins = work.now + _LOCK, 0
            work.emit("SignInFailed", actor=username)

    def _open_session(self, username: str) -> tuple[Agent, str]:
        session_id = self._chance.token()
        with self._store.writing() as work:
            agent = by_username(work, username)
            assert agent is not None
            agent.failed_logins, agent.locked_until = 0, None
            agent.become(AgentStatus.ONLINE, work.now)
            work.session.add(StaffSession(_hash(session_id), agent.id, work.now, work.now))
            work.emit("SignedIn", actor=username)
            return agent, session_id

    def by_session(self, session_id: str) -> Agent | None:
        """The agent behind a session id; None when unknown, idle too long, or too old."""
        now = self._store.clock.now()
        with self._store.reading() as session:
            found = session.get(StaffSession, _hash(session_id))
            if found is None or found.seen_at + _SESSION_IDLE < now:
                return None
            if found.created_at + _SESSION_LONGEST < now:
                return None
            agent = session.get_one(Agent, found.agent_id)
        if found.seen_at + _SEEN_EVERY < now:
            self._touch(session_id)
        return agent

    def forget(self, session_id: str) -> None:
        """Whoever signs in again in the same browser leaves the session before."""
        with self._store.writing() as work:
            here = staff_sessions.c.id_hash == _hash(session_id)
            work.session.execute(staff_sessions.delete().where(here))

    def _touch(self, session_id: str) -> None:
        with self._store.writing() as work:
            work.session.execute(
                staff_sessions.update()
                .where(staff_sessions.c.id_hash == _hash(session_id))
                .values(seen_at=work.now)
            )

    def sign_out(self, session_id: str) -> None:
        with self._store.writing() as work:
            found = work.session.get(StaffSession, _hash(session_id))
            if found is None:
                return
            agent = work.session.get_one(Agent, found.agent_id)
            agent.become(AgentStatus.OFFLINE, work.now)
            work.session.delete(found)
            work.emit("SignedOut", actor=agent.username)

    def set_status(self, agent_id: int, status: AgentStatus) -> None:
        with self._store.writing() as work:
            agent = work.session.get_one(Agent, agent_id)
            if agent.become(status, work.now):
                work.emit("AgentStatusChanged", actor=agent.username, status=str(status))


def present(session: Session, now: datetime) -> set[int]:
    """Agents whose console has been heard of lately, whatever their status says."""
    return set(
        session.scalars(
            sa.select(staff_sessions.c.agent_id).where(
                staff_sessions.c.seen_at > now - _PRESENT_FOR
            )
        )
    )


def end_sessions(work: Work, agent: Agent) -> None:
    work.session.execute(staff_sessions.delete().where(staff_sessions.c.agent_id == agent.id))


def by_username(work: Work, username: str) -> Agent | None:
    return work.session.scalars(
        sa.select(Agent).where(agents_table.c.username == username)
    ).one_or_none()


def _hash(session_id: str) -> str:
    return hashlib.sha256(session_id.encode()).hexdigest()
