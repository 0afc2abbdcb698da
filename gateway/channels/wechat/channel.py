"""Routes of the WeChat account: address verification and pushes, answered within five seconds."""

import asyncio
import dataclasses
import logging
import secrets
from collections import Counter
from collections.abc import Coroutine
from typing import Any

import aiohttp
from aiohttp import web

from desk.app import Desk
from desk.calling import call
from desk.model.conversations import Accepted, Delivery, Turn
from desk.rate_limit import RateLimit
from gateway.channels.wechat import codec, render
from gateway.channels.wechat.api import WeChatApi
from gateway.channels.wechat.caller import Busy, Refused
from gateway.channels.wechat.codec import CHANNEL, Kind, Push
from gateway.channels.wechat.envelope import Envelope, Opened
from gateway.channels.wechat.pictures import fetch_pictures
from gateway.channels.wechat.postman import Postman
from gateway.inbox import Inbox
from gateway.message import Inbound

log = logging.getLogger(__name__)

_ADDRESS = "/webhooks/wechat"
_PASSIVE_WITHIN = 4.3  # seconds; WeChat hangs up after 5, and writing it down takes a little
_LOOK_BACK = 10  # messages in which the choices last offered are looked for
_TYPING_AFTER = 1.0
_REMEMBERED = 5000
# More open pushes than this mean that turns are late: those that come on top are acknowledged at
# once and answered later, so that waiting does not take the strength that answering needs.
_MOST_WAITING = 24
_TOO_FAST = "您发得太快了，请稍等几秒再发。"


