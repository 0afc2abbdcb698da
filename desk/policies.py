"""The operator's figures and rules from `data/policies/*.yml`, validated when the desk opens."""

import re
from datetime import time
from pathlib import Path
from string import Formatter
from typing import Annotated, Any, Literal

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from desk.model.changes import ChangeKind
from desk.model.errors import BadData
from desk.model.sla import Span
from desk.model.speech import SpeechRule
from desk.model.work_orders import Severity

# The same safe loader in C, where PyYAML was built with it: ten times faster.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

FOLDER = Path(__file__).resolve().parent.parent / "data" / "policies"


def template_problem(text: str, known: frozenset[str]) -> str | None:
    """Why a text with {placeholders} cannot be filled in; None when it can.

    Asked when files are read, so that a slip is not found out while a customer waits.
    """
    try:
        used = {name for _, name, _, _ in Formatter().parse(text) if name is not None}
    except ValueError as error:
        return str(error)
    unknown = sorted(used - known)
    if not unknown:
        return None
    return f"unknown placeholder {{{unknown[0]}}}, expected only {sorted(known)}"


def _template(*known: str) -> AfterValidator:
    def check(text: str) -> str:
        problem = template_problem(text, frozenset(known))
        if problem is not None:
            raise ValueError(problem)
        return text

    return AfterValidator(check)


