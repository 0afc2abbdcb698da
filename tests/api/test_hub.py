"""Events to listeners: signed, in order, again after a failure, to allowed hosts only."""

import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web

from api.callbacks import is_public
from api.trouble_ticket import HUB, PATH
from desk.model.tickets import Callback, Scope
from desk.model.work_orders import State
from tests.api.conftest import Api, OpenApi, serve
from tests.conftest import Moment
from tests.waiting import until


@dataclass
class Listener:
    """Another system's own server; answers with `status`."""

    url: str = ""
    status: int = 204
    asked: int = 0
    heard: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        self.asked += 1
        if self.status != 204:
            return web.Response(status=self.status, headers={"Location": "/elsewhere"})
        self.heard.append((dict(request.headers), await request.read()))
        return web.Response(status=204)

    def events(self) -> list[tuple[str, str, str]]:
        told = [json.loads(body) for _, body in self.heard]
        return [
            (
                e["eventType"],
                e["event"]["troubleTicket"]["id"],
                e["event"]["troubleTicket"].get("status"),
            )
            for e in told
        ]


@pytest.fixture
async def listener() -> AsyncIterator[Listener]:
    listening = Listener()
    app = web.Application()
    app.router.add_post("/events", listening.take)
    app.router.add_post("/elsewhere", listening.take)
    runner, port = await serve(app)
    listening.url = f"http://127.0.0.1:{port}"
    yield listening
    await runner.cleanup()


@pytest.fixture
async def api(open_api: OpenApi, listener: Listener) -> Api:
    """An API that may talk to the listener."""
    opened: Api = await open_api(callback_origins=[listener.url], callback_private=True)
    return opened


async def registers(api: Api, listener: Listener, **more: Any) -> dict[str, str]:
    answer = await api.calls("POST", HUB, {"callback": f"{listener.url}/events", **more})
    assert answer.status == 201, answer
    hub: dict[str, str] = answer.body
    return hub


async def test_a_ticket_s_life_is_told_in_order_and_signed(api: Api, listener: Listener) -> None:
    await api.creates()  # before anybody listened
    hub = await registers(api, listener)
    number = await api.creates()
    await api.calls("PATCH", f"{PATH}/{number}", {"name": "新"})
    api.desk.work_orders.move(number, State.DISPATCHED, actor="cli")
    await api.calls("DELETE", f"{PATH}/{number}")
    await until(lambda: len(listener.heard) >= 5)
    prefix = "TroubleTicket"
    assert [kind.removeprefix(prefix) for kind, _, _ in listener.events()] == [
        "CreateEvent",
        "AttributeValueChangeEvent",
        "StatusChangeEvent",
        "StatusChangeEvent",
        "DeleteEvent",
    ]
    assert {told for _, told, _ in listener.events()} == {number}
    assert [status for *_, status in listener.events()][2:4] == ["acknowledged", "cancelled"]
    for headers, body in listener.heard:
        signed = headers["X-Xiaotong-Timestamp"].encode() + b"." + body
        expected = hmac.new(hub["secret"].encode(), signed, hashlib.sha256).hexdigest()
        assert headers["X-Xiaotong-Signature"] == f"sha256={expected}"
    assert len({headers["X-Xiaotong-Event"] for headers, _ in listener.heard}) == 5
    await until(lambda: not waiting(api))


async def test_only_what_was_asked_for(api: Api, listener: Listener) -> None:
    await registers(api, listener, query="eventType=TroubleTicketStatusChangeEvent")
    number = await api.creates()
    api.desk.work_orders.move(number, State.DISPATCHED, actor="cli")
    await until(lambda: listener.heard)
    assert listener.events() == [("TroubleTicketStatusChangeEvent", number, "acknowledged")]


async def test_another_area_s_events_are_not_told(api: Api, listener: Listener) -> None:
    east = api.new_key(areas=frozenset({"城东区"}))
    callback = {"callback": f"{listener.url}/events"}
    assert (await api.calls("POST", HUB, callback, east)).status == 201
    await api.creates()
    mine = await api.creates(east)
    await until(lambda: listener.heard)
    assert [number for _, number, _ in listener.events()] == [mine]


async def test_what_was_not_taken_comes_again_before_what_is_later(
    api: Api, listener: Listener, moment: Moment
) -> None:
    await registers(api, listener)
    listener.status = 500
    numbers = [await api.creates(), await api.creates()]
    for attempt, status in enumerate((500, 302, 404), start=1):
        told = (attempt, f"answered {status}")
        await until(lambda told=told: told in [(w.attempts, w.last_error) for w in waiting(api)])  # type: ignore[misc]
        listener.status = (302, 404, 204)[attempt - 1]
        moment.pass_time(seconds=2**attempt)
    await until(lambda: not waiting(api))
    assert [number for _, number, _ in listener.events()] == numbers


def waiting(api: Api) -> list[Callback]:
    return api.desk.hubs.waiting()


async def test_listeners_are_their_key_s_own(api: Api, listener: Listener) -> None:
    hub = await registers(api, listener)
    other = api.new_key()
    for method in ("GET", "DELETE"):
        assert (await api.calls(method, hub["href"], key=other)).status == 404
    seen = (await api.calls("GET", hub["href"])).body
    assert (seen["callback"], "secret" in seen) == (f"{listener.url}/events", False)
    assert (await api.calls("DELETE", hub["href"])).status == 204
    assert (await api.calls("DELETE", hub["href"])).status == 404
    await api.creates()
    assert api.desk.hubs.fan_out() == 0
    await registers(api, listener)
    assert api.desk.api_keys.revoke("system1")
    assert api.desk.hubs.fan_out() == 0


@pytest.mark.parametrize(
    ("callback", "status"),
    [
        ("http://127.0.0.1:1/events", 403),
        ("https://elsewhere.example/events", 403),
        ("ftp://127.0.0.1/x", 400),
        ("http://user@127.0.0.1/x", 400),
        ("events", 400),
    ],
)
async def test_a_callback_elsewhere_is_refused(api: Api, callback: str, status: int) -> None:
    assert (await api.calls("POST", HUB, {"callback": callback})).status == status


async def test_an_allowed_name_that_points_inside_is_refused(
    open_api: OpenApi, listener: Listener
) -> None:
    named = listener.url.replace("127.0.0.1", "localhost")
    api = await open_api(callback_origins=[named, listener.url])
    for url in (named, listener.url):
        key = api.new_key(frozenset({Scope.HUB}))
        answer = await api.calls("POST", HUB, {"callback": f"{url}/events"}, key)
        assert answer.status == 201
    await api.creates()
    await until(lambda: [bool(one.last_error) for one in waiting(api)] == [True, True])
    assert listener.asked == 0


@pytest.mark.parametrize(
    ("host", "public"),
    [
        ("8.8.8.8", True),
        ("crm.example.com", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("224.0.0.1", False),
        ("0.0.0.0", False),
        ("::1", False),
        ("::ffff:127.0.0.1", False),
        ("fd00::1", False),
        ("2606:4700::1111", True),
    ],
)
def test_which_addresses_are_public(host: str, public: bool) -> None:
    assert is_public(host) is public