class WeChatChannel:
    def __init__(
        self, desk: Desk, inbox: Inbox, limit: RateLimit, envelope: Envelope, api: WeChatApi
    ) -> None:
        self._desk, self._inbox, self._limit = desk, inbox, limit
        self._envelope, self._api = envelope, api
        self._held: Counter[str] = Counter()
        # Repeats that reach this process again need no look into the database.
        self._stored: dict[tuple[str, str], asyncio.Future[Accepted]] = {}
        self.postman = Postman(desk, api, self._held)
        self._typing: dict[int, asyncio.Task[None]] = {}
        inbox.on_turn_started.append(self._turn_started)
        inbox.on_turn_finished.append(self._turn_finished)

    def add_routes(self, app: web.Application) -> None:
        app.router.add_get(_ADDRESS, self.verify)
        app.router.add_post(_ADDRESS, self.push)

    def loops(self, session: aiohttp.ClientSession) -> tuple[Coroutine[Any, Any, None], ...]:
        """What runs beside the requests as long as the process does."""
        self._api.use(session)
        return (self.postman.run(), fetch_pictures(self._desk.wechat.pictures, self._api))

    async def verify(self, request: web.Request) -> web.Response:
        """The account's settings page asks once whether this address is ours."""
        return web.Response(
            text=self._envelope.verify_address(request.query, self._desk.clock.now())
        )

    async def push(self, request: web.Request) -> web.StreamResponse:
        """One push: stored before it is acknowledged, answered passively when ready in time."""
        deadline = asyncio.get_running_loop().time() + _PASSIVE_WITHIN
        body = (await request.read()).decode(errors="replace")
        opened = self._envelope.open(request.query, body, self._desk.clock.now())
        push = codec.parse(opened.fields, self._desk.settings.max_message_chars)
        if push.kind is Kind.LEFT:
            await call(self._desk.wechat.quota.close, push.openid)
        elif push.kind is Kind.REPORT:
            await self._notice_result(push)
        if push.inbound is None:
            return _success()
        if self._limit.seconds_to_wait(f"{CHANNEL}:{push.openid}"):
            return self._passive(opened, push, _TOO_FAST)
        self._held[push.openid] += 1
        try:
            return await self._answer(request, opened, push, deadline)
        finally:
            self._held -= Counter([push.openid])
            self.postman.wake()

    async def _answer(
        self, request: web.Request, opened: Opened, push: Push, deadline: float
    ) -> web.StreamResponse:
        assert push.inbound is not None
        key = (push.openid, push.inbound.message_id)
        if (first := self._stored.get(key)) is not None:
            await asyncio.shield(first)  # acknowledged when that one is stored, not before
            return _success()
        storing = asyncio.ensure_future(self._store(push, push.inbound))
        self._stored[key] = storing
        try:
            accepted = await storing
        except BaseException:
            self._stored.pop(key, None)
            raise
        if len(self._stored) > _REMEMBERED:
            self._stored.pop(next(iter(self._stored)))
        if accepted.repeated:
            return _success()
        if self._held.total() > _MOST_WAITING:
            return _success()
        left = deadline - asyncio.get_running_loop().time()
        await self._inbox.wait_for_turn(accepted, left)
        waiting = await call(self._desk.outbox.claim_for, CHANNEL, push.openid)
        if not waiting:
            return _success()
        return await self._hand_over(request, opened, push, waiting)

    async def _store(self, push: Push, inbound: Inbound) -> Accepted:
        accepted = await self._inbox.accept(await self._meant(inbound))
        if push.media_id:
            await call(self._desk.wechat.pictures.want, accepted.message_id, push.media_id)
        return accepted

    async def _meant(self, inbound: Inbound) -> Inbound:
        """A number or title becomes what the button behind it says."""
        _, said = await call(
            self._desk.conversations.history, CHANNEL, inbound.sender, 0, _LOOK_BACK
        )
        return dataclasses.replace(inbound, text=render.chosen(inbound.text, said))

    async def _hand_over(
        self, request: web.Request, opened: Opened, push: Push, waiting: list[Delivery]
    ) -> web.StreamResponse:
        """The oldest that fit go with the answer and cost nothing; the others are sent after it."""
        bundle = self.postman.bundle(waiting)
        messages = [one.message for one in bundle if one.message is not None]
        texts = render.texts(messages, self._desk.settings.public_url)
        if len(texts) > 1:
            bundle, texts = [], []  # too long for the one message that may go this way
        ids = [one.outbox_id for one in waiting]
        response = self._passive(opened, push, texts[0]) if texts else _success()
        try:
            await response.prepare(request)
            await response.write_eof()
        except (ConnectionError, OSError):
            log.info("wechat: the platform hung up; answering by customer-service message")
            await call(self._desk.outbox.give_back, *ids)
            return response
        handed = [one.outbox_id for one in bundle]
        if handed:
            await call(self._desk.outbox.delivered, *handed)
        rest = [one for one in ids if one not in handed]
        if rest:
            await call(self._desk.outbox.give_back, *rest)
        return response

    def _passive(self, opened: Opened, push: Push, text: str) -> web.Response:
        now = self._desk.clock.now()
        fields = render.passive(push.openid, push.account, text, int(now.timestamp()))
        body = self._envelope.close(opened, fields, now, secrets.token_bytes(24))
        kind = "application/json" if opened.form == "json" else "application/xml"
        return web.Response(text=body, content_type=kind)

    async def _notice_result(self, push: Push) -> None:
        """A template notice that did not arrive: what waits behind it goes another way."""
        if push.report == "success":
            return
        await call(self._desk.wechat.quota.notice_failed, push.openid)
        await call(self._desk.outbox.unpark, CHANNEL, push.openid)
        self.postman.wake()

    # -- typing --------------------------------------------------------------------------------

    async def _turn_started(self, turn: Turn) -> None:
        if turn.channel == CHANNEL and turn.state == "bot":
            self._typing[turn.message_id] = asyncio.create_task(self._show_typing(turn))

    async def _show_typing(self, turn: Turn) -> None:
        """Only for a turn that takes a while: most are answered before the sign would be seen."""
        await asyncio.sleep(_TYPING_AFTER)
        try:
            await self._api.typing(turn.external_id)
        except (Busy, Refused) as error:
            log.info("wechat: no typing sign: %s", error)

    async def _turn_finished(self, turn: Turn) -> None:
        task = self._typing.pop(turn.message_id, None)
        if task is not None:
            task.cancel()


def _success() -> web.Response:
    return web.Response(text="success")
