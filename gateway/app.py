"""Builds the gateway: channels, inbox, outbox, sweeper and the chat page in one aiohttp app."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path

import aiohttp
from aiohttp import web

from desk.app import Desk
from desk.calling import call
from desk.model.conversations import Delivery
from desk.rate_limit import RateLimit
from desk.settings import ROOT
from gateway.cashier import TrialCashierPage
from gateway.channels.ivr.wiring import ivr_channel
from gateway.channels.rest.channel import RestChannel
from gateway.channels.webchat import codec as webchat_codec
from gateway.channels.webchat.channel import WebChat
from gateway.channels.webchat.pictures import PictureRoutes
from gateway.channels.webchat.transcript import TranscriptRoute
from gateway.channels.wechat.wiring import wechat_channel
from gateway.channels.wecom.codec import CHANNEL as WECOM
from gateway.channels.wecom.wiring import wecom_channel
from gateway.dialogue import Dialogue
from gateway.http import errors, security_headers
from gateway.inbox import Inbox, Pace
from gateway.outbox import Outbox
from gateway.signs import SignWatcher
from gateway.sweeper import sweep_forever
from gateway.watcher import Watcher

MAX_BODY = 64 * 1024
WEB = ROOT / "web" / "dist"
DRAWINGS = ROOT / "data" / "diagnosis" / "pictures"


def build(desk: Desk, web_folder: Path = WEB) -> web.Application:
    """The application on an open desk; nothing runs until it is started."""
    settings = desk.settings
    app = web.Application(
        client_max_size=MAX_BODY, middlewares=[security_headers(settings.allowed_origins), errors]
    )
    dialogue = Dialogue(
        settings.rasa_url,
        desk.secrets.rasa_token.get_secret_value(),
        settings.turn_timeout_seconds,
    )
    pace = Pace(
        settings.notice_after_seconds, settings.turn_timeout_seconds, settings.give_up_after_seconds
    )
    inbox = Inbox(desk, dialogue, pace, owner=f"gateway:{settings.gateway_port}")
    limit = RateLimit(
        settings.messages_per_minute,
        time.monotonic,
        min(settings.messages_per_minute, settings.messages_at_once),
    )
    chat = WebChat(desk, inbox, limit)
    chat.attach(app)
    PictureRoutes(desk, limit).add_routes(app)
    TranscriptRoute(desk, limit).add_routes(app)
    RestChannel(desk, inbox, limit).add_routes(app)
    wechat = wechat_channel(desk, inbox, limit)
    wecom = wecom_channel(desk, inbox)
    rationed = [one for one in (wechat, wecom) if one is not None]
    on_state: dict[str, Callable[[str], Awaitable[None]]] = {
        webchat_codec.CHANNEL: chat.state_changed
    }
    if wecom is not None:
        on_state[WECOM] = wecom.people.state_changed
    ivr = ivr_channel(desk, inbox)
    _add_pages(app, web_folder, desk)

    async def send_sms(delivery: Delivery) -> None:
        await call(desk.messaging.send_sms, delivery.recipient, delivery.text, desk.clock.now())

    to_browsers = Outbox(desk, webchat_codec.CHANNEL, chat.send)
    to_phones = Outbox(desk, "sms", send_sms, batch=2)

    def said() -> None:
        to_browsers.wake()
        for one in rationed:
            one.postman.wake()

    watcher = Watcher(desk, said, _to_its_channel(desk, on_state))

    async def run_parts(_app: web.Application) -> AsyncIterator[None]:
        async with aiohttp.ClientSession() as session:
            dialogue.use(session)
            await ivr.listen()
            loops = (
                inbox.run(),
                to_browsers.run(),
                to_phones.run(),
                watcher.run(),
                SignWatcher(desk, chat.agent_typing).run(),
                sweep_forever(desk),
                *(loop for one in rationed for loop in one.loops(session)),
                *ivr.loops(),
            )
            tasks = [asyncio.create_task(loop) for loop in loops]
            yield
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    for one in rationed:
        one.add_routes(app)
    ivr.add_routes(app)
    _add_health(app, desk)
    app.cleanup_ctx.append(run_parts)
    return app


def _to_its_channel(
    desk: Desk, on_state: Mapping[str, Callable[[str], Awaitable[None]]]
) -> Callable[[str], Awaitable[None]]:
    """Tells the channel of a conversation, if it shows such things, that its state changed."""

    async def state_changed(conversation_id: str) -> None:
        channel, who = await call(desk.conversations.place, conversation_id)
        if channel in on_state:
            await on_state[channel](who)

    return state_changed


def _add_health(app: web.Application, desk: Desk) -> None:
    async def health(_request: web.Request) -> web.Response:
        backlog = await call(desk.inbox.backlog)
        return web.json_response({"status": "ok", "backlog": backlog})

    app.router.add_get("/health", health)


def _add_pages(app: web.Application, folder: Path, desk: Desk) -> None:
    """The chat page and the embeddable widget, when they have been built; the trial cashier."""
    if desk.settings.development and not desk.settings.cashier_url:
        TrialCashierPage(desk).add_routes(app)
    app.router.add_static("/static", DRAWINGS)
    for route, name in (("/", "index.html"), ("/widget.js", "widget.js")):
        if (folder / name).exists():
            app.router.add_get(route, _file(folder / name))
    if (folder / "assets").exists():
        app.router.add_static("/assets", folder / "assets")


def _file(path: Path) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def serve(_request: web.Request) -> web.StreamResponse:
        return web.FileResponse(path, headers={"Cache-Control": "no-cache"})

    return serve
