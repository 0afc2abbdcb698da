"""Builds the console: API, push and the built pages in one aiohttp application."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

from aiohttp import web

from console.administration import Administration
from console.conversations import Conversations
from console.doors import doorkeeper
from console.events import Events
from console.files import Files
from console.floor import Floor
from console.http import answer, errors, security_headers
from console.order_actions import OrderActions
from console.own_account import OwnAccount
from console.pages import add_pages
from console.routing import Routing
from console.sessions import Sessions
from console.work_orders import WorkOrders
from console.workplace import Workplace
from desk.app import Desk
from desk.calling import call
from desk.settings import ROOT

MAX_BODY = 64 * 1024
WEB = ROOT / "web" / "dist"
DRAWINGS = ROOT / "data" / "diagnosis" / "pictures"


def build(desk: Desk, web_folder: Path = WEB) -> web.Application:
    sessions = Sessions(desk)
    inward = [security_headers, errors, doorkeeper(desk, sessions)]
    app = web.Application(client_max_size=MAX_BODY, middlewares=inward)
    events = Events(desk)
    sessions.add_routes(app)
    events.add_routes(app)
    Conversations(desk).add_routes(app)
    Routing(desk).add_routes(app)
    OrderActions(desk).add_routes(app)
    WorkOrders(desk).add_routes(app)
    Workplace(desk).add_routes(app)
    Floor(desk).add_routes(app)
    Files(desk).add_routes(app)
    OwnAccount(desk, sessions).add_routes(app)
    Administration(desk).add_routes(app)

    async def health(_request: web.Request) -> web.Response:
        return answer({"status": "ok", "last_event_id": await call(desk.journal.last_id)})

    async def follow_journal(_app: web.Application) -> AsyncIterator[None]:
        task = asyncio.create_task(events.watch())
        yield
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    app.router.add_get("/health", health)
    # What the bot shows to customers, agents see in the conversation.
    app.router.add_static("/static", DRAWINGS)
    app.cleanup_ctx.append(follow_journal)
    add_pages(app, web_folder)
    return app
