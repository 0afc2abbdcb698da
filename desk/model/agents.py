"""Staff: who they are, their sign-in sessions and whether they are there."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """What each may do is in `desk/model/access.py`."""

    AGENT = "agent"
    DISPATCHER = "dispatcher"
    COMPLAINT_LEAD = "complaint_lead"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


ROLE_LABELS = {
    Role.AGENT: "坐席",
    Role.DISPATCHER: "派单员",
    Role.COMPLAINT_LEAD: "投诉负责人",
    Role.SUPERVISOR: "班长",
    Role.ADMINISTRATOR: "管理员",
    Role.AUDITOR: "审计员",
}


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
    disabled_at: datetime | None = None  # by an administrator: cannot sign in any more
    id: int = field(init=False)

    def become(self, status: AgentStatus, at: datetime) -> bool:
        """Whether the status is another one than before."""
        if self.status is status:
            return False
        self.status, self.status_since = status, at
        return True


@dataclass(eq=False)
class SecondStep:
    """An authenticator app (TOTP) of somebody; `confirmed_at` empty while it is being set up."""

    agent_id: int
    secret: str  # encrypted; the key is not in the database
    confirmed_at: datetime | None = None
    last_step: int = 0  # a code counts once


@dataclass(eq=False)
class RecoveryCode:
    """Instead of a code of the app, once. Only the hash is kept."""

    agent_id: int
    code_hash: str
    used_at: datetime | None = None
    id: int = field(init=False)


@dataclass(eq=False)
class StaffSession:
    """A signed-in browser. Only the hash of the opaque id is stored."""

    id_hash: str
    agent_id: int
    created_at: datetime
    seen_at: datetime
