"""The operator's figures and rules from `data/policies/*.yml`, validated when the desk opens."""

import re
from datetime import date, time
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    Field,
    field_validator,
    model_validator,
)

from desk.handoff_policy import HandoffPolicy
from desk.model.changes import ChangeKind
from desk.model.speech import SpeechRule
from desk.policy_files import Policy, load_yaml, template, template_problem, validate
from desk.policy_parts import HeardPolicy, Hours, matches
from desk.service_levels import LevelFiles, load_levels

__all__ = ["load_yaml", "template_problem", "validate"]

FOLDER = Path(__file__).resolve().parent.parent / "data" / "policies"


class IdentityPolicy(Policy):
    code_digits: int = Field(ge=4, le=8)
    code_valid_minutes: int = Field(ge=1)
    max_attempts: int = Field(ge=1)
    max_codes: int = Field(ge=1)
    max_codes_window_minutes: int = Field(ge=1)
    verified_minutes: int = Field(ge=1)
    code_text: Annotated[str, template("operator", "code", "minutes")]


class CategoryRule(Policy):
    name: str
    match: list[re.Pattern[str]]


class SeverityRule(Policy):
    reason: str
    match: list[re.Pattern[str]]


class ComplaintPolicy(Policy):
    categories: list[CategoryRule]
    default_category: str
    raise_severity: list[SeverityRule]
    repeat_days: int = Field(ge=1)
    objects: dict[str, tuple[re.Pattern[str], ...]]  # what a complaint may be about


class SpeechRulePolicy(Policy):
    """`desk.model.speech.SpeechRule` as written in the file; exactly one kind of rule."""

    name: str
    reason: str
    forbid: re.Pattern[str] | None = None
    when: re.Pattern[str] | None = None
    unless: re.Pattern[str] | None = None
    needs: tuple[re.Pattern[str], ...] = ()
    before: tuple[re.Pattern[str], ...] = ()
    opening: re.Pattern[str] | None = None
    counted: re.Pattern[str] | None = None
    at_most: int = Field(default=0, ge=0)

    @model_validator(mode="after")
    def _one_kind(self) -> "SpeechRulePolicy":
        kinds = [k for k in ("forbid", "needs", "before", "opening", "counted") if getattr(self, k)]
        if len(kinds) != 1:
            raise ValueError(
                f"one of forbid, needs, before, opening, counted expected, got {kinds}"
            )
        if (kinds[0] in ("needs", "before")) != (self.when is not None):
            raise ValueError("when goes with needs or before")
        return self

    @property
    def rule(self) -> SpeechRule:
        return SpeechRule(**{name: getattr(self, name) for name in type(self).model_fields})


class SpeechPolicy(Policy):
    rules: list[SpeechRulePolicy]

    @property
    def speech_rules(self) -> tuple[SpeechRule, ...]:
        return tuple(policy.rule for policy in self.rules)


class AbusePolicy(HeardPolicy):
    before_person: int = Field(ge=1)


class RepeatedPolicy(Policy):
    before_person: int = Field(ge=2)
    by_text: frozenset[str]


class ElderlyPolicy(Policy):
    match: list[re.Pattern[str]]
    command: re.Pattern[str]
    leave: list[re.Pattern[str]]

    def hears(self, text: str) -> bool | None:
        """True: speak plainly from now on; False: not any more; None: nothing was said of it."""
        if matches(self.leave, text):
            return False
        return True if matches(self.match, text) else None


class SilencePolicy(Policy):
    after_minutes: int = Field(ge=1)
    text: str


class MannersPolicy(Policy):
    distress: HeardPolicy
    abuse: AbusePolicy
    repeated: RepeatedPolicy
    elderly: ElderlyPolicy
    silence: SilencePolicy


class ContractPolicy(Policy):
    """What leaving a contract early costs: a share of the fees still to come."""

    share_percent: int = Field(ge=0, le=100)


class ReviewPolicy(Policy):
    keep_days: int = Field(ge=1)
    messages_after: int = Field(ge=1, le=10)
    corrections: list[re.Pattern[str]]
    leave_out: frozenset[str]


class VisitLabels(Policy):
    days: list[str] = Field(min_length=1)
    weekdays: list[str] = Field(min_length=7, max_length=7)
    date: Annotated[str, template("month", "day", "weekday")]
    slot: Annotated[str, template("day", "from_hour", "until_hour")]


