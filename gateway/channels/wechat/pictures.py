"""Fetches pictures that customers sent, one after the other, until each is stored or lost."""

import asyncio
import logging

from desk.app import Desk
from desk.calling import call
from gateway.channels.wechat.api import Busy, Refused, WeChatApi

log = logging.getLogger(__name__)

_POLL_SECONDS = 1.0


async def fetch_pictures(desk: Desk, api: WeChatApi) -> None:
    """Runs until cancelled; several processes may run it."""
    while True:
        try:
            found = await _fetch_one(desk, api)
        except Exception:
            log.exception("wechat: cannot fetch pictures; trying again")
            found = False
        if not found:
            await asyncio.sleep(_POLL_SECONDS)


async def _fetch_one(desk: Desk, api: WeChatApi) -> bool:
    wanted = await call(desk.wechat.pictures.claim)
    if wanted is None:
        return False
    try:
        content = await api.picture(wanted.media_id)
    except (Busy, Refused) as error:
        log.warning("wechat: picture of message %s: %s", wanted.message_id, error)
        await call(desk.wechat.pictures.not_fetched, wanted.message_id)
        return True
    if not await call(desk.wechat.pictures.keep, wanted.message_id, content):
        log.warning("wechat: message %s holds no picture", wanted.message_id)
    return True
