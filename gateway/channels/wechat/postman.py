"""Outbox → customer-service messages: joined, within the quota, in order; then notice, then SMS."""

import asyncio
import logging
from collections.abc import Collection
from itertools import groupby
from typing import Protocol

from desk.app import Desk
from desk.calling import call
from desk.model.conversations import Author, Delivery, Message
from gateway.channels.wechat import render
from gateway.channels.wechat.api import WeChatApi
from gateway.channels.wechat.caller import Busy, Closed, NoMenus, Refused, Unsure
from gateway.channels.wechat.codec import CHANNEL
from gateway.rounds import Rounds

log = logging.getLogger(__name__)

_GROUP_SECONDS = 25.0  # below the outbox lease
_LONGEST_WAIT = 30.0
_BATCH = 50
_NOTICE = "您有新的服务消息，回复任意内容即可查看"


class Quota(Protocol):
    """The desk's account of what may still be said to whom, of one channel."""

    def take(self, recipient: str, count: int, /) -> bool: ...
    def give_back(self, recipient: str, count: int, /) -> None: ...
    def close(self, recipient: str, /) -> None: ...
    def by_sms(self, deliveries: list[Delivery], /) -> bool: ...


class RationedPostman:
    """What is said without a passive answer, on a channel with a quota.

    `held`: customers who are answered otherwise just now.
    """

    def __init__(
        self, desk: Desk, channel: str, quota: Quota, held: Collection[str], parallel: int = 8
    ) -> None:
        self._desk, self._channel, self._quota, self._held = desk, channel, quota, held
        rounds = Rounds(channel, self._deliver_some)
        self.run, self.wake = rounds.run, rounds.wake
        self._slots = asyncio.Semaphore(parallel)
        self._failures = 0

    # -- what channels do differently ----------------------------------------------------------

    async def _send(self, recipient: str, bundle: list[Delivery]) -> bool:
        """False: the customer has to do something before anything more may be sent."""
        raise NotImplementedError

    async def _hand_over(self, recipient: str, wire: render.Wire, place: str) -> None:
        """One message to the platform; `place` names it, the same at every try."""
        raise NotImplementedError

    def _fits(self, deliveries: list[Delivery]) -> bool:
        """Whether these are one message on the channel."""
        raise NotImplementedError

    async def _notice(self, recipient: str, waiting: list[Delivery]) -> bool:
        """Whether the customer is called back another way, what waits being parked for it."""
        return False

    # -- what they have in common --------------------------------------------------------------

    async def _deliver_some(self) -> int:
        claimed = await call(self._desk.outbox.claim, (self._channel,), _BATCH, tuple(self._held))
        claimed.sort(key=lambda one: (one.recipient, one.outbox_id))
        groups = groupby(claimed, key=lambda one: one.recipient)
        await asyncio.gather(*(self._deliver(one, list(group)) for one, group in groups))
        return len(claimed)

    async def _deliver(self, recipient: str, waiting: list[Delivery]) -> None:
        async with self._slots:
            try:
                async with asyncio.timeout(_GROUP_SECONDS):
                    while waiting:
                        bundle = self.bundle(waiting)
                        if not await self._send(recipient, bundle):
                            return await self._otherwise(recipient, waiting)
                        waiting = waiting[len(bundle) :]
                        self._failures = 0
            except (Busy, TimeoutError) as error:
                self._failures += 1
                pause = min(2.0 ** min(self._failures, 10), _LONGEST_WAIT)
                log.warning(
                    "%s: %s; %s messages wait %.0f s", self._channel, error, len(waiting), pause
                )
                await call(
                    self._desk.outbox.later, ids_of(waiting), pause, str(error) or "too slow"
                )
            except Refused as error:
                log.error("%s: a message was refused: %s", self._channel, error)
                first, *rest = waiting
                await call(self._desk.outbox.failed, first.outbox_id, str(error))
                await call(self._desk.outbox.later, ids_of(rest), 1.0, "behind a refused message")

    def bundle(self, waiting: list[Delivery]) -> list[Delivery]:
        """As many of the oldest as fit into one message; always one at least."""
        size = 1
        while size < len(waiting) and self._fits(waiting[: size + 1]):
            size += 1
        return waiting[:size]

    async def _within_quota(
        self, recipient: str, bundle: list[Delivery], wires: list[render.Wire]
    ) -> bool:
        """Send what makes up a bundle, whole or not at all; False when there is no right to."""
        if not await call(self._quota.take, recipient, len(wires)):
            return False
        left = len(wires)
        place = place_of(bundle)
        try:
            for number, wire in enumerate(wires):
                await self._hand_over(recipient, wire, f"{place}-{number}")
                left -= 1
        except Unsure:
            await self._untake(recipient, left - 1)  # one of them may have arrived
            raise
        except Closed:
            await call(self._quota.close, recipient)
            return False
        except (Busy, Refused):
            await self._untake(recipient, left)
            raise
        await call(self._desk.outbox.delivered, *ids_of(bundle))
        return True

    async def _untake(self, recipient: str, count: int) -> None:
        if count > 0:
            await call(self._quota.give_back, recipient, count)

    async def _otherwise(self, recipient: str, waiting: list[Delivery]) -> None:
        """The quota is used up: called back another way, else SMS, else their next word."""
        news = [one for one in waiting if one.message and one.message.author is not Author.BOT]
        if news:
            if await self._notice(recipient, waiting):
                return
            if await call(self._quota.by_sms, news):
                waiting = [one for one in waiting if one not in news]
        await call(self._desk.outbox.park, ids_of(waiting))


