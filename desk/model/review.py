"""The review list: what the bot was unsure of or got wrong, kept to be labelled and learnt."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class ReviewReason(StrEnum):
    UNSURE = "unsure"
    CORRECTED = "corrected"
    PERSON = "person"


class ReviewState(StrEnum):
    OPEN = "open"
    LABELLED = "labelled"
    SKIPPED = "skipped"


REASON_LABELS = {
    ReviewReason.UNSURE: "没把握",
    ReviewReason.CORRECTED: "客户说不对",
    ReviewReason.PERSON: "随后转人工",
}
STATE_LABELS = {
    ReviewState.OPEN: "待看",
    ReviewState.LABELLED: "已标注",
    ReviewState.SKIPPED: "已跳过",
}


@dataclass(frozen=True)
class ReviewItem:
    """One sentence, masked; the same words said again only raise `times`."""

    id: int
    text: str
    intent: str  # what the model decided; nlu_fallback when it asked back
    ranking: tuple[tuple[str, float], ...]
    reasons: tuple[ReviewReason, ...]
    chosen: str | None  # the intent of the button the customer took when asked back
    followed: tuple[dict[str, Any], ...]  # what the customer said next: {"text", "intent"}
    channel: str
    conversation_id: str
    times: int
    first_at: datetime
    last_at: datetime
    state: ReviewState
    label: str | None = None
    labelled_by: str | None = None
    written: bool = False  # in the training data
