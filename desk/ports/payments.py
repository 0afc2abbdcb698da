"""Paying: a link to the operator's cashier. No card or account data ever enters a conversation."""

import hashlib
import hmac
from decimal import Decimal
from typing import Protocol
from urllib.parse import urlencode


class Payments(Protocol):
    def link(self, reference: str, token: str, amount: Decimal) -> str:
        """Where the customer pays this reference; asked again, the same link."""
        ...


class Cashier:
    """The operator's: what is to be paid stands in the link, signed (docs/operations.md)."""

    def __init__(self, address: str, key: str) -> None:
        self._address, self._key = address, key

    def link(self, reference: str, token: str, amount: Decimal) -> str:
        said = {"reference": reference, "token": token, "amount": f"{amount:.2f}"}
        signed = hmac.new(self._key.encode(), urlencode(said).encode(), hashlib.sha256)
        mark = "&" if "?" in self._address else "?"
        return f"{self._address}{mark}{urlencode({**said, 'signature': signed.hexdigest()})}"


class TrialCashier:
    """The page of the gateway that stands for a cashier while things are tried out."""

    def __init__(self, address: str) -> None:
        self._address = address.rstrip("/")

    def link(self, reference: str, token: str, amount: Decimal) -> str:
        return f"{self._address}/cashier/{token}"
