"""Outbox → customer-service messages: joined, within the quota, in order; then notice, then SMS."""

import asyncio
import logging
from collections.abc import Collection
from itertools import groupby

from desk.app import Desk
from desk.calling import call
from desk.model.conversations import Author, Delivery, Message
from gateway.channels.wechat import render
from gateway.channels.wechat.api import Busy, Closed, NoMenus, Refused, Unsure, WeChatApi
from gateway.channels.wechat.codec import CHANNEL
from gateway.rounds import Rounds

log = logging.getLogger(__name__)

_GROUP_SECONDS = 25.0  # below the outbox lease
_LONGEST_WAIT = 30.0
_BATCH = 50
_NOTICE = "您有新的服务消息，回复任意内容即可查看"


class Postman:
    """Sends what was not answered passively. `held`: customers whose push is open just now."""

    def __init__(
        self, desk: Desk, api: WeChatApi, held: Collection[str], parallel: int = 8
    ) -> None:
        self._desk, self._api, self._held = desk, api, held
        rounds = Rounds("wechat", self._deliver_some)
        self.run, self.wake = rounds.run, rounds.wake
        self._slots = asyncio.Semaphore(parallel)
        self._menus = desk.settings.wechat_menus
        self._failures = 0

    async def _deliver_some(self) -> int:
        claimed = await call(self._desk.outbox.claim, (CHANNEL,), _BATCH, tuple(self._held))
        claimed.sort(key=lambda one: (one.recipient, one.outbox_id))
        groups = groupby(claimed, key=lambda one: one.recipient)
        await asyncio.gather(*(self._deliver(openid, list(group)) for openid, group in groups))
        return len(claimed)

    async def _deliver(self, openid: str, waiting: list[Delivery]) -> None:
        async with self._slots:
            try:
                async with asyncio.timeout(_GROUP_SECONDS):
                    while waiting:
                        bundle = self.bundle(waiting)
                        if not await self._send(openid, bundle):
                            return await self._otherwise(openid, waiting)
                        waiting = waiting[len(bundle) :]
                        self._failures = 0
            except (Busy, TimeoutError) as error:
                self._failures += 1
                pause = min(2.0 ** min(self._failures, 10), _LONGEST_WAIT)
                log.warning("wechat: %s; %s messages wait %.0f s", error, len(waiting), pause)
                await call(self._desk.outbox.later, _ids(waiting), pause, str(error) or "too slow")
            except Refused as error:
                log.error("wechat: a message was refused: %s", error)
                first, *rest = waiting
                await call(self._desk.outbox.failed, first.outbox_id, str(error))
                await call(self._desk.outbox.later, _ids(rest), 1.0, "behind a refused message")

    def bundle(self, waiting: list[Delivery]) -> list[Delivery]:
        """As many of the oldest as fit into one message; always one at least."""
        size = 1
        while size < len(waiting) and len(self._texts(waiting[: size + 1])) <= 1:
            size += 1
        return waiting[:size]

    def _texts(self, deliveries: list[Delivery]) -> list[str]:
        return render.texts(_messages(deliveries), self._desk.settings.public_url)

    async def _send(self, openid: str, bundle: list[Delivery]) -> bool:
        """False: the customer has to do something before anything more may be sent."""
        base = self._desk.settings.public_url
        wires = render.customer_service(_messages(bundle), base, menus=self._menus)
        if not await call(self._desk.wechat.quota.take, openid, len(wires)):
            return False
        left = len(wires)
        try:
            for wire in wires:
                await self._api.send(openid, wire)
                left -= 1
        except Unsure:
            await self._untake(openid, left - 1)  # one of them may have arrived
            raise
        except Closed:
            await call(self._desk.wechat.quota.close, openid)
            return False
        except NoMenus:
            await self._untake(openid, left)
            if not self._menus:
                raise
            log.warning("wechat: the account may not send menus; choices are numbered from now on")
            self._menus = False
            return await self._send(openid, bundle)
        except (Busy, Refused):
            await self._untake(openid, left)
            raise
        await call(self._desk.outbox.delivered, *_ids(bundle))
        return True

    async def _untake(self, openid: str, count: int) -> None:
        if count > 0:
            await call(self._desk.wechat.quota.give_back, openid, count)

    async def _otherwise(self, openid: str, waiting: list[Delivery]) -> None:
        """The quota is used up: a template notice, else SMS, else the customer's next word."""
        news = [one for one in waiting if one.message and one.message.author is not Author.BOT]
        if news:
            if await self._notice(openid, waiting):
                return
            if await call(self._desk.wechat.quota.by_sms, news):
                waiting = [one for one in waiting if one not in news]
        await call(self._desk.outbox.park, _ids(waiting))

    async def _notice(self, openid: str, waiting: list[Delivery]) -> bool:
        """Parked behind a template notice; one is enough until it fails."""
        settings, quota = self._desk.settings, self._desk.wechat.quota
        if not settings.wechat_notice_template:
            return False
        state = await call(quota.notice_state, openid)
        if state == "notice_failed":
            return False
        # Parked and noted before it is sent: its result may come sooner than its answer.
        await call(self._desk.outbox.park, _ids(waiting))
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


def _ids(deliveries: list[Delivery]) -> list[int]:
    return [one.outbox_id for one in deliveries]


def _messages(deliveries: list[Delivery]) -> list[Message]:
    return [one.message for one in deliveries if one.message is not None]
