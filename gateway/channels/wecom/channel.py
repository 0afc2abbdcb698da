"""Routes of WeCom customer service: the address is verified, calls are noted, then read."""

from collections.abc import Coroutine
from typing import Any

import aiohttp
from aiohttp import web

from desk.app import Desk
from desk.calling import call
from gateway.channels.wechat.envelope import Envelope
from gateway.channels.wechat.pictures import fetch_pictures
from gateway.channels.wecom import codec
from gateway.channels.wecom.api import WeComApi
from gateway.channels.wecom.people import People
from gateway.channels.wecom.postman import WeComPostman
from gateway.channels.wecom.reader import Reader
from gateway.inbox import Inbox

_ADDRESS = "/webhooks/wecom"


class WeComChannel:
    def __init__(self, desk: Desk, inbox: Inbox, envelope: Envelope, api: WeComApi) -> None:
        self._desk, self._envelope, self._api = desk, envelope, api
        self.postman = WeComPostman(desk, api)
        self.people = People(desk, api)
        self._reader = Reader(desk, inbox, api, self.postman, self.people)

    def add_routes(self, app: web.Application) -> None:
        app.router.add_get(_ADDRESS, self.verify)
        app.router.add_post(_ADDRESS, self.called)

    def loops(self, session: aiohttp.ClientSession) -> tuple[Coroutine[Any, Any, None], ...]:
        """What runs beside the requests as long as the process does."""
        self._api.use(session)
        pictures = fetch_pictures(self._desk.wecom.pictures, self._api)
        return (self._reader.run(), self.postman.run(), pictures)

    async def verify(self, request: web.Request) -> web.Response:
        """The settings page asks once whether this address is ours."""
        now = self._desk.clock.now()
        return web.Response(text=self._envelope.verify_sealed_address(request.query, now))

    async def called(self, request: web.Request) -> web.Response:
        """There is something to read: a row before it is acknowledged, read at once after it."""
        body = (await request.read()).decode(errors="replace")
        opened = self._envelope.open(request.query, body, self._desk.clock.now())
        called = codec.called(opened.fields)
        if called is not None:
            await call(self._desk.wecom.reading.called, called.open_kfid, called.token)
            self._reader.wake()
        return web.Response(text="success")
