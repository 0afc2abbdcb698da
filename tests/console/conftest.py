"""The console alone: its real application on a free port, and browsers that sign in."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from yarl import URL

from console.app import build
from desk.app import Desk
from tests.conftest import Moment, open_desk_at
from tests.desk.talking import Customer

PASSWORDS = {
    "paidan": "101-102-103-104",
    "tousu": "105-106-107-108",
    "guanli": "109-110-111-112",
    "shenji": "113-114-115-116",
    "lixiao": "011-022-033-044",
    "chenyu": "044-033-022-011",
    "zhuguan": "055-066-077-088",
}
OURS = {"X-Requested-With": "xiaotong"}


@dataclass
class Browser:
    """One browser of a member of staff, with its own cookies."""

    url: str
    http: aiohttp.ClientSession

    async def ask(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] = OURS
    ) -> tuple[int, Any]:
        async with self.http.request(
            method, f"{self.url}{path}", json=body, headers=headers
        ) as response:
            text = await response.read()
            return response.status, await response.json() if text else None

    async def get(self, path: str) -> Any:
        status, body = await self.ask("GET", path)
        assert status == 200, body
        return body

    async def post(self, path: str, body: Any = None) -> tuple[int, Any]:
        return await self.ask("POST", path, body)

    async def signs_in(self, username: str = "lixiao") -> "Browser":
        body = {"username": username, "password": PASSWORDS[username]}
        status, told = await self.post("/api/session", body)
        assert status == 200, told
        return self

    def cookies(self) -> dict[str, str]:
        found = self.http.cookie_jar.filter_cookies(URL(self.url))
        return {name: morsel.value for name, morsel in found.items()}


@pytest.fixture(params=["development"])
def mode(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="session")
def staffed_template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With known passwords: setting one takes longer than most tests."""
    folder = tmp_path_factory.mktemp("staffed")
    database = folder / "desk.db"
    database.write_bytes(sqlite_template.read_bytes())
    desk = open_desk_at(f"sqlite:///{database}", folder, Moment())
    for username, password in PASSWORDS.items():
        desk.staff.set_password(username, password)
    desk.close()
    return database


@pytest.fixture
def staffed(staffed_template: Path, tmp_path: Path, moment: Moment, mode: str) -> Any:
    database = tmp_path / "desk.db"
    database.write_bytes(staffed_template.read_bytes())
    gateway = {"sms_url": "http://127.0.0.1:9/sms"} if mode == "production" else {}
    desk = open_desk_at(f"sqlite:///{database}", tmp_path, moment, mode=mode, **gateway)
    yield desk
    desk.close()


@pytest.fixture
async def console(staffed: Desk, tmp_path: Path) -> AsyncIterator[str]:
    """The address of a running console."""
    runner = web.AppRunner(build(staffed, tmp_path / "no-web"), access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


@pytest.fixture
async def stranger(console: str) -> AsyncIterator[Browser]:
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as http:
        yield Browser(console, http)


@pytest.fixture
async def lixiao(console: str) -> AsyncIterator[Browser]:
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as http:
        yield await Browser(console, http).signs_in("lixiao")


@pytest.fixture
async def chenyu(console: str) -> AsyncIterator[Browser]:
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as http:
        yield await Browser(console, http).signs_in("chenyu")


@pytest.fixture
async def zhuguan(console: str) -> AsyncIterator[Browser]:
    """A supervisor."""
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as http:
        yield await Browser(console, http).signs_in("zhuguan")


@pytest.fixture
def queued(staffed: Desk) -> str:
    """A conversation that waits for a person."""
    conversation = Customer(staffed).opens()
    staffed.handoff.request(conversation, "asked", key="h")
    return conversation
