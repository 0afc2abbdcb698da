"""满意度调查 and 回访: what a customer thought of a closed order, and who called them about it."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(eq=False)
class Survey:
    """One question after one end of an order; `score` 1 is best, 4 is worst (data/policies)."""

    number: str
    handler: str  # who answered for the order when it ended
    made_at: datetime
    conversation_id: str | None = None  # where it was asked; None: by SMS, or on the phone
    sent_at: datetime | None = None
    score: int | None = None
    words: str = ""
    answered_at: datetime | None = None
    answered_by: str | None = None  # customer, or who wrote down what they said on the phone
    reviewed_at: datetime | None = None
    reviewed_by: str | None = None
    review: str = ""
    id: int = field(init=False)


@dataclass(eq=False)
class ReturnVisit:
    """One call of a person to a customer about an order; `reached` False: nobody answered."""

    number: str
    by: str
    at: datetime
    reached: bool
    words: str
    id: int = field(init=False)


@dataclass(frozen=True)
class SurveyOpen:
    """A question that the customer of a conversation has not answered yet."""

    number: str
    asked_at: datetime


@dataclass(frozen=True)
class SurveyResult:
    """What came of an answer: `review_by` when a supervisor looks at it, `reopened` a complaint."""

    number: str
    score: int
    reopened: bool = False
    review_by: datetime | None = None
