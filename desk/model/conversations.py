"""Conversations and their messages: what was said, by whom, and who answers now."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class ConversationState(StrEnum):
    BOT = "bot"
    QUEUED = "queued"
    HUMAN = "human"
    CLOSED = "closed"


class Author(StrEnum):
    CUSTOMER = "customer"
    BOT = "bot"
    AGENT = "agent"
    SYSTEM = "system"


@dataclass(eq=False)
class Conversation:
    """One customer on one channel, from first word to archive. Owned by us, not by Rasa."""

    id: str
    channel: str
    external_id: str
    identity_id: int
    opened_at: datetime
    state: ConversationState = ConversationState.BOT
    customer_id: int | None = None
    verified_at: datetime | None = None
    last_message_at: datetime | None = None
    # One turn at a time: whoever holds the lease, with the newest fence, may write its result.
    lease_owner: str | None = None
    lease_until: datetime | None = None
    fence: int = 0
    # The flow in whose middle the bot waits for an answer; None when nothing is open.
    awaits: str | None = None


@dataclass(eq=False)
class Message:
    """Something said in a conversation. `external_id` makes an inbound message unique."""

    conversation_id: str
    author: Author
    text: str
    at: datetime
    external_id: str | None = None
    name: str | None = None
    buttons: list[dict[str, str]] = field(default_factory=list)
    image: str | None = None
    custom: dict[str, Any] | None = None
    intent: str | None = None
    confidence: float | None = None
    reply_to: int | None = None
    delivered_at: datetime | None = None
    failed_at: datetime | None = None
    id: int = field(init=False)


@dataclass(eq=False)
class InboxItem:
    """An acknowledged message that still waits for its turn. The row goes when the turn is done."""

    message_id: int
    conversation_id: str
    received_at: datetime
    not_before: datetime
    attempts: int = 0
    notified: bool = False  # the customer was told that it takes longer


@dataclass(eq=False)
class OutboxItem:
    """A message that still has to reach its channel. The row goes when it was delivered."""

    channel: str
    recipient: str
    not_before: datetime
    message_id: int | None = None  # a message of a conversation …
    text: str | None = None  # … or a notice of its own (SMS)
    attempts: int = 0
    last_error: str | None = None
    parked: bool = False  # the channel may not speak before the customer does
    id: int = field(init=False)


@dataclass(frozen=True)
class Reply:
    """One thing to say to a customer, before it has a channel."""

    text: str
    buttons: tuple[dict[str, str], ...] = ()
    image: str | None = None
    custom: dict[str, Any] | None = None


@dataclass(frozen=True)
class Claim:
    """Who wants to answer, and for how long the right to do so is theirs."""

    owner: str
    lease_seconds: float


@dataclass(frozen=True)
class Turn:
    """The right to answer one message, proved by the fence when the result is written."""

    conversation_id: str
    message_id: int
    text: str
    channel: str
    external_id: str
    state: ConversationState
    fence: int
    attempts: int
    received_at: datetime
    notified: bool


@dataclass(frozen=True)
class Accepted:
    """An inbound message is stored: from here on it cannot be lost.

    `turn` is there when the message was claimed in the same breath: nothing was before it.
    """

    conversation_id: str
    message_id: int
    repeated: bool
    state: ConversationState
    turn: Turn | None = None


@dataclass(frozen=True)
class Understood:
    """What the dialogue model made of a message; kept on it for staff and for the review list."""

    intent: str | None
    confidence: float | None
    awaits: str | None = None  # the flow that now waits for the customer's answer
    ranking: tuple[tuple[str, float], ...] = ()  # the likeliest intents, whatever was decided


@dataclass(frozen=True)
class Delivery:
    """One outgoing message with all its channel needs to know."""

    outbox_id: int
    channel: str
    recipient: str
    text: str
    attempts: int
    message: Message | None = None


@dataclass(eq=False)
class Handoff:
    """转人工: from the bot to a person, with the reason and who took it."""

    conversation_id: str
    reason: str
    requested_at: datetime
    due_at: datetime
    taken_at: datetime | None = None
    agent_id: int | None = None
    closed_at: datetime | None = None
    wrap_up: str | None = None
    rank: int = 0  # by need: lower is served first
    disposition: str | None = None  # what came of it, by the policy's list
    callback_asked_at: datetime | None = None  # we asked which number to call
    id: int = field(init=False)


@dataclass(frozen=True)
class HandoffTicket:
    """What a waiting customer is told; None is said as what it is, not known."""

    position: int
    agents_online: int
    promised_minutes: int
    expected_minutes: int | None = None  # measured over the last hours
    opens_at: datetime | None = None  # nobody is there before
