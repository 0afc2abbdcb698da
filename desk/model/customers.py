"""Customers, how they reach us, and what they hold. Account data itself belongs to the BSS port."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal


@dataclass(eq=False)
class Customer:
    """A person we know: linked to an account of the operator once identity was proved."""

    account: str  # the operator's account number, key of the BSS port
    name: str
    phone: str
    created_at: datetime
    area: str | None = None  # of the account, as of the last proof of identity
    id: int = field(init=False)


@dataclass(eq=False)
class ChannelIdentity:
    """Who somebody is on one channel (a WeChat openid, a web-chat session, a REST sender)."""

    channel: str
    external_id: str
    created_at: datetime
    id: int = field(init=False)


@dataclass(eq=False)
class IdentityCode:
    """One SMS code sent for one conversation; only a keyed hash of the code is kept."""

    conversation_id: str
    account: str | None  # None: no such customer, the same answer is given all the same
    phone: str
    code_hash: str
    sent_at: datetime
    expires_at: datetime
    attempts: int = 0
    used_at: datetime | None = None
    id: int = field(init=False)


@dataclass(frozen=True)
class Account:
    """What the operator's customer system (BSS) knows about an account."""

    account: str
    name: str
    phone: str
    area: str
    address: str
    vip: bool
    balance: Decimal  # yuan; negative is owed
    suspended: bool
    line: str | None  # access line of the broadband product; None without broadband


@dataclass(frozen=True)
class Package:
    """套餐: an offer in the catalogue."""

    code: str
    name: str
    monthly_fee: Decimal  # yuan
    summary: str
    product: str  # "fusion" | "mobile" | "broadband"


@dataclass(frozen=True)
class Holding:
    """The package an account holds, with the extra services on top."""

    package: Package
    since: date
    contract_end: date | None
    extras: tuple[str, ...]


@dataclass(frozen=True)
class Allowance:
    name: str
    unit: str  # "GB" | "分钟" | "条"
    total: Decimal
    used: Decimal

    @property
    def left(self) -> Decimal:
        return max(self.total - self.used, Decimal(0))


@dataclass(frozen=True)
class Usage:
    as_of: datetime
    allowances: tuple[Allowance, ...]


@dataclass(frozen=True)
class Identity:
    """How far we know who is talking in a conversation."""

    verified: bool
    customer_name: str | None = None
    masked_phone: str | None = None


@dataclass(frozen=True)
class CodeSent:
    masked_phone: str
    valid_minutes: int


@dataclass(frozen=True)
class Verification:
    verified: bool
    attempts_left: int
    locked: bool
    customer_name: str | None = None
