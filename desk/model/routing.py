"""Whom a waiting conversation is offered to: needs, people, and the choice between them. Pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Outcome(StrEnum):
    """How an offer ended."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    TIMED_OUT = "timed_out"
    OVER = "over"  # somebody else took it, or the customer left


@dataclass(eq=False)
class AgentProfile:
    """What an agent can do; empty means no limit of that kind."""

    agent_id: int
    skills: list[str] = field(default_factory=list)
    areas: list[str] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    capacity: int | None = None  # conversations at once; None: what the policy says


@dataclass(eq=False)
class Route:
    """Where a conversation waits, and who answers for it (首问负责) until another accepts."""

    handoff_id: int
    conversation_id: str
    queue: str
    language: str
    since: datetime
    skill: str | None = None
    area: str | None = None
    only_agent: int | None = None
    owner: int | None = None


@dataclass(eq=False)
class Offer:
    """One conversation held out to one agent until it is taken, declined or times out."""

    handoff_id: int
    conversation_id: str
    agent_id: int
    offered_at: datetime
    expires_at: datetime
    ended_at: datetime | None = None
    outcome: Outcome | None = None
    id: int = field(init=False)


@dataclass(eq=False)
class Transfer:
    """人 → 人：passed on by an agent, with a note only staff read."""

    handoff_id: int
    conversation_id: str
    by: str
    note: str
    at: datetime
    to_agent: str | None = None
    to_queue: str | None = None
    id: int = field(init=False)


@dataclass(frozen=True)
class Need:
    """What a conversation asks of whoever takes it."""

    skill: str | None = None
    area: str | None = None
    language: str | None = None
    last_agent: int | None = None  # who talked with this customer last
    only: int | None = None  # passed on to this person
    passed_by: int | None = None  # who passed it on, asked after everybody else
    exclude: frozenset[int] = frozenset()  # who declined or did not answer


@dataclass(frozen=True)
class Candidate:
    """Somebody online with a console that is open."""

    agent_id: int
    skills: frozenset[str]
    areas: frozenset[str]
    languages: frozenset[str]
    capacity: int
    load: int  # conversations held and offers open
    idle_since: datetime | None  # when the last offer or talk was; None: none today

    @property
    def free(self) -> bool:
        return self.load < self.capacity

    def suits(self, need: Need) -> bool:
        """Skill, area and language, where the need names one and the agent has a limit."""
        return (
            _allows(self.skills, need.skill)
            and _allows(self.areas, need.area)
            and _allows(self.languages, need.language)
        )


def _allows(limits: Collection[str], wanted: str | None) -> bool:
    return wanted is None or not limits or wanted in limits


def choose(need: Need, people: Iterable[Candidate], *, anybody: bool) -> int | None:
    """Whom to offer it to; None when nobody fits now.

    Who it was passed on to comes first, and is waited for while they are there. Otherwise who
    talked with the customer last is preferred, then who named the skill, then who has the
    least to do for what they can hold, then who has waited longest. `anybody`: it has waited so
    long that skills, areas and a named person no longer count; a language always does.
    """
    there = [one for one in people if one.agent_id not in need.exclude]
    free = [one for one in there if one.free]
    named = next((one for one in there if one.agent_id == need.only), None)
    if named is not None and (named.free or not anybody):
        return named.agent_id if named.free else None
    fitting = [one for one in free if one.suits(need)]
    if not fitting and anybody:
        fitting = [one for one in free if _allows(one.languages, need.language)]
    best = min(fitting, key=lambda one: _order(need, one), default=None)
    return None if best is None else best.agent_id


def _order(need: Need, one: Candidate) -> tuple[bool, bool, bool, float, float, int]:
    return (
        one.agent_id == need.passed_by,
        one.agent_id != need.last_agent,
        need.skill not in one.skills,
        one.load / one.capacity,
        one.idle_since.timestamp() if one.idle_since else 0.0,
        one.agent_id,
    )
