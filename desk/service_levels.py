"""Service levels as written in `data/policies/service_levels/*.yml`: checked, then made values.

One file is one version (its name), in force from `effective_from`. `load_levels` reads all of them,
`policy_book` gives them calendars; `xiaotong sla check` reads a single one with `read_level`.
"""

from collections.abc import Iterator
from datetime import date, timedelta, tzinfo
from pathlib import Path
from typing import Any

from desk.level_files import ClockFile, LevelFile, RungFile, SubjectFile
from desk.model.calendars import Calendar, Holidays
from desk.model.errors import BadData
from desk.model.service_levels import ClockRule, LevelPolicy, PolicyBook, Rung, SubjectRules
from desk.policy_files import Policy, load_yaml, validate

LEVELS = "service_levels"
# What the desk itself opens and asks for; an operator may add to it.
_NEEDED: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "handoff": (("handoff",), ("first_response",)),
    "repair": (("visit", "network_check"), ("restore", "urged")),
    "complaint": (("complaint",), ("first_result", "close", "urged")),
    "business": (("contact", "handling", "refund", "request", "installation"), ("urged",)),
    "incident": (("incident",), ()),
    "callback": (("callback", "call", "feedback"), ("urged",)),
}


class LevelFiles(Policy):
    """All versions by name, the one in force first comes first."""

    versions: dict[str, LevelFile]

    @property
    def roles(self) -> dict[str, str]:
        """What the roles of escalation ladders are called."""
        return {
            role: label for file in self.versions.values() for role, label in file.roles.items()
        }

    @property
    def clock_labels(self) -> dict[str, str]:
        """What each clock is called; the newest version wins."""
        return {
            kind: clock.label
            for file in self.versions.values()
            for subject in file.subjects.values()
            for kind, clock in subject.clocks.items()
        }


def read_level(path: Path) -> LevelFile:
    """One version; raises `BadData` with file, key and what was expected."""
    return check_level(load_yaml(path), path.name)


def check_level(data: Any, name: str) -> LevelFile:
    file = validate(LevelFile, data, name)
    for key, problem in _problems(file):
        raise BadData(name, key, problem)
    return file


def load_levels(folder: Path, own: Path | None = None) -> LevelFiles:
    """Every version in the folder and among `own` ones, oldest first; raises `BadData`."""
    paths = sorted([*folder.glob("*.yml"), *(own.glob("*.yml") if own else ())])
    if not paths:
        raise BadData(f"{folder.name}/", "folder", "holds no version, expected e.g. 2026-01-01.yml")
    versions = {path.stem: read_level(path) for path in paths}
    by_day: dict[date, str] = {}
    for name, file in versions.items():
        other = by_day.setdefault(file.effective_from, name)
        if other != name:
            problem = f"{file.effective_from} is also that of {other}.yml, expected another day"
            raise BadData(f"{name}.yml", "effective_from", problem)
    return LevelFiles(
        versions=dict(sorted(versions.items(), key=lambda pair: pair[1].effective_from))
    )


def policy_book(files: LevelFiles, zone: tzinfo, holidays: Holidays) -> PolicyBook:
    return PolicyBook(
        tuple(level_policy(name, file, zone, holidays) for name, file in files.versions.items())
    )


def level_policy(name: str, file: LevelFile, zone: tzinfo, holidays: Holidays) -> LevelPolicy:
    """A version of the file as the values the fold reads."""
    calendars = {key: cal.calendar(key, zone, holidays) for key, cal in file.calendars.items()}
    subjects = {
        kind: SubjectRules(
            subject.promise,
            frozenset(subject.ended_by),
            {key: _rule(key, clock, file, calendars) for key, clock in subject.clocks.items()},
        )
        for kind, subject in file.subjects.items()
    }
    return LevelPolicy(name, file.effective_from, subjects, file.roles, file.country_areas)


def _rule(
    kind: str, clock: ClockFile, file: LevelFile, calendars: dict[str, Calendar]
) -> ClockRule:
    axis, lengths = clock.lengths
    warn, tell = clock.warn, clock.tell_customer
    return ClockRule(
        kind=kind,
        label=clock.label,
        calendar=calendars[clock.calendar],
        axis=axis,
        spans={value: length.span for value, length in lengths.items()},
        starts=frozenset(clock.starts),
        fulfilled_by=frozenset(clock.fulfilled_by),
        paused_in=frozenset(clock.paused_in),
        matters=frozenset(clock.matters),
        levels=frozenset(map(str, clock.levels)),
        ended_by=None if clock.ended_by is None else frozenset(clock.ended_by),
        agreed_by=clock.agreed_by,
        renewed=clock.renewed,
        warn_share=warn.share if warn else None,
        warn_before=warn.before.span.length if warn and warn.before else None,
        tell_before=tell.before.span.length if tell else None,
        ladder=tuple(_rung(rung) for rung in file.ladders[clock.ladder]) if clock.ladder else (),
    )


def _rung(rung: RungFile) -> Rung:
    after = rung.after.span.length if rung.after else timedelta()
    return Rung(rung.tell, rung.at or "later", after)


def _problems(file: LevelFile) -> Iterator[tuple[str, str]]:
    """What one key says that another does not know."""
    for name, ladder in file.ladders.items():
        for number, rung in enumerate(ladder):
            if rung.tell not in file.roles:
                expected = f"{rung.tell!r} is no role, expected one of {sorted(file.roles)}"
                yield f"ladders.{name}.{number}.tell", expected
            if rung.after and not rung.after.span.hours:
                yield f"ladders.{name}.{number}.after", "expected minutes, hours or days"
    for kind, subject in file.subjects.items():
        for matter, promised in subject.promise.items():
            if promised not in subject.clocks:
                expected = f"{promised!r} is no clock of it, expected {sorted(subject.clocks)}"
                yield f"subjects.{kind}.promise.{matter}", expected
        for name, clock in subject.clocks.items():
            for key, problem in _clock_problems(file, subject, clock):
                yield f"subjects.{kind}.clocks.{name}.{key}", problem
    yield from _missing(file)


def _clock_problems(
    file: LevelFile, subject: SubjectFile, clock: ClockFile
) -> Iterator[tuple[str, str]]:
    calendar = file.calendars.get(clock.calendar)
    if calendar is None:
        known = sorted(file.calendars)
        yield "calendar", f"{clock.calendar!r} is no calendar, expected one of {known}"
    elif calendar.open == "always" and any(s.working_days for s in clock.lengths[1].values()):
        yield "calendar", "always knows no working days, expected e.g. working_days"
    if clock.ladder is not None and clock.ladder not in file.ladders:
        yield "ladder", f"{clock.ladder!r} is no ladder, expected one of {sorted(file.ladders)}"
    for matter in clock.matters:
        if matter not in subject.promise:
            expected = f"{matter!r} is no matter, expected one of {sorted(subject.promise)}"
            yield "matters", expected
    for key, before in (("warn", clock.warn), ("tell_customer", clock.tell_customer)):
        if before is not None and before.before is not None and not before.before.span.hours:
            yield f"{key}.before", "expected minutes, hours or days"


def _missing(file: LevelFile) -> Iterator[tuple[str, str]]:
    for kind, (matters, clocks) in _NEEDED.items():
        subject = file.subjects.get(kind)
        if subject is None:
            yield "subjects", f"lacks {kind}, which the desk opens"
            continue
        for matter in matters:
            if matter not in subject.promise:
                yield f"subjects.{kind}.promise", f"lacks {matter}, which the desk promises"
        for clock in clocks:
            if clock not in subject.clocks:
                yield f"subjects.{kind}.clocks", f"lacks {clock}, which the desk asks for"