class _Policy(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SpanPolicy(_Policy):
    hours: float = Field(default=0, ge=0)
    working_days: int = Field(default=0, ge=0)

    @property
    def span(self) -> Span:
        return Span(self.hours, self.working_days)


class HandoffLevels(_Policy):
    first_response: SpanPolicy


class RepairLevels(_Policy):
    promise: Literal["dispatch", "acknowledge", "on_site", "restore"]
    dispatch: SpanPolicy
    acknowledge: SpanPolicy
    on_site: SpanPolicy
    restore: SpanPolicy
    network_check: SpanPolicy


class SeverityLevels(_Policy):
    first_result: SpanPolicy
    close: SpanPolicy


class ComplaintLevels(_Policy):
    promise: Literal["first_contact", "proposal", "first_result", "close"]
    dispatch: SpanPolicy
    acknowledge: SpanPolicy
    first_contact: SpanPolicy
    proposal: SpanPolicy
    severities: dict[Severity, SeverityLevels]

    @field_validator("severities")
    @classmethod
    def _complete(cls, given: dict[Severity, SeverityLevels]) -> dict[Severity, SeverityLevels]:
        missing = [str(severity) for severity in Severity if severity not in given]
        if missing:
            raise ValueError(f"no limits for {', '.join(missing)}")
        return given


class BusinessLevels(_Policy):
    """Back-office work behind a change, or behind a request for money back."""

    promise: Literal["contact", "handling"]
    dispatch: SpanPolicy
    acknowledge: SpanPolicy
    contact: SpanPolicy
    handling: SpanPolicy
    refund: SpanPolicy


class ServiceLevels(_Policy):
    handoff: HandoffLevels
    business: BusinessLevels
    repair: RepairLevels
    complaint: ComplaintLevels
    clock_labels: dict[str, str]


class IdentityPolicy(_Policy):
    code_digits: int = Field(ge=4, le=8)
    code_valid_minutes: int = Field(ge=1)
    max_attempts: int = Field(ge=1)
    max_codes: int = Field(ge=1)
    max_codes_window_minutes: int = Field(ge=1)
    verified_minutes: int = Field(ge=1)
    code_text: Annotated[str, _template("operator", "code", "minutes")]


class CategoryRule(_Policy):
    name: str
    match: list[re.Pattern[str]]


class SeverityRule(_Policy):
    reason: str
    match: list[re.Pattern[str]]


class ComplaintPolicy(_Policy):
    categories: list[CategoryRule]
    default_category: str
    raise_severity: list[SeverityRule]
    repeat_days: int = Field(ge=1)
    objects: dict[str, tuple[re.Pattern[str], ...]]  # what a complaint may be about


class HandoffPolicy(_Policy):
    default_queue: str
    reasons: dict[str, str]
    agent_taken: Annotated[str, _template("agent")]
    requeued: str
    closed: str


class SpeechRulePolicy(_Policy):
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


class SpeechPolicy(_Policy):
    rules: list[SpeechRulePolicy]

    @property
    def speech_rules(self) -> tuple[SpeechRule, ...]:
        return tuple(policy.rule for policy in self.rules)


class HeardPolicy(_Policy):
    """Words that change how the bot treats somebody."""

    match: list[re.Pattern[str]]
    unless: list[re.Pattern[str]] = []

    def hears(self, text: str) -> bool:
        return _matches(self.match, text) and not _matches(self.unless, text)


class AbusePolicy(HeardPolicy):
    before_person: int = Field(ge=1)


class RepeatedPolicy(_Policy):
    before_person: int = Field(ge=2)
    by_text: frozenset[str]


class ElderlyPolicy(_Policy):
    match: list[re.Pattern[str]]
    command: re.Pattern[str]
    leave: list[re.Pattern[str]]

    def hears(self, text: str) -> bool | None:
        """True: speak plainly from now on; False: not any more; None: nothing was said of it."""
        if _matches(self.leave, text):
            return False
        return True if _matches(self.match, text) else None


class SilencePolicy(_Policy):
    after_minutes: int = Field(ge=1)
    text: str


class MannersPolicy(_Policy):
    distress: HeardPolicy
    abuse: AbusePolicy
    repeated: RepeatedPolicy
    elderly: ElderlyPolicy
    silence: SilencePolicy


class ContractPolicy(_Policy):
    """What leaving a contract early costs: a share of the fees still to come."""

    share_percent: int = Field(ge=0, le=100)


class ReviewPolicy(_Policy):
    keep_days: int = Field(ge=1)
    messages_after: int = Field(ge=1, le=10)
    corrections: list[re.Pattern[str]]
    leave_out: frozenset[str]


class Hours(_Policy):
    """A window of a day."""

    from_: time = Field(alias="from")
    until: time

    @model_validator(mode="after")
    def _forward(self) -> "Hours":
        if self.until <= self.from_:
            raise ValueError("until must be later than from")
        return self


class VisitLabels(_Policy):
    days: list[str] = Field(min_length=1)
    weekdays: list[str] = Field(min_length=7, max_length=7)
    date: Annotated[str, _template("month", "day", "weekday")]
    slot: Annotated[str, _template("day", "from_hour", "until_hour")]


class VisitPolicy(_Policy):
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


class PausePolicy(_Policy):
    monthly_fee: int = Field(ge=0)
    months: list[int]
    longest: int = Field(ge=1)


class RechargePolicy(_Policy):
    least: int = Field(ge=1)
    most: int = Field(ge=1)
    choices: list[int]


class ReservedPolicy(_Policy):
    """A matter for a person, prepared by the bot."""

    title: str
    bring: list[str]
    where: str
    blockers: list[Literal["arrears", "contract", "subcards"]]


# The duty to inform: nothing is offered for confirmation without these.
DUTIES = ("办理", "费用", "生效", "撤销")


class ChangePolicy(_Policy):
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
    credited: Annotated[str, _template("amount", "number")]

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


class OrderRequestPolicy(_Policy):
    escalate_overdue: bool
    escalate_at: int = Field(ge=1)
    within_hours: int = Field(ge=1)
    answer_hours: float = Field(gt=0)


class KnowledgeWeights(_Policy):
    meaning: float
    meaning_of_three: float
    words: float


class Certainty(_Policy):
    """A probability read from the two nearest articles (desk/services/knowledge_ranking.py)."""

    bias: float
    score: float
    margin: float
    foreign: float
    contrast: float
    meaning: float
    words: float
    unknown: float


class KnowledgePolicy(_Policy):
    """Chosen by `xiaotong knowledge tune`, not by hand."""

    weights: KnowledgeWeights
    known: Certainty
    sure: Certainty
    known_from: float = Field(ge=0, le=1)
    give_from: float = Field(ge=0, le=1)
    very_sure_from: float = Field(ge=0, le=1)


class Policies(_Policy):
    service_levels: ServiceLevels
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


def _matches(patterns: list[re.Pattern[str]], text: str) -> bool:
    return any(pattern.search(text) for pattern in patterns)


def load_yaml(path: Path) -> Any:
    """One YAML file; raises `BadData` with file, line and what is wrong."""
    try:
        return yaml.load(path.read_text(encoding="utf8"), Loader=_LOADER)
    except FileNotFoundError:
        raise BadData(str(path.name), "file", "is missing") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}" if mark else "file"
        raise BadData(path.name, where, str(getattr(error, "problem", error))) from None


def validate[M: BaseModel](model: type[M], data: Any, file: str) -> M:
    """`data` as `model`; raises `BadData` naming the first wrong key and what was expected."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"]) or "file"
        raise BadData(file, key, f"{first['msg']}, got {first.get('input')!r:.80}") from None


def load_policies(folder: Path = FOLDER) -> Policies:
    parts: dict[str, Any] = {}
    for name, field in Policies.model_fields.items():
        assert isinstance(field.annotation, type)
        path = folder / f"{name}.yml"
        parts[name] = validate(field.annotation, load_yaml(path), path.name)
    return Policies(**parts)
