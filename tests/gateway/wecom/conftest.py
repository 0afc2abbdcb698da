"""A gateway with WeCom customer service, and the local platform it belongs to, both over HTTP."""

import base64
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

import pytest
from aiohttp import web
from pydantic import SecretStr

from desk.app import Desk
from gateway.channels.wechat.crypto import Cipher
from gateway.channels.wecom.codec import sender_of
from gateway.channels.wecom.platform.server import KFID, Platform, Target
from tests.gateway.conftest import Gateway, MakeGateway, free_port
from tests.gateway.wechat.conftest import until

CORP_ID, TOKEN, SECRET = "ww0123456789abcdef", "a-token", "a-company-secret"
AES_KEY = base64.b64encode(bytes(range(32))).decode()[:43]
KIM = "wmAJ2GCAAAme1XQRC-NI-q0_ZM9ukoAw"


@dataclass
class Service:
    """The two sides of one account of customer service."""

    gateway: Gateway
    platform: Platform

    @property
    def desk(self) -> Desk:
        assert self.gateway.desk is not None
        return self.gateway.desk

    async def shown(self, count: int, *by: str, name: str = KIM) -> list[str]:
        """What a customer has seen, as soon as it is `count` things; fails after ten seconds."""
        customer = self.platform.customer(name)
        await until(lambda: len(customer.texts(*by)) >= count)
        return customer.texts(*by)

    def said(self, name: str = KIM) -> list[str]:
        return self.gateway.said(sender_of(KFID, name), "wecom")

    def conversation(self, name: str = KIM) -> str:
        return self.gateway.conversation(sender_of(KFID, name), "wecom")


type MakeService = Callable[..., Awaitable[Service]]


@pytest.fixture
async def make_service(make_gateway: MakeGateway) -> AsyncIterator[MakeService]:
    runners: list[web.AppRunner] = []

    async def make(
        page: int = 1000, now: Callable[[], float] = time.time, **settings: object
    ) -> Service:
        port = free_port()
        gateway = await make_gateway(
            secrets={
                "wecom_token": SecretStr(TOKEN),
                "wecom_aes_key": SecretStr(AES_KEY),
                "wecom_secret": SecretStr(SECRET),
            },
            wecom_corp_id=CORP_ID,
            wecom_api_url=f"http://127.0.0.1:{port}",
            **settings,
        )
        cipher = Cipher(AES_KEY, CORP_ID)
        target = Target(f"{gateway.url}/webhooks/wecom", CORP_ID, SECRET, TOKEN, cipher)
        platform = Platform(target, page=page, now=now)
        runner = web.AppRunner(platform.app(), access_log=None, shutdown_timeout=0.1)
        runners.append(runner)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port, reuse_address=True).start()
        return Service(gateway, platform)

    yield make
    for runner in runners:
        await runner.cleanup()


@pytest.fixture
async def service(make_service: MakeService) -> Service:
    return await make_service()
