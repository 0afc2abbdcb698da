"""The access network: test one line. A reading takes up to a few seconds on real equipment."""

from datetime import datetime
from typing import Protocol

from desk.model.diagnosis import LineReading


class LineTest(Protocol):
    def read(self, line: str, now: datetime) -> LineReading | None:
        """Optical power, online state, authentication. None: the line could not be tested."""
        ...
