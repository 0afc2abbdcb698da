"""The gateway alone: its real application on a free port, before a stand-in for Rasa."""

import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from pydantic import SecretStr

from desk.app import Desk
from desk.clock import Clock
from desk.model.agents import Agent
from desk.settings import Settings
from gateway.app import build
from tests.conftest import test_secrets
from tests.gateway.fake_rasa import FakeRasa


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Gateway:
    """One installation: `start`, `stop` and start again on the same database."""

    folder: Path
    database: Path
    rasa: FakeRasa
    session: aiohttp.ClientSession
    settings: dict[str, Any] = field(default_factory=dict)
    rest_token: str = ""
    secrets: dict[str, SecretStr] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    pages: Path | None = None  # the built chat page and launcher; none by default
    desk: Desk | None = None
    _runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> "Gateway":
        settings = Settings(
            data_dir=self.folder,
            database_url=f"sqlite:///{self.database}",
            gateway_port=self.port,
            rasa_port=self.rasa.port,
            **{
                "notice_after_seconds": 5,
                "turn_timeout_seconds": 20,
                "give_up_after_seconds": 60,
                "messages_per_minute": 10_000,
                "messages_at_once": 10_000,
                **self.settings,
            },
        )
        secrets = test_secrets().model_copy(
            update={"rest_token": SecretStr(self.rest_token), **self.secrets}
        )
        self.desk = Desk.open(settings, clock=Clock(), secrets=secrets)
        self._runner = web.AppRunner(
            build(self.desk, self.pages or self.folder / "no-web"),
            access_log=None,
            shutdown_timeout=0.1,
        )
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True).start()
        return self

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None
        if self.desk is not None:
            self.desk.close()

    async def send(self, message: str, sender: str = "wang", **more: Any) -> list[dict[str, Any]]:
        """One message over REST; the replies."""
        response = await self.post({"sender": sender, "message": message, **more})
        assert response.status == 200, await response.text()
        replies: list[dict[str, Any]] = await response.json()
        return replies

    async def post(self, body: Any, **more: Any) -> aiohttp.ClientResponse:
        url = f"{self.url}/webhooks/rest/webhook"
        response = await self.session.post(url, json=body, **more)
        await response.read()
        return response

    def said(self, sender: str = "wang", channel: str = "rest") -> list[str]:
        assert self.desk is not None
        return [m.text for m in self.desk.conversations.history(channel, sender)[1]]

    def conversation(self, sender: str = "wang", channel: str = "rest") -> str:
        assert self.desk is not None
        found, _ = self.desk.conversations.history(channel, sender)
        assert found is not None
        return found.id

    def agent(self) -> Agent:
        """李晓 with an open console: what is held by somebody absent, the sweeper takes away."""
        assert self.desk is not None
        self.desk.staff.set_password("lixiao", "a password")
        return self.desk.staff.sign_in("lixiao", "a password")[0]


type MakeGateway = Callable[..., Awaitable[Gateway]]


@pytest.fixture
async def rasa() -> AsyncIterator[FakeRasa]:
    started = FakeRasa()
    await started.start()
    yield started
    await started.stop()


@pytest.fixture
async def make_gateway(
    rasa: FakeRasa, sqlite_template: Path, tmp_path: Path
) -> AsyncIterator[MakeGateway]:
    """Start a gateway with other settings than the usual ones."""
    made: list[Gateway] = []
    database = tmp_path / "desk.db"
    database.write_bytes(sqlite_template.read_bytes())
    async with aiohttp.ClientSession() as session:

        async def make(
            rest_token: str = "", secrets: dict[str, SecretStr] | None = None, **settings: Any
        ) -> Gateway:
            gateway = Gateway(
                tmp_path, database, rasa, session, settings, rest_token, secrets or {}
            )
            made.append(gateway)
            return await gateway.start()

        yield make
        rasa.let_go.set()
        for gateway in made:
            await gateway.stop()


@pytest.fixture
async def gateway(make_gateway: MakeGateway) -> Gateway:
    return await make_gateway()
