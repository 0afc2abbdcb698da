"""Short messages to a phone. Called by the outbox only, so a failure is retried, not lost."""

from datetime import datetime
from typing import Protocol


class Messaging(Protocol):
    def send_sms(self, phone: str, text: str, now: datetime) -> None:
        """Hand one message to the SMS gateway; raises on failure, the outbox tries again."""
        ...
