"""Other systems: trouble tickets behind a token, and whether the whole desk is there."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from api.app import build
from api.trouble_ticket import PATH, STATUS, as_ticket
from desk.app import Desk
from desk.model.work_orders import PREFIX, State
from tests.conftest import Moment, open_desk_at
from tests.desk.talking import Customer

BEARER = {"Authorization": "Bearer test-api_token"}


@dataclass
class Api:
    desk: Desk
    url: str
    http: aiohttp.ClientSession

    async def get(self, path: str, headers: dict[str, str] = BEARER) -> tuple[int, Any]:
        async with self.http.get(f"{self.url}{path}", headers=headers) as response:
            return response.status, await response.json()


async def serve(app: web.Application) -> tuple[web.AppRunner, int]:
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner, runner.addresses[0][1]


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
        yield Api(desk, f"http://127.0.0.1:{port}", http)
    await runner.cleanup()
    desk.close()


def complaint(desk: Desk) -> str:
    return desk.complaints.file(
        Customer(desk).opens(), "网络", "网速慢", "修好", "13911112222", key="f"
    ).number


MAPPING = {
    "new": "acknowledged",
    "dispatched": "acknowledged",
    "acknowledged": "acknowledged",
    "in_progress": "inProgress",
    "pending": "pending",
    "held": "held",
    "resolved": "resolved",
    "closed": "closed",
    "archived": "closed",
    "cancelled": "cancelled",
}


@pytest.mark.parametrize("state", State)
def test_every_state_has_its_status(state: State, moment: Moment) -> None:
    row = {
        "number": "BX261121000001",
        "state": str(state),
        "opened_at": moment.now,
        "promised_at": moment.now,
    }
    assert as_ticket(row)["status"] == MAPPING[state]
    assert set(STATUS) == set(State)


@pytest.mark.parametrize("prefix", PREFIX.values())
def test_every_kind_has_its_type(prefix: str, moment: Moment) -> None:
    number = f"{prefix}261121000001"
    row = {"number": number, "state": "new", "opened_at": moment.now, "promised_at": moment.now}
    assert as_ticket(row)["ticketType"]


@pytest.mark.parametrize(
    "headers",
    [{}, {"Authorization": "Bearer wrong"}, {"Authorization": ""}, {"Authorization": "Bearer 中"}],
)
@pytest.mark.parametrize("path", [PATH, f"{PATH}/TS261121000001"])
async def test_nothing_without_the_token(api: Api, path: str, headers: dict[str, str]) -> None:
    status, body = await api.get(path, headers)
    assert (status, body["@type"], body["code"]) == (401, "Error", "401")


async def test_a_ticket_follows_its_order(api: Api) -> None:
    number = complaint(api.desk)
    status, (listed,) = await api.get(PATH)
    assert (status, listed["id"], listed["status"]) == (200, number, "acknowledged")
    for state in (State.DISPATCHED, State.ACKNOWLEDGED, State.IN_PROGRESS):
        api.desk.work_orders.move(number, state, actor="lixiao")
    status, ticket = await api.get(listed["href"])
    assert (status, ticket["status"], ticket["ticketType"]) == (200, "inProgress", "complaint")
    assert ticket["@type"] == "TroubleTicket"
    assert ticket["creationDate"] == "2026-11-21T12:00:00+00:00"
    assert ticket["expectedResolutionDate"] == "2026-11-23T15:59:59+00:00"
    assert [note["text"] for note in ticket["note"]][-1] == "正在处理"
    assert "13911112222" not in str(ticket)


@pytest.mark.parametrize("number", ["TS261121000000", "nonsense", "%00", "..%2f"])
async def test_an_unknown_ticket(api: Api, number: str) -> None:
    status, body = await api.get(f"{PATH}/{number}")
    assert (status, body["code"]) == (404, "404")


async def test_ready_when_every_part_is(api: Api) -> None:
    assert await api.get("/health", {}) == (200, {"status": "ok"})
    told = dict.fromkeys(("rasa", "actions", "gateway", "console"), "ok")
    status, body = await api.get("/ready", {})
    assert (status, body["parts"]) == (200, told)


@pytest.mark.parametrize("missing", ["rasa", "actions", "gateway", "console"])
async def test_not_ready_when_one_part_is_missing_or_ill(
    api: Api, parts: dict[str, Any], missing: str
) -> None:
    parts["up"][missing] = 503
    status, body = await api.get("/ready", {})
    assert (status, body["parts"][missing]) == (503, "unreachable")
    parts["up"][missing] = 200
    await parts["runners"][missing].cleanup()
    status, body = await api.get("/ready", {})
    assert status == 503
    others = {told for name, told in body["parts"].items() if name != missing}
    assert (body["parts"][missing], others) == ("unreachable", {"ok"})
