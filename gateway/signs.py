"""Follows the signs of agents: that one is typing reaches the customer's browser."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from desk.app import Desk
from desk.calling import call
from desk.model.conversations import Author

log = logging.getLogger(__name__)

_POLL_SECONDS = 0.5


class SignWatcher:
    """`on_typing` is called with a conversation id and whether its agent types, when it changes."""

    def __init__(self, desk: Desk, on_typing: Callable[[str, bool], Awaitable[None]]) -> None:
        self._desk, self._on_typing = desk, on_typing
        self._typing: frozenset[str] = frozenset()

    async def run(self) -> None:
        while True:
            try:
                await self.look()
            except Exception:
                log.exception("cannot read the signs; trying again")
            await asyncio.sleep(_POLL_SECONDS)

    async def look(self) -> None:
        """Tell what began and what ended since the last look."""
        recent = await call(self._desk.workplace.signs.recent)
        now = frozenset(
            sign.conversation_id for sign in recent if sign.author is Author.AGENT and sign.typing
        )
        before, self._typing = self._typing, now
        for conversation_id in now - before:
            await self._on_typing(conversation_id, True)
        for conversation_id in before - now:
            await self._on_typing(conversation_id, False)
