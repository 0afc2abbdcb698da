"""The access network: test one line. A reading takes up to a few seconds on real equipment."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol


class LineTest(Protocol):
    def measure(self, service: str, line: str, now: datetime) -> Mapping[str, Any] | None:
        """What is measured on one service of a line; None: it could not be tested.

        `service` is broadband, iptv, mobile or landline; `line` the access line, for mobile the
        phone number. Which fields mean what is told by `data/diagnosis/readings.yml`.
        """
        ...
