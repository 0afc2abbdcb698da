"""Who may do what: each role and its rights. The one table; `console/doors.py` names the right
that each way in asks for, services ask `may` where the same way in leads further for some.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from desk.model.agents import Role
from desk.model.work_orders import Kind


class Right(StrEnum):
    SELF = "self"  # one's own session, password, second step, saved views
    READ_TALKS = "read_talks"
    WORK_TALKS = "work_talks"  # take, answer, pass on, close; is offered conversations
    OVERSEE_TALKS = "oversee_talks"  # the floor, listen, whisper, take over, unmask any
    UNMASK = "unmask"  # the customer one talks with, for a reason
    READ_ORDERS = "read_orders"
    WORK_ORDERS = "work_orders"  # open, move, note
    GIVE_ORDERS = "give_orders"  # to a team or a person
    LEAD_ORDERS = "lead_orders"  # the steps of a lead, on every order
    LEAD_COMPLAINTS = "lead_complaints"  # the same, on complaints only
    SEE_PEOPLE = "see_people"
    SET_PROFILES = "set_profiles"
    MANAGE_PEOPLE = "manage_people"  # accounts, roles, passwords, locks
    READ_POLICIES = "read_policies"
    ACTIVATE_POLICIES = "activate_policies"
    REVIEW = "review"  # what the bot was unsure of
    READ_AUDIT = "read_audit"
    READ_SMS = "read_sms"  # the tray, in development only


_R = Right
_AGENT = frozenset(
    {
        _R.SELF,
        _R.READ_TALKS,
        _R.WORK_TALKS,
        _R.UNMASK,
        _R.READ_ORDERS,
        _R.WORK_ORDERS,
        _R.SEE_PEOPLE,
        _R.READ_SMS,
    }
)
_ORDERS = frozenset({_R.SELF, _R.READ_ORDERS, _R.WORK_ORDERS, _R.GIVE_ORDERS, _R.SEE_PEOPLE})

RIGHTS: Mapping[Role, frozenset[Right]] = {
    Role.AGENT: _AGENT,
    Role.DISPATCHER: _ORDERS,
    Role.COMPLAINT_LEAD: _ORDERS | {_R.READ_TALKS, _R.LEAD_COMPLAINTS},
    Role.SUPERVISOR: _AGENT
    | _ORDERS
    | {
        _R.OVERSEE_TALKS,
        _R.LEAD_ORDERS,
        _R.LEAD_COMPLAINTS,
        _R.SET_PROFILES,
        _R.READ_POLICIES,
        _R.REVIEW,
    },
    # Runs the system and sees no customer; watched by the auditor, who changes nothing.
    Role.ADMINISTRATOR: frozenset(
        {
            _R.SELF,
            _R.SEE_PEOPLE,
            _R.SET_PROFILES,
            _R.MANAGE_PEOPLE,
            _R.READ_POLICIES,
            _R.ACTIVATE_POLICIES,
            _R.REVIEW,
        }
    ),
    Role.AUDITOR: frozenset({_R.SELF, _R.SEE_PEOPLE, _R.READ_POLICIES, _R.READ_AUDIT}),
}


def may(role: Role, right: Right) -> bool:
    return right in RIGHTS[role]


def leads(role: Role, kind: Kind) -> bool:
    """Whether the steps of a lead are theirs, on orders of this kind."""
    complaints = kind is Kind.COMPLAINT and may(role, Right.LEAD_COMPLAINTS)
    return complaints or may(role, Right.LEAD_ORDERS)


def roles_with(right: Right) -> frozenset[Role]:
    return frozenset(role for role, rights in RIGHTS.items() if right in rights)


@dataclass(frozen=True)
class Sight:
    """Whose eyes a page is made for: `areas` empty sees everywhere.

    What is outside is seen all the same while it is held by, or held out to, this agent; and what
    has no known area is seen by everybody, or nobody would do it.
    """

    agent_id: int
    areas: frozenset[str] = frozenset()
