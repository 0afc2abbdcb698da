"""Outgoing messages → their channels. Retries, keeps order per recipient, gives up loudly."""

import logging
from collections.abc import Awaitable, Callable

from desk.app import Desk
from desk.calling import call
from desk.model.conversations import Delivery
from gateway.rounds import Rounds

log = logging.getLogger(__name__)

type Send = Callable[[Delivery], Awaitable[None]]


class Outbox:
    """One loop per channel: a gateway that hangs must not keep the others' messages back.

    `batch` times the longest a `send` may take has to stay below the outbox lease.
    """

    def __init__(self, desk: Desk, channel: str, send: Send, batch: int = 50) -> None:
        self._desk, self._channel, self._send, self._batch = desk, channel, send, batch
        rounds = Rounds("outbox", self._deliver_some)
        self.run, self.wake = rounds.run, rounds.wake

    async def _deliver_some(self) -> int:
        deliveries = await call(self._desk.outbox.claim, (self._channel,), self._batch)
        blocked: set[str] = set()
        for delivery in deliveries:
            if delivery.recipient in blocked:
                # An earlier message to the same recipient just failed: this one waits behind it.
                await call(self._desk.outbox.give_back, delivery.outbox_id)
                continue
            try:
                await self._send(delivery)
            except Exception as error:
                log.warning("delivery %s on %s: %s", delivery.outbox_id, self._channel, error)
                blocked.add(delivery.recipient)
                await call(self._desk.outbox.failed, delivery.outbox_id, str(error))
            else:
                await call(self._desk.outbox.delivered, delivery.outbox_id)
        return len(deliveries)
