"""Builds the telephone's two faces from settings and secrets; neither where nothing is set."""

from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from desk.app import Desk
from desk.model.errors import BadData
from desk.settings import LOOPBACK
from gateway.channels.ivr.agi import Agi
from gateway.channels.ivr.channel import IvrChannel, end_calls
from gateway.channels.ivr.talk import Talk
from gateway.inbox import Inbox


@dataclass
class Telephone:
    """What the application starts and stops; either face may be missing."""

    desk: Desk
    talk: Talk
    bot_api: IvrChannel | None
    agi: Agi | None

    def add_routes(self, app: web.Application) -> None:
        if self.bot_api is not None:
            self.bot_api.add_routes(app)

    async def listen(self) -> None:
        """Open Asterisk's port; raises `OSError` when it is taken."""
        if self.agi is not None:
            await self.agi.listen(LOOPBACK, self.desk.settings.ivr_agi_port)

    def loops(self) -> tuple[Coroutine[Any, Any, None], ...]:
        """What runs beside the calls as long as the process does."""
        if self.bot_api is None and self.agi is None:
            return ()
        serve = (self.agi.run(),) if self.agi is not None else ()
        return (end_calls(self.desk, self.talk), *serve)


def ivr_channel(desk: Desk, inbox: Inbox) -> Telephone:
    """Raises `BadData` naming what is missing; no secret is shown."""
    settings, token = desk.settings, desk.secrets.ivr_token.get_secret_value()
    if settings.ivr and not token:
        raise BadData("secrets", "ivr_token", "is missing (XIAOTONG_IVR_TOKEN)")
    talk = Talk(desk, inbox)
    return Telephone(
        desk,
        talk,
        IvrChannel(desk, talk, token) if settings.ivr else None,
        Agi(desk.settings, talk) if settings.ivr_agi_port else None,
    )