class VisitPolicy(Policy):
    windows: list[Hours] = Field(min_length=1)
    day_begins: time
    first_day: int = Field(ge=0)
    first_day_urgent: int = Field(ge=0)
    lead_hours: float = Field(ge=0)
    horizon_days: int = Field(ge=1)
    offered: int = Field(ge=1)
    move_until_hours: float = Field(ge=0)
    repeat_days: int = Field(ge=1)
    parts: dict[str, Hours]
    labels: VisitLabels


class PausePolicy(Policy):
    monthly_fee: int = Field(ge=0)
    months: list[int]
    longest: int = Field(ge=1)


class RechargePolicy(Policy):
    least: int = Field(ge=1)
    most: int = Field(ge=1)
    choices: list[int]


class ReservedPolicy(Policy):
    """A matter for a person, prepared by the bot."""

    title: str
    bring: list[str]
    where: str
    blockers: list[Literal["arrears", "contract", "subcards"]]


# The duty to inform: nothing is offered for confirmation without these.
DUTIES = ("办理", "费用", "生效", "撤销")


class ChangePolicy(Policy):
    quote_valid_minutes: int = Field(ge=1)
    contract_months: int = Field(ge=1)
    late_on_last_day_hour: int = Field(ge=0, le=24)
    pause: PausePolicy
    relocation_fee: int = Field(ge=0)
    installation_fee: int = Field(ge=0)
    recharge: RechargePolicy
    refund_at_once_months: int = Field(ge=0)
    temporary_password_digits: int = Field(ge=6, le=12)
    lines: dict[ChangeKind, dict[str, str]]
    reserved: dict[str, ReservedPolicy]
    credited: Annotated[str, template("amount", "number")]

    @field_validator("lines")
    @classmethod
    def _tells_all(
        cls, given: dict[ChangeKind, dict[str, str]]
    ) -> dict[ChangeKind, dict[str, str]]:
        for kind in ChangeKind:
            missing = [duty for duty in DUTIES if duty not in given.get(kind, {})]
            if missing:
                raise ValueError(f"{kind} does not tell {', '.join(missing)}")
        return given


class OrderRequestPolicy(Policy):
    escalate_overdue: bool
    escalate_at: int = Field(ge=1)
    within_hours: int = Field(ge=1)


class KnowledgeWeights(Policy):
    meaning: float
    meaning_of_three: float
    words: float


class Certainty(Policy):
    """A probability read from the two nearest articles (desk/services/knowledge_ranking.py)."""

    bias: float
    score: float
    margin: float
    foreign: float
    contrast: float
    meaning: float
    words: float
    unknown: float
    uncovered: float
    agreement: float
    strangers: float


class KnowledgePolicy(Policy):
    """Chosen by `xiaotong knowledge tune`, not by hand."""

    weights: KnowledgeWeights
    known: Certainty
    sure: Certainty
    known_from: float = Field(ge=0, le=1)
    give_from: float = Field(ge=0, le=1)
    very_sure_from: float = Field(ge=0, le=1)
    ended_from: float = Field(ge=0)  # so much nearer an offer of another time is what is meant


class WorkingDaysPolicy(Policy):
    """The operator's own days off and days worked; they win over the public calendar."""

    days_off: frozenset[date]
    days_worked: frozenset[date]
    announced: frozenset[int]

    @model_validator(mode="after")
    def _either(self) -> "WorkingDaysPolicy":
        both = sorted(self.days_off & self.days_worked)
        if both:
            raise ValueError(f"{both[0]} is a day off and a day worked, expected one of them")
        return self


class Policies(Policy):
    working_days: WorkingDaysPolicy
    service_levels: LevelFiles
    identity: IdentityPolicy
    complaints: ComplaintPolicy
    handoff: HandoffPolicy
    speech: SpeechPolicy
    manners: MannersPolicy
    contracts: ContractPolicy
    review: ReviewPolicy
    visits: VisitPolicy
    changes: ChangePolicy
    order_requests: OrderRequestPolicy
    knowledge: KnowledgePolicy


def load_policies(folder: Path = FOLDER, own: Path | None = None) -> Policies:
    """`own`: versions of the service levels that were activated here."""
    parts: dict[str, Any] = {}
    for name, field in Policies.model_fields.items():
        if name == "service_levels":
            parts[name] = load_levels(folder / name, own / name if own else None)
            continue
        assert isinstance(field.annotation, type)
        path = folder / f"{name}.yml"
        parts[name] = validate(field.annotation, load_yaml(path), path.name)
    return Policies(**parts)
