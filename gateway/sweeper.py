"""Due clocks and timers, once a second. Rows are claimed, so several processes may sweep."""

import asyncio
import itertools
import logging

from desk.app import Desk
from desk.calling import call

log = logging.getLogger(__name__)

_EVERY_SECONDS = 1.0
_TIDY_EVERY = 3600
_OUTAGES_EVERY = 60


async def sweep_forever(desk: Desk) -> None:
    for count in itertools.count():
        try:
            await call(desk.timers.sweep)
            await call(desk.levels.sweep)
            await call(desk.handoff.release_absent)
            await call(desk.people.routing.sweep)
            await call(desk.silences.sweep)
            await call(desk.order_upkeep.sweep)
            await call(desk.notices.sweep)
            if count % _OUTAGES_EVERY == 0:
                await call(desk.outage_feed.read)
            if count % _TIDY_EVERY == 0:
                await call(desk.tidy)
        except Exception:
            log.exception("sweep failed; trying again")
        await asyncio.sleep(_EVERY_SECONDS)
