"""Parts that several policies share: words that are listened for, windows of a day."""

import re
from datetime import time

from pydantic import Field, model_validator

from desk.policy_files import Policy


class HeardPolicy(Policy):
    """Words that change how the bot treats somebody."""

    match: list[re.Pattern[str]]
    unless: list[re.Pattern[str]] = []

    def hears(self, text: str) -> bool:
        return matches(self.match, text) and not matches(self.unless, text)


class Hours(Policy):
    """A window of a day."""

    from_: time = Field(alias="from")
    until: time

    @model_validator(mode="after")
    def _forward(self) -> "Hours":
        if self.until <= self.from_:
            raise ValueError("until must be later than from")
        return self


def matches(patterns: list[re.Pattern[str]], text: str) -> bool:
    return any(pattern.search(text) for pattern in patterns)
