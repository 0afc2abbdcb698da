"""派单: who of the teams takes an order. Pure: people and loads in, a choice or a reason out."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Any

_MONTH = 31


class Why(StrEnum):
    """Why nobody was asked; how far the search came."""

    NO_RULE = "no_rule"
    NO_TEAM = "no_team"
    NO_SKILL = "no_skill"
    NO_LANGUAGE = "no_language"
    OFF_SHIFT = "off_shift"
    FULL = "full"
    NOBODY = "nobody"


@dataclass(eq=False)
class Team:
    """Those who take one sort of orders, in some areas or (none named) in all."""

    code: str
    name: str
    group: str
    areas: list[str]
    lead: str | None
    id: int = field(init=False)


@dataclass(eq=False)
class TeamMember:
    """Somebody in a team: an agent by user name, or a crew by name. `hours` are their shifts."""

    team: str
    person: str
    skills: list[str]
    languages: list[str]
    hours: list[dict[str, Any]]  # days: all, working or rest; from, until: HH:MM:SS
    vip: bool
    max_open: int
    id: int = field(init=False)


@dataclass(frozen=True)
class Need:
    """What an order asks of whoever takes it."""

    skill: str | None = None
    language: str = "zh"
    vip: bool = False
    exclude: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Chosen:
    team: str
    person: str


@dataclass(frozen=True)
class Nobody:
    """Nobody can be asked now; `opens` is when the next shift of somebody who fits begins."""

    why: Why
    opens: datetime | None = None


def covering(teams: Sequence[Team], group: str, area: str | None) -> list[Team]:
    """The teams of a group that work in an area; an unknown area is everybody's."""
    return [
        team
        for team in teams
        if team.group == group and (area is None or not team.areas or area in team.areas)
    ]


def choose(
    members: Sequence[TeamMember],
    need: Need,
    on_shift: Callable[[TeamMember], bool],
    load: Mapping[str, int],
    opens: Callable[[TeamMember], datetime | None] = lambda _member: None,
) -> Chosen | Nobody:
    """Whoever fits and has least to do for their measure; for a VIP one who serves VIPs first."""
    left = list(members)
    steps: tuple[tuple[Why, Callable[[TeamMember], bool]], ...] = (
        (Why.NO_TEAM, lambda one: True),
        (Why.NOBODY, lambda one: one.person not in need.exclude),
        (Why.NO_SKILL, lambda one: need.skill is None or need.skill in one.skills),
        (Why.NO_LANGUAGE, lambda one: need.language in one.languages),
        (Why.OFF_SHIFT, on_shift),
        (Why.FULL, lambda one: load.get(one.person, 0) < one.max_open),
    )
    for why, fits in steps:
        before, left = left, [one for one in left if fits(one)]
        if not left:
            later = [at for one in before if why is Why.OFF_SHIFT and (at := opens(one))]
            return Nobody(why, min(later, default=None))
    best = min(
        left,
        key=lambda one: (
            need.vip and not one.vip,
            load.get(one.person, 0) / one.max_open,
            one.person,
        ),
    )
    return Chosen(best.team, best.person)


def works_at(
    hours: Collection[Mapping[str, Any]],
    moment: datetime,
    zone: tzinfo,
    is_working_day: Callable[[date], bool],
) -> bool:
    """Whether shifts cover a moment."""
    local = moment.astimezone(zone)
    return any(
        begins <= local.time() < ends
        for begins, ends in _spans(hours, is_working_day(local.date()))
    )


def next_shift(
    hours: Collection[Mapping[str, Any]],
    moment: datetime,
    zone: tzinfo,
    is_working_day: Callable[[date], bool],
) -> datetime | None:
    """When the next shift after a moment begins; None when none does within a month."""
    local = moment.astimezone(zone)
    for ahead in range(_MONTH):
        day = local.date() + timedelta(days=ahead)
        begins = sorted(begin for begin, _ in _spans(hours, is_working_day(day)))
        for begin in begins:
            opens = datetime.combine(day, begin, tzinfo=zone)
            if opens > local:
                return opens.astimezone(UTC)
    return None


def _spans(hours: Collection[Mapping[str, Any]], working: bool) -> list[tuple[time, time]]:
    """From and until of the shifts of a day."""
    day = "working" if working else "rest"
    return [
        (time.fromisoformat(span["from"]), time.fromisoformat(span["until"]))
        for span in hours
        if span["days"] in ("all", day)
    ]
