"""Paying: a link to the operator's cashier. No card or account data ever enters a conversation."""

from decimal import Decimal
from typing import Protocol


class Payments(Protocol):
    def link(self, reference: str, token: str, amount: Decimal) -> str:
        """Where the customer pays this reference; asked again, the same link."""
        ...


class SimulatedCashier:
    """A link to a made-up cashier; `Desk.payment_reports` is told when somebody has paid."""

    def __init__(self, address: str = "https://pay.xiaotong.example/r") -> None:
        self._address = address.rstrip("/")

    def link(self, reference: str, token: str, amount: Decimal) -> str:
        return f"{self._address}/{token}?amount={amount}"
