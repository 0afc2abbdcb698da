"""办理: a change is quoted, read out, confirmed a second time, and may be undone for a while.

What is read out are the lines of the quote; exactly those lines are what a confirmation means.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any


class ChangeKind(StrEnum):
    CHANGE_PACKAGE = "change_package"
    SUBSCRIBE = "subscribe"
    UNSUBSCRIBE = "unsubscribe"
    RECHARGE = "recharge"
    TRACE_RECHARGE = "trace_recharge"
    SUSPEND_LOSS = "suspend_loss"
    SUSPEND_PAUSE = "suspend_pause"
    RESTORE = "restore"
    RESET_PASSWORD = "reset_password"
    INSTALL = "install"
    RELOCATE = "relocate"
    RENEW = "renew"
    REFUND_SERVICE = "refund_service"
    REVIEW_ITEM = "review_item"


class ChangeState(StrEnum):
    QUOTED = "quoted"
    CONFIRMED = "confirmed"
    UNDONE = "undone"


@dataclass(eq=False)
class Change:
    """One change, from its quote to its receipt. `details` is what the customer chose."""

    kind: ChangeKind
    conversation_id: str
    details: dict[str, Any]
    title: str
    lines: list[list[str]]  # [label, text] as read out
    quoted_at: datetime
    expires_at: datetime
    effective_on: date
    customer_id: int | None = None
    account: str | None = None
    undo_until: date | None = None  # the last day on which it may be undone
    state: ChangeState = ChangeState.QUOTED
    confirmed_at: datetime | None = None
    undone_at: datetime | None = None
    number: str | None = None
    promised_at: datetime | None = None
    link: str | None = None
    id: int = field(init=False)


@dataclass(frozen=True)
class Terms:
    """What a kind of change means for one account today, before words are made of it."""

    title: str
    values: dict[str, str]  # for the lines of data/policies/changes.yml
    effective_on: date
    undo_until: date | None = None
    order: str | None = None  # what back-office work is to be done; None: done online at once
    contact_phone: str | None = None
    marks: tuple[str, ...] = ()
    effect: dict[str, Any] = field(default_factory=dict)  # worked out, for the customer system


@dataclass(frozen=True)
class Quote:
    """What is read out before the second confirmation."""

    id: int
    kind: ChangeKind
    title: str
    lines: tuple[tuple[str, str], ...]
    expires_at: datetime


@dataclass(frozen=True)
class ChangeReceipt:
    """What the customer takes away."""

    number: str
    kind: ChangeKind
    title: str
    effective_on: date
    undo_until: date | None = None
    promised_at: datetime | None = None  # back-office work: by when
    link: str | None = None  # recharge: where to pay
    sent_to: str | None = None  # password: masked phone of the SMS


@dataclass(frozen=True)
class Payment:
    """What a link to the cashier is for."""

    reference: str
    amount: Decimal
    paid: bool


@dataclass(frozen=True)
class BssOrder:
    """What the customer system is told to do. The same reference is never done twice."""

    reference: str
    kind: str
    account: str
    details: dict[str, Any]
    effective_on: date


@dataclass(frozen=True)
class Charge:
    """Something a customer may not recognise: a service with all it has cost, or a bill item."""

    name: str
    amount: Decimal
    service: str | None = None
    since: date | None = None
    channel: str | None = None
    month: date | None = None  # of a bill item
    months: int = 0  # how many bills a service is on


@dataclass(frozen=True)
class Preparation:
    """What law reserves for a person: what was checked, what to bring, where to go."""

    kind: str
    title: str
    checks: tuple[str, ...]
    bring: tuple[str, ...]
    where: str
    ready: bool
