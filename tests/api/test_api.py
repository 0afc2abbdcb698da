"""Whether the whole desk is there, as other systems may ask."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from api.app import build
from tests.api.conftest import serve
from tests.conftest import Moment, open_desk_at


@dataclass
class Api:
    url: str
    http: aiohttp.ClientSession

    async def get(self, path: str) -> tuple[int, Any]:
        async with self.http.get(f"{self.url}{path}") as response:
            return response.status, await response.json()


@pytest.fixture
async def parts() -> AsyncIterator[dict[str, Any]]:
    """Stands for the four other processes: each answers its own path with `up[name]`."""
    up = dict.fromkeys(("rasa", "actions", "gateway", "console"), 200)
    runners, ports = [], {}
    for name in up:
        app = web.Application()

        async def health(_request: web.Request, name: str = name) -> web.Response:
            return web.json_response({}, status=up[name])

        app.router.add_get("/webhooks/gateway/" if name == "rasa" else "/health", health)
        runner, ports[f"{name}_port"] = await serve(app)
        runners.append(runner)
    yield {"up": up, "ports": ports, "runners": dict(zip(up, runners, strict=True))}
    for runner in runners:
        await runner.cleanup()


@pytest.fixture
async def api(
    parts: dict[str, Any], sqlite_template: Path, tmp_path: Path, moment: Moment
) -> AsyncIterator[Api]:
    database = tmp_path / "desk.db"
    database.write_bytes(sqlite_template.read_bytes())
    desk = open_desk_at(f"sqlite:///{database}", tmp_path, moment, **parts["ports"])
    runner, port = await serve(build(desk))
    async with aiohttp.ClientSession() as http:
        yield Api(f"http://127.0.0.1:{port}", http)
    await runner.cleanup()
    desk.close()


async def test_ready_when_every_part_is(api: Api) -> None:
    assert await api.get("/health") == (200, {"status": "ok"})
    told = dict.fromkeys(("rasa", "actions", "gateway", "console"), "ok")
    status, body = await api.get("/ready")
    assert (status, body["parts"]) == (200, told)


@pytest.mark.parametrize("missing", ["rasa", "actions", "gateway", "console"])
async def test_not_ready_when_one_part_is_missing_or_ill(
    api: Api, parts: dict[str, Any], missing: str
) -> None:
    parts["up"][missing] = 503
    status, body = await api.get("/ready")
    assert (status, body["parts"][missing]) == (503, "unreachable")
    parts["up"][missing] = 200
    await parts["runners"][missing].cleanup()
    status, body = await api.get("/ready")
    assert status == 503
    others = {told for name, told in body["parts"].items() if name != missing}
    assert (body["parts"][missing], others) == ("unreachable", {"ok"})
