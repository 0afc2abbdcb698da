"""The API on a real socket, on both databases, and somebody who calls it with a key."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from api.app import build
from api.trouble_ticket import PATH
from desk.app import Desk
from desk.model.tickets import Scope
from tests.conftest import Moment, open_desk_at

EVERYTHING = frozenset(Scope)
FAULT = {"description": "宽带断了", "severity": "Major", "ticketType": "fault"}


async def serve(app: web.Application) -> tuple[web.AppRunner, int]:
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner, runner.addresses[0][1]


@dataclass
class Answer:
    status: int
    body: Any
    headers: dict[str, str]


@dataclass
class Api:
    """`calls` with the default key, or with another one."""

    desk: Desk
    url: str
    http: aiohttp.ClientSession
    key: str = ""
    made: int = field(default=0)

    def new_key(self, scopes: frozenset[Scope] = EVERYTHING, **options: Any) -> str:
        self.made += 1
        return self.desk.api_keys.create(f"system{self.made}", scopes, **options)

    async def calls(
        self, method: str, path: str, body: Any = None, key: str | None = None, **headers: str
    ) -> Answer:
        given = {"Authorization": f"Bearer {self.key if key is None else key}"} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        data = {"data": body} if isinstance(body, bytes) else {"json": body} if body else {}
        async with self.http.request(method, self.url + path, headers=given, **data) as response:
            text = await response.read()
            told = await response.json() if text and "json" in response.content_type else None
            return Answer(response.status, told, dict(response.headers))

    async def creates(self, key: str | None = None, **changes: Any) -> str:
        answer = await self.calls("POST", PATH, {**FAULT, **changes}, key)
        assert answer.status == 201, answer
        number: str = answer.body["id"]
        return number


type OpenApi = Callable[..., Any]


@pytest.fixture
async def open_api(database_url: str, tmp_path: Path, moment: Moment) -> AsyncIterator[OpenApi]:
    """Opens the API with settings of one's own."""
    opened: list[tuple[web.AppRunner, aiohttp.ClientSession, Desk]] = []

    async def start(**settings: Any) -> Api:
        desk = open_desk_at(database_url, tmp_path, moment, **settings)
        runner, port = await serve(build(desk))
        http = aiohttp.ClientSession()
        opened.append((runner, http, desk))
        api = Api(desk, f"http://127.0.0.1:{port}", http)
        api.key = api.new_key()
        return api

    yield start
    for runner, http, desk in opened:
        await http.close()
        await runner.cleanup()
        desk.close()


@pytest.fixture
async def api(open_api: OpenApi) -> Api:
    started: Api = await open_api()
    return started
