"""Staff: agents and supervisors, their sign-in sessions and whether they are there."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    AGENT = "agent"
    SUPERVISOR = "supervisor"


class AgentStatus(StrEnum):
    ONLINE = "online"
    BUSY = "busy"  # there, but wants no new conversation just now
    AWAY = "away"
    OFFLINE = "offline"


@dataclass(eq=False)
class Agent:
    username: str
    name: str
    role: Role
    password_hash: str
    status: AgentStatus = AgentStatus.OFFLINE
    failed_logins: int = 0
    locked_until: datetime | None = None
    status_since: datetime | None = None  # None: since before this was written down
    id: int = field(init=False)

    def become(self, status: AgentStatus, at: datetime) -> bool:
        """Whether the status is another one than before."""
        if self.status is status:
            return False
        self.status, self.status_since = status, at
        return True


@dataclass(eq=False)
class StaffSession:
    """A signed-in browser. Only the hash of the opaque id is stored."""

    id_hash: str
    agent_id: int
    created_at: datetime
    seen_at: datetime
