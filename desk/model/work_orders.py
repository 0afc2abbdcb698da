"""工单 and 投诉: what they are and what a customer is told about them.

Which steps they may take is in `desk.model.order_life`.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


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


class By(StrEnum):
    """Who takes a step: some steps are not everybody's."""

    CUSTOMER = "customer"
    HANDLER = "handler"
    LEAD = "lead"  # a supervisor, or an operator at the command line
    SYSTEM = "system"


class Priority(StrEnum):
    NORMAL = "normal"
    IMPORTANT = "important"
    URGENT = "urgent"


class CustomerLevel(StrEnum):
    NORMAL = "normal"
    VIP = "vip"
    ELDERLY = "elderly"


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

# What staff press to get there.
STEP_LABELS = {
    State.NEW: "重新受理",
    State.DISPATCHED: "派单",
    State.ACKNOWLEDGED: "接单",
    State.IN_PROGRESS: "开始处理",
    State.PENDING: "等客户补充",
    State.HELD: "等第三方",
    State.RESOLVED: "处理完成",
    State.CLOSED: "办结",
    State.ARCHIVED: "归档",
    State.CANCELLED: "取消工单",
}

PRIORITY_LABELS = {
    Priority.NORMAL: "普通",
    Priority.IMPORTANT: "优先",
    Priority.URGENT: "紧急",
}
LEVEL_LABELS = {
    CustomerLevel.NORMAL: "普通客户",
    CustomerLevel.VIP: "VIP客户",
    CustomerLevel.ELDERLY: "老年客户",
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
    """One matter somebody has to see to. `owner` answers for it until `assignee` accepts."""

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
    priority: Priority = Priority.NORMAL
    level: CustomerLevel = CustomerLevel.NORMAL
    area: str | None = None
    service: str | None = None  # broadband, iptv, mobile, landline: what is to be repaired
    skill: str | None = None
    language: str = "zh"
    team: str | None = None
    assignee: str | None = None  # who was asked: an agent or a crew
    owner: str = "bot"  # who answers for it now
    waiting: str | None = None  # why nobody was asked yet
    look_at: datetime | None = None  # when the upkeep looks at it again
    preparation: dict[str, Any] | None = None  # 预处理: asked, analysis, suggestion, who, when
    id: int = field(init=False)


@dataclass(frozen=True)
class OrderWish:
    """What a file says of an order to be opened."""

    kind: Kind
    description: str
    contact_phone: str | None = None
    area: str | None = None
    service: str | None = None
    level: CustomerLevel = CustomerLevel.NORMAL
    priority: Priority = Priority.NORMAL


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
    proposal: str | None = None  # what we offered last, and who did
    proposed_at: datetime | None = None
    proposed_by: str | None = None
    rejections: int = 0
    leader: str | None = None  # named for severe ones
    id: int = field(init=False)


@dataclass(frozen=True)
class ProposalOpen:
    """A complaint's proposal that waits for the customer; `said_last`: nothing was said since."""

    number: str
    said_last: bool


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
    severe: bool = False  # a person talks to the customer at once


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
