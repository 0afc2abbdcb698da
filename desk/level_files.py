"""The shape of a service-level file, key by key; a wrong value is refused where it stands."""

import re
from datetime import date, tzinfo
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from desk.model.calendars import Calendar, Holidays, Openings, always_open, whole_days
from desk.model.calendars import working_hours as opening_hours
from desk.model.service_levels import Axis, Span
from desk.model.work_orders import CustomerLevel, Severity, State
from desk.policy_files import Policy

_STATES = frozenset(map(str, State))
_EVENT = re.compile(r"[A-Z][a-z]+([A-Z][a-z]+)+")


def _word(text: str) -> str:
    if text in _STATES or text in ("reopened", "taken_back") or _EVENT.fullmatch(text):
        return text
    raise ValueError(
        f"{text!r} is no state, event, reopened or taken_back; expected e.g. dispatched"
    )


def _hours(text: str) -> str:
    found = re.fullmatch(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]|24):([0-5]\d)", text)
    if found is None or _opening(text)[0] >= _opening(text)[1] or _opening(text)[1] > 24 * 60:
        raise ValueError(f"{text!r}: expected from-until such as 09:00-12:00")
    return text


def _opening(text: str) -> tuple[int, int]:
    opens, closes = (clock.split(":") for clock in text.split("-"))
    return int(opens[0]) * 60 + int(opens[1]), int(closes[0]) * 60 + int(closes[1])


def _in_order(hours: list[str]) -> list[str]:
    openings = [_opening(text) for text in hours]
    if any(later[0] < earlier[1] for earlier, later in zip(openings, openings[1:], strict=False)):
        raise ValueError(f"{hours}: expected one after the other, without overlap")
    return hours


Word = Annotated[str, AfterValidator(_word)]
DayHours = Annotated[list[Annotated[str, AfterValidator(_hours)]], AfterValidator(_in_order)]


class SpanFile(Policy):
    minutes: float = Field(default=0, ge=0)
    hours: float = Field(default=0, ge=0)
    days: float = Field(default=0, ge=0)
    working_days: int = Field(default=0, ge=0)
    same_day: bool = False  # until the end of the day it starts on

    @model_validator(mode="after")
    def _something(self) -> "SpanFile":
        length = self.minutes or self.hours or self.days
        if sum(map(bool, (length, self.working_days, self.same_day))) != 1:
            raise ValueError(
                "expected minutes, hours or days, or else working_days, above 0, or same_day: true"
            )
        return self

    @property
    def span(self) -> Span:
        return Span(
            self.minutes / 60 + self.hours + self.days * 24, self.working_days, self.same_day
        )


class BeforeFile(Policy):
    before: SpanFile


class WarnFile(Policy):
    share: float | None = Field(default=None, gt=0, lt=1)
    before: SpanFile | None = None

    @model_validator(mode="after")
    def _one(self) -> "WarnFile":
        if (self.share is None) == (self.before is None):
            raise ValueError("expected either share or before")
        return self


class RungFile(Policy):
    at: Literal["warning", "breach"] | None = None
    after: SpanFile | None = None
    tell: str

    @model_validator(mode="after")
    def _one(self) -> "RungFile":
        if (self.at is None) == (self.after is None):
            raise ValueError("expected either at or after")
        return self


class ClockFile(Policy):
    label: str = Field(min_length=1)
    span: SpanFile | None = None
    by_priority: dict[Literal["normal", "important", "urgent"], SpanFile] | None = None
    by_severity: dict[Severity, SpanFile] | None = None
    by_place: dict[Literal["town", "country"], SpanFile] | None = None
    calendar: str = "always"
    starts: list[Word] = Field(min_length=1)
    fulfilled_by: list[Word]
    paused_in: list[Word] = ["pending"]
    matters: list[str] = []
    levels: list[CustomerLevel] = []
    ended_by: list[Word] | None = None
    agreed_by: dict[Word, str] = {}
    renewed: Literal["over", "missed"] = "over"
    warn: WarnFile | None = None
    tell_customer: BeforeFile | None = None
    ladder: str | None = None

    @model_validator(mode="after")
    def _one_length(self) -> "ClockFile":
        given = [self.span, self.by_priority, self.by_severity, self.by_place]
        if sum(bool(one) for one in given) != 1:
            raise ValueError("expected one of span, by_priority, by_severity, by_place")
        missing = [str(s) for s in Severity if self.by_severity and s not in self.by_severity]
        if missing:
            raise ValueError(f"by_severity has no limits for {', '.join(missing)}")
        if self.by_place is not None and len(self.by_place) < len(("town", "country")):
            raise ValueError("by_place expects town and country")
        return self

    @property
    def lengths(self) -> tuple[Axis, dict[str, SpanFile]]:
        for axis, given in (
            (Axis.PRIORITY, self.by_priority),
            (Axis.SEVERITY, self.by_severity),
            (Axis.PLACE, self.by_place),
        ):
            if given:
                return axis, {str(value): span for value, span in given.items()}
        assert self.span is not None
        return Axis.NOTHING, {"": self.span}


class SubjectFile(Policy):
    promise: dict[str, str] = Field(min_length=1)
    ended_by: list[Word]
    clocks: dict[str, ClockFile]


class WeekFile(Policy):
    mon: DayHours = []
    tue: DayHours = []
    wed: DayHours = []
    thu: DayHours = []
    fri: DayHours = []
    sat: DayHours = []
    sun: DayHours = []

    @property
    def days(self) -> tuple[Openings, ...]:
        week = (self.mon, self.tue, self.wed, self.thu, self.fri, self.sat, self.sun)
        return tuple(tuple(map(_opening, day)) for day in week)


class CalendarFile(Policy):
    open: Literal["always", "working_days", "hours"]
    week: WeekFile | None = None
    holidays: bool = False
    make_up: DayHours = []
    exceptions: dict[date, DayHours] = {}

    @model_validator(mode="after")
    def _week_with_hours(self) -> "CalendarFile":
        if (self.open == "hours") != (self.week is not None and any(self.week.days)):
            raise ValueError("expected a week with openings, for open: hours only")
        return self

    def calendar(self, name: str, zone: tzinfo, holidays: Holidays) -> Calendar:
        if self.open == "always":
            return always_open(name, zone)
        if self.week is None:
            return whole_days(name, zone, holidays)
        return opening_hours(
            name,
            zone,
            self.week.days,
            exceptions={d: tuple(map(_opening, h)) for d, h in self.exceptions.items()},
            holidays=holidays if self.holidays else None,
            make_up=tuple(map(_opening, self.make_up)),
        )


class LevelFile(Policy):
    effective_from: date
    calendars: dict[str, CalendarFile]
    roles: dict[str, str]
    ladders: dict[str, list[RungFile]]
    country_areas: frozenset[str] = frozenset()
    subjects: dict[str, SubjectFile]
