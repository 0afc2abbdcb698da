"""The loop of whoever empties the outbox: on as long as something goes out, then wait for news."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

log = logging.getLogger(__name__)

_POLL_SECONDS = 0.25


class Rounds:
    """`deliver` sends what is due and returns how many; what it raises is logged, then retried."""

    def __init__(self, name: str, deliver: Callable[[], Awaitable[int]]) -> None:
        self._name, self._deliver = name, deliver
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """Something was written: do not wait for the next look."""
        self._wake.set()

    async def run(self) -> None:
        while True:
            self._wake.clear()
            try:
                sent = await self._deliver()
            except Exception:
                log.exception("%s: cannot deliver; trying again", self._name)
                sent = 0
            if not sent:
                await self._idle()

    async def _idle(self) -> None:
        try:
            async with asyncio.timeout(_POLL_SECONDS):
                await self._wake.wait()
        except TimeoutError:
            return
