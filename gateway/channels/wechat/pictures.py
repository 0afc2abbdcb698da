"""Fetches pictures that customers sent, one after the other, until each is stored or lost."""

import asyncio
import logging
from typing import Protocol

from desk.calling import call
from gateway.channels.wechat.caller import Busy, Caller, Refused

log = logging.getLogger(__name__)

_POLL_SECONDS = 1.0


class _Wanted(Protocol):
    @property
    def message_id(self) -> int: ...
    @property
    def media_id(self) -> str: ...


class Wishes(Protocol):
    """The desk's list of pictures that a channel named: service account's or customer service's."""

    def claim(self) -> _Wanted | None: ...
    def keep(self, message_id: int, content: bytes) -> bool: ...
    def not_fetched(self, message_id: int) -> None: ...


async def fetch_pictures(wishes: Wishes, api: Caller) -> None:
    """Runs until cancelled; several processes may run it."""
    while True:
        try:
            found = await _fetch_one(wishes, api)
        except Exception:
            log.exception("cannot fetch pictures; trying again")
            found = False
        if not found:
            await asyncio.sleep(_POLL_SECONDS)


async def _fetch_one(wishes: Wishes, api: Caller) -> bool:
    wanted = await call(wishes.claim)
    if wanted is None:
        return False
    try:
        content = await api.picture(wanted.media_id)
    except (Busy, Refused) as error:
        log.warning("picture of message %s: %s", wanted.message_id, error)
        await call(wishes.not_fetched, wanted.message_id)
        return True
    if not await call(wishes.keep, wanted.message_id, content):
        log.warning("message %s holds no picture", wanted.message_id)
    return True
