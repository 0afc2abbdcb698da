"""A gateway with a WeChat account, and the local platform that it belongs to, both over HTTP."""

import asyncio
import base64
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web
from pydantic import SecretStr

from desk.app import Desk
from gateway.channels.wechat.crypto import Cipher
from gateway.channels.wechat.platform.pushing import Target
from gateway.channels.wechat.platform.server import Platform
from tests.gateway.conftest import Gateway, MakeGateway, free_port

APP_ID, TOKEN, SECRET = "wx0123456789abcdef", "a-token", "an-app-secret"
AES_KEY = base64.b64encode(bytes(range(32))).decode()[:43]
KIM = "o9AgO5Kd5ggOC-bXrbNODIiE3bGY"


@dataclass
class Account:
    """The two sides of one account."""

    gateway: Gateway
    platform: Platform
    port: int
    _runner: web.AppRunner | None = None
    now: Callable[[], float] = field(default=time.time)

    @property
    def desk(self) -> Desk:
        assert self.gateway.desk is not None
        return self.gateway.desk

    async def start_platform(self) -> None:
        self._runner = web.AppRunner(self.platform.app(), access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True).start()

    async def stop_platform(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def shown(self, count: int, openid: str = KIM, by: tuple[str, ...] = ()) -> list[str]:
        """What a follower has seen, as soon as it is `count` things; fails after ten seconds."""
        user = self.platform.user(openid)
        await until(lambda: len(user.texts(*by)) >= count)
        return user.texts(*by)


async def until(true: Callable[[], bool], seconds: float = 10.0) -> None:
    deadline = asyncio.get_running_loop().time() + seconds
    while not true():
        assert asyncio.get_running_loop().time() < deadline, "it did not come to that"
        await asyncio.sleep(0.01)


type MakeAccount = Callable[..., Awaitable[Account]]


@pytest.fixture
async def make_account(make_gateway: MakeGateway) -> AsyncIterator[MakeAccount]:
    made: list[Account] = []

    async def make(
        mode: Any = "safe",
        cut: float = 5.0,
        templates: tuple[str, ...] = (),
        now: Callable[[], float] = time.time,
        **settings: Any,
    ) -> Account:
        port = free_port()
        secrets = {
            "wechat_token": SecretStr(TOKEN),
            "wechat_aes_key": SecretStr(AES_KEY),
            "wechat_app_secret": SecretStr(SECRET),
        }
        given = {
            "wechat_app_id": APP_ID,
            "wechat_mode": mode,
            "wechat_api_url": f"http://127.0.0.1:{port}",
            "notice_after_seconds": 4,
            **settings,
        }
        gateway = await make_gateway(secrets=secrets, **given)
        address = f"{gateway.url}/webhooks/wechat"
        target = Target(address, APP_ID, TOKEN, mode, Cipher(AES_KEY, APP_ID))
        platform = Platform(target, SECRET, cut=cut, templates=templates, now=now)
        account = Account(gateway, platform, port, now=now)
        await account.start_platform()
        made.append(account)
        return account

    yield make
    for account in made:
        await account.stop_platform()


@pytest.fixture
async def account(make_account: MakeAccount) -> Account:
    return await make_account()
