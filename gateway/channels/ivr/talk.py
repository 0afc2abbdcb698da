"""The calls under way, for every telephone platform: opened, heard, kept in mind, ended.

Within a call one thing is heard at a time, and what was heard before gets the same answer again.
"""

import asyncio
import logging
from collections import defaultdict

from desk.app import Desk
from desk.calling import call
from gateway.channels.ivr.exchange import Exchange
from gateway.channels.ivr.heard import Heard
from gateway.channels.ivr.memory import Memory
from gateway.channels.ivr.people import People
from gateway.channels.ivr.spoken import Act
from gateway.inbox import Inbox
from gateway.message import BadMessage

log = logging.getLogger(__name__)

EXPIRES_SECONDS = 120
_TRANSFERRED = "transferred"  # the platform's word for a call that somebody else has now


class UnknownCall(BadMessage):
    def __init__(self) -> None:
        super().__init__("unknown_conversation", "conversation: there is no such call", 404)


class Talk:
    def __init__(self, desk: Desk, inbox: Inbox) -> None:
        self._desk, self._inbox = desk, inbox
        self._people = People(desk)
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def open(self, call_id: str) -> None:
        """A call comes in; the same once more changes nothing. Raises `BadMessage` when ended."""
        if not await call(self._desk.calls.open, call_id, EXPIRES_SECONDS):
            raise BadMessage("conversation_ended", "conversation: this call has ended", 409)

    async def keep_alive(self, call_id: str) -> None:
        """The line still stands; raises `UnknownCall`."""
        if not await call(self._desk.calls.keep, call_id, EXPIRES_SECONDS):
            raise UnknownCall

    async def hear(self, call_id: str, heard: Heard) -> list[Act]:
        """What is said to this; the same again for something heard before. Raises `UnknownCall`."""
        async with self._locks[call_id]:
            known = await call(self._desk.calls.get, call_id)
            if known is None:
                self._locks.pop(call_id, None)
                raise UnknownCall
            memory = Memory.from_json(known.memory)
            if (again := memory.answer_to(heard.id)) is not None:
                return again
            exchange = Exchange(self._desk, self._inbox, self._people, call_id, heard, memory)
            await exchange.answer()
            memory.answered(heard.id, exchange.acts)
            await call(self._desk.calls.keep, call_id, EXPIRES_SECONDS, memory.as_json())
            return exchange.acts

    async def end(self, call_id: str, reason: str) -> None:
        """Somebody hung up; who waited for a person is called back. Raises `UnknownCall`."""
        async with self._locks[call_id]:
            known = await call(self._desk.calls.get, call_id)
            if known is None:
                self._locks.pop(call_id, None)
                raise UnknownCall
            await self._end(call_id, Memory.from_json(known.memory), reason)
        self._locks.pop(call_id, None)

    async def end_expired(self) -> None:
        """Calls of which nothing was heard for too long: the platform is gone."""
        for lost in await call(self._desk.calls.run_out):
            async with self._locks[lost.id]:
                if await call(self._desk.calls.get, lost.id) is None:
                    await self._end(lost.id, Memory.from_json(lost.memory), "expired")
            self._locks.pop(lost.id, None)

    async def _end(self, call_id: str, memory: Memory, reason: str) -> None:
        if not (memory.transferred and reason == _TRANSFERRED):
            await self._people.left_waiting(call_id, memory.caller)
        await call(self._desk.calls.end, call_id, reason)
        log.info("call %s ended: %s", call_id, reason)
