"""Follows the journal: what other processes did (an agent's answer) reaches the customers."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from desk.app import Desk
from desk.calling import call

log = logging.getLogger(__name__)

_POLL_SECONDS = 0.25
_STATE_EVENTS = frozenset(
    {"ConversationQueued", "ConversationTaken", "ConversationClosed", "HandoffWithdrawn"}
)


class Watcher:
    """`on_message` is called when something was said; `on_state` with a conversation id."""

    def __init__(
        self,
        desk: Desk,
        on_message: Callable[[], None],
        on_state: Callable[[str], Awaitable[None]],
    ) -> None:
        self._desk, self._on_message, self._on_state = desk, on_message, on_state

    async def run(self) -> None:
        last: int | None = None
        while True:
            try:
                last = await self._follow(last)
            except Exception:
                log.exception("cannot read the journal; trying again")
            await asyncio.sleep(_POLL_SECONDS)

    async def _follow(self, last: int | None) -> int:
        if last is None:
            return await call(self._desk.journal.last_id)
        events = await call(self._desk.journal.after, last)
        if any(event.type == "MessageSent" for event in events):
            self._on_message()
        for event in events:
            if event.type in _STATE_EVENTS and event.conversation_id:
                await self._on_state(event.conversation_id)
        return events[-1].id if events else last
