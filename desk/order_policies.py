"""Rules of work orders from `data/policies/*.yml`, read the way `desk.policies` reads its own."""

from datetime import time
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationInfo, field_validator

from desk.dispatch_policy import DispatchPolicy, When
from desk.model.work_orders import Kind, Priority, Severity
from desk.policies import FOLDER, load_yaml, validate
from desk.policy_files import Policy, fillable


def _complete(given: dict[Kind, int]) -> dict[Kind, int]:
    missing = [str(kind) for kind in Kind if kind not in given]
    if missing:
        raise ValueError(f"no figure for {', '.join(missing)}")
    if any(figure <= 0 for figure in given.values()):
        raise ValueError("every figure must be above 0")
    return given


class OrderLifePolicy(Policy):
    close_after_days: dict[Kind, int]
    archive_after_days: int = Field(ge=1)
    closed_silently: str
    archived: str

    _all_kinds = field_validator("close_after_days")(_complete)


class PicturePolicy(Policy):
    """Photos that customers send in a conversation."""

    name: str = Field(min_length=1)
    max_megabytes: int = Field(ge=1)
    max_megapixels: int = Field(ge=1)
    longest_side: int = Field(ge=320)
    quality: int = Field(ge=50, le=95)
    adopted_within_hours: int = Field(ge=1)


class AttachmentPolicy(Policy):
    max_megabytes: int = Field(ge=1)
    max_per_order: int = Field(ge=1)
    types: frozenset[str] = Field(min_length=1)
    pictures: PicturePolicy


class QuietHours(Policy):
    """A window that may span midnight."""

    from_: time = Field(alias="from")
    until: time


class NoticeKind(Policy):
    by: Literal["own", "sms"]
    urgent: bool = False
    after_minutes: int = Field(default=0, ge=0)
    text: str


# What each notice knows besides the number and what it is about.
NOTICES: dict[str, tuple[str, ...]] = {
    "receipt": ("what", "number"),
    "visit_moved": ("what", "number", "label"),
    "late": ("what", "number", "label", "due"),
    "answered": ("number", "answer"),
    "resolved": ("what", "number"),
    "cancelled": ("what", "number", "why"),
    "proposal": ("what", "number", "proposal"),
    "rejected": ("what", "number"),
    "incident_open": ("what", "number", "area", "services", "expected_end"),
    "incident_over": ("what", "number", "area", "services"),
    "survey": ("what", "number"),
    "incident_over_told": ("area", "services"),
}


class NoticePolicy(Policy):
    quiet: QuietHours
    repeat_hours: int = Field(ge=0)
    personal: list[str]
    sms: str
    kinds: dict[str, NoticeKind]
    what: dict[Kind, str]

    @field_validator("sms")
    @classmethod
    def _signed(cls, text: str) -> str:
        return fillable(text, "operator", "text")

    @field_validator("kinds")
    @classmethod
    def _known(cls, given: dict[str, NoticeKind]) -> dict[str, NoticeKind]:
        if given.keys() != NOTICES.keys():
            wrong = sorted(given.keys() ^ NOTICES.keys())
            raise ValueError(f"missing or unknown: {', '.join(wrong)}")
        for name, kind in given.items():
            try:
                fillable(kind.text, *NOTICES[name])
            except ValueError as error:
                raise ValueError(f"{name}: {error}") from None
        return given

    @field_validator("what")
    @classmethod
    def _all_kinds(cls, given: dict[Kind, str]) -> dict[Kind, str]:
        missing = [str(kind) for kind in Kind if kind not in given]
        if missing:
            raise ValueError(f"no words for {', '.join(missing)}")
        return given


class ComplaintHandlingPolicy(Policy):
    lead: str
    leaders: dict[Severity, str]
    priorities: dict[Severity, Priority]
    rejected: str
    accepted: str
    recorded: str

    @field_validator("recorded")
    @classmethod
    def _fillable(cls, text: str) -> str:
        return fillable(text, "note", "agent")


class Suggestion(Policy):
    when: When
    suggestion: str


_ANALYSIS = {
    Kind.REPAIR: ("steps", "reading", "marks"),
    Kind.COMPLAINT: ("category", "severity", "reasons"),
    Kind.BUSINESS: ("steps", "reading", "marks"),
    Kind.CALLBACK: ("steps", "reading", "marks"),
}


class PreparationPolicy(Policy):
    analysis: dict[Kind, str]
    none: str
    suggestions: list[Suggestion]

    @field_validator("analysis")
    @classmethod
    def _every_kind(cls, given: dict[Kind, str]) -> dict[Kind, str]:
        missing = [str(kind) for kind in Kind if kind not in given]
        if missing:
            raise ValueError(f"no words for {', '.join(missing)}")
        for kind, text in given.items():
            fillable(text, *_ANALYSIS[kind])
        return given


class IncidentRule(Policy):
    services: frozenset[str] = frozenset()
    reports: int = Field(ge=2)
    within_minutes: int = Field(ge=1)


class IncidentPolicy(Policy):
    rules: list[IncidentRule]
    grades: dict[Severity, int]
    expected_hours: float = Field(gt=0)
    overdue_minutes: int = Field(ge=1)
    text: str
    recovered: str
    services: dict[str, str]
    all_services: str

    @field_validator("grades")
    @classmethod
    def _all_grades(cls, given: dict[Severity, int]) -> dict[Severity, int]:
        missing = [str(one) for one in Severity if one not in given]
        if missing:
            raise ValueError(f"no number of reports for {', '.join(missing)}")
        if sorted(given.values()) != [given[one] for one in Severity]:
            raise ValueError("a severer grade must not need fewer reports")
        return given

    @field_validator("text")
    @classmethod
    def _fillable(cls, text: str) -> str:
        return fillable(text, "count")


class FollowUpPolicy(Policy):
    scores: dict[int, str] = Field(min_length=2)
    answer_days: int = Field(ge=1)
    review_from: int
    reopen_from: int
    flag_after: int = Field(ge=2)
    tries: int = Field(ge=1)
    review: str
    reopened: str
    feedback: str
    question: str

    @field_validator("review", "reopened")
    @classmethod
    def _fillable(cls, text: str) -> str:
        return fillable(text, "label")

    @field_validator("review_from", "reopen_from")
    @classmethod
    def _a_score(cls, score: int, info: ValidationInfo) -> int:
        if score not in info.data.get("scores", {score: ""}):
            raise ValueError(f"{score} is no score, expected one of {sorted(info.data['scores'])}")
        return score


class OrderPolicies(Policy):
    order_life: OrderLifePolicy
    dispatch: DispatchPolicy
    attachments: AttachmentPolicy
    notices: NoticePolicy
    complaint_handling: ComplaintHandlingPolicy
    preparation: PreparationPolicy
    incidents: IncidentPolicy
    follow_up: FollowUpPolicy


def load_order_policies(folder: Path = FOLDER) -> OrderPolicies:
    """All of them; raises `BadData` naming file, key and what was expected."""
    parts: dict[str, Any] = {}
    for name, field in OrderPolicies.model_fields.items():
        assert isinstance(field.annotation, type)
        path = folder / f"{name}.yml"
        parts[name] = validate(field.annotation, load_yaml(path), path.name)
    return OrderPolicies(**parts)