class Postman(RationedPostman):
    """The service account's: sends what was not answered passively."""

    def __init__(
        self, desk: Desk, api: WeChatApi, held: Collection[str], parallel: int = 8
    ) -> None:
        super().__init__(desk, CHANNEL, desk.wechat.quota, held, parallel)
        self._api = api
        self._menus = desk.settings.wechat_menus

    async def _send(self, openid: str, bundle: list[Delivery]) -> bool:
        base = self._desk.settings.public_url
        wires = render.customer_service(messages_of(bundle), base, menus=self._menus)
        try:
            return await self._within_quota(openid, bundle, wires)
        except NoMenus:
            if not self._menus:
                raise
            log.warning("wechat: the account may not send menus; choices are numbered from now on")
            self._menus = False
            return await self._send(openid, bundle)

    def _fits(self, deliveries: list[Delivery]) -> bool:
        return len(render.texts(messages_of(deliveries), self._desk.settings.public_url)) <= 1

    async def _hand_over(self, openid: str, wire: render.Wire, place: str) -> None:
        await self._api.send(openid, wire)

    async def _notice(self, openid: str, waiting: list[Delivery]) -> bool:
        """Parked behind a template notice; one is enough until it fails."""
        settings, quota = self._desk.settings, self._desk.wechat.quota
        if not settings.wechat_notice_template:
            return False
        state = await call(quota.notice_state, openid)
        if state == "notice_failed":
            return False
        # Parked and noted before it is sent: its result may come sooner than its answer.
        await call(self._desk.outbox.park, ids_of(waiting))
        if state is not None:
            return True
        await call(quota.noticed, openid)
        try:
            await self._api.notify(
                openid,
                settings.wechat_notice_template,
                settings.wechat_notice_field,
                _NOTICE,
                f"xt-{waiting[0].outbox_id}",
            )
        except Refused as error:
            log.warning("wechat: the notice was refused: %s", error)
            await call(quota.notice_failed, openid)
            return False
        except Busy:
            await call(quota.notice_undone, openid)
            raise
        return True


def ids_of(deliveries: list[Delivery]) -> list[int]:
    return [one.outbox_id for one in deliveries]


def place_of(bundle: list[Delivery]) -> str:
    """Which messages these are: first and last id."""
    told = messages_of(bundle)
    return f"{told[0].id}-{told[-1].id}" if told else "0-0"


def messages_of(deliveries: list[Delivery]) -> list[Message]:
    return [one.message for one in deliveries if one.message is not None]
