"""工单 and 投诉: what they are, which steps they may take, what a customer is told about them."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from desk.model.errors import IllegalTransition


class Kind(StrEnum):
    REPAIR = "repair"
    COMPLAINT = "complaint"
    BUSINESS = "business"
    CALLBACK = "callback"


PREFIX = {Kind.REPAIR: "BX", Kind.COMPLAINT: "TS", Kind.BUSINESS: "YW", Kind.CALLBACK: "HF"}


class State(StrEnum):
    NEW = "new"
    DISPATCHED = "dispatched"
    ACKNOWLEDGED = "acknowledged"
    IN_PROGRESS = "in_progress"
    PENDING = "pending"  # waiting for the customer; clocks pause
    HELD = "held"  # waiting for a third party
    RESOLVED = "resolved"  # we say it is done
    CLOSED = "closed"  # the customer agrees
    ARCHIVED = "archived"
    CANCELLED = "cancelled"


OPEN_STATES = frozenset(
    {State.NEW, State.DISPATCHED, State.ACKNOWLEDGED, State.IN_PROGRESS, State.PENDING, State.HELD}
)

# We resolve, the customer closes; a closed order may still be reopened, an archived one may not.
TRANSITIONS: dict[State, frozenset[State]] = {
    State.NEW: frozenset({State.DISPATCHED, State.CANCELLED}),
    State.DISPATCHED: frozenset({State.ACKNOWLEDGED, State.DISPATCHED, State.CANCELLED}),
    State.ACKNOWLEDGED: frozenset({State.IN_PROGRESS, State.DISPATCHED, State.CANCELLED}),
    State.IN_PROGRESS: frozenset({State.PENDING, State.HELD, State.RESOLVED, State.DISPATCHED}),
    State.PENDING: frozenset({State.IN_PROGRESS, State.RESOLVED, State.CANCELLED}),
    State.HELD: frozenset({State.IN_PROGRESS, State.RESOLVED}),
    State.RESOLVED: frozenset({State.CLOSED, State.IN_PROGRESS}),
    State.CLOSED: frozenset({State.ARCHIVED, State.IN_PROGRESS}),
    State.ARCHIVED: frozenset(),
    State.CANCELLED: frozenset({State.ARCHIVED}),
}

KIND_LABELS = {
    Kind.REPAIR: "报修工单",
    Kind.COMPLAINT: "投诉工单",
    Kind.BUSINESS: "业务工单",
    Kind.CALLBACK: "回电工单",
}
STATE_LABELS = {
    State.NEW: "已受理，等待派单",
    State.DISPATCHED: "已派单，等待处理人接单",
    State.ACKNOWLEDGED: "处理人已接单",
    State.IN_PROGRESS: "正在处理",
    State.PENDING: "等待您补充信息",
    State.HELD: "等待第三方配合",
    State.RESOLVED: "已处理，等待您确认",
    State.CLOSED: "已办结",
    State.ARCHIVED: "已归档",
    State.CANCELLED: "已取消",
}

NEXT_STEPS = {
    State.NEW: "安排处理人",
    State.DISPATCHED: "处理人接单后与您联系",
    State.ACKNOWLEDGED: "处理人与您联系，约好后处理",
    State.IN_PROGRESS: "处理完请您确认结果",
    State.PENDING: "收到您补充的信息后继续处理",
    State.HELD: "配合方处理好后我们继续",
    State.RESOLVED: "请您确认是否满意，不满意可以要求重新处理",
    State.CLOSED: "已经办完，再有问题随时告诉我",
    State.ARCHIVED: "已经办完，再有问题随时告诉我",
    State.CANCELLED: "已按您的要求取消，需要时可以重新登记",
}


@dataclass(eq=False)
class WorkOrder:
    number: str
    kind: Kind
    opened_at: datetime
    promised_at: datetime
    description: str
    conversation_id: str | None = None
    customer_id: int | None = None
    contact_phone: str | None = None
    state: State = State.NEW
    marks: list[str] = field(default_factory=list)
    steps: list[dict[str, Any]] = field(default_factory=list)
    id: int = field(init=False)

    def move_to(self, target: State) -> None:
        """Take one step of the life of an order; raises `IllegalTransition`."""
        if target not in TRANSITIONS[self.state]:
            raise IllegalTransition(f"{self.number}: {self.state} → {target}")
        self.state = target


class Severity(StrEnum):
    GENERAL = "general"
    SERIOUS = "serious"
    MAJOR = "major"

    def raised(self) -> "Severity":
        """One step more severe; major stays major."""
        order = list(Severity)
        return order[min(order.index(self) + 1, len(order) - 1)]


SEVERITY_LABELS = {Severity.GENERAL: "一般", Severity.SERIOUS: "较严重", Severity.MAJOR: "重大"}


@dataclass(eq=False)
class Complaint:
    work_order_id: int
    category: str
    severity: Severity
    description: str
    wish: str
    reasons: list[str]  # why this severity, shown to staff
    filed_at: datetime
    first_result_by: datetime
    close_by: datetime
    id: int = field(init=False)


@dataclass(frozen=True)
class OrderReceipt:
    """What the customer takes away from a repair order."""

    number: str
    promised_at: datetime
    contact: str | None


@dataclass(frozen=True)
class ComplaintReceipt:
    number: str
    category: str
    severity: str
    first_result_by: datetime
    close_by: datetime
    reopened: bool


@dataclass(frozen=True)
class OrderUpdate:
    """What came of an urge, a cancellation or a note."""

    number: str
    state: State
    promised_at: datetime
    times: int = 0  # urges within the time of the rule, this one included
    escalated: str | None = None  # why it went to the supervisor
    answer_by: datetime | None = None


@dataclass(frozen=True)
class ProgressStep:
    at: datetime
    text: str


@dataclass(frozen=True)
class OrderProgress:
    """Progress as a customer may read it: Chinese labels, no names, no personal data."""

    number: str
    kind: str
    state: str
    opened_at: datetime
    promised_at: datetime
    history: tuple[ProgressStep, ...]
    next_step: str = ""
    open: bool = True
