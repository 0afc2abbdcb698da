"""An agent's work: boxes, take, answer, close, orders, SMS tray, and what is pushed."""

import asyncio
from typing import Any

import aiohttp
import pytest

from desk.app import Desk
from tests.console.conftest import OURS, PASSWORDS, Browser
from tests.desk.talking import Customer, deliver_sms


async def test_the_boxes(lixiao: Browser, chenyu: Browser, queued: str, staffed: Desk) -> None:
    box = await lixiao.get("/api/conversations?box=queued")
    (row,) = box["conversations"]
    assert (row["id"], row["state"], row["channel"]) == (queued, "queued", "rest")
    assert (row["reason"], row["reason_label"]) == ("asked", "客户要求人工服务")
    assert row["due_at"] > row["waiting_since"]
    assert row["last_message"]["text"] == "您好"
    assert box["counts"] == {"queued": 1, "mine": 0}
    await lixiao.post(f"/api/conversations/{queued}/take")
    assert (await lixiao.get("/api/conversations?box=queued"))["conversations"] == []
    mine = await lixiao.get("/api/conversations?box=mine")
    assert [r["id"] for r in mine["conversations"]] == [queued]
    assert (await chenyu.get("/api/conversations?box=mine"))["conversations"] == []
    everything = await chenyu.get("/api/conversations?box=all")
    assert everything["conversations"][0]["agent"] == "李晓"
    status, body = await lixiao.ask("GET", "/api/conversations?box=other")
    assert (status, "box：" in body["error"]["message"]) == (400, True)


async def test_unread_counts_what_nobody_answered(
    lixiao: Browser, queued: str, staffed: Desk
) -> None:
    await lixiao.post(f"/api/conversations/{queued}/take")
    for text in ("在吗", "喂"):
        customer = Customer(staffed)
        customer.hears(customer.says(text))
    (row,) = (await lixiao.get("/api/conversations?box=mine"))["conversations"]
    assert row["unread"] == 2
    say = {"text": "在的", "client_id": "c-1"}
    await lixiao.post(f"/api/conversations/{queued}/messages", say)
    (row,) = (await lixiao.get("/api/conversations?box=mine"))["conversations"]
    assert row["unread"] == 0


async def test_only_one_agent_gets_it(lixiao: Browser, chenyu: Browser, queued: str) -> None:
    path = f"/api/conversations/{queued}/take"
    answers = await asyncio.gather(lixiao.post(path), chenyu.post(path))
    assert sorted(status for status, _ in answers) == [200, 409]
    (refused,) = [body for status, body in answers if status == 409]
    assert refused["error"]["code"] == "already_taken"


async def test_answering_once_however_often_it_is_sent(
    lixiao: Browser, chenyu: Browser, queued: str, staffed: Desk
) -> None:
    path = f"/api/conversations/{queued}/messages"
    say = {"text": " 我来看看 ", "client_id": "c-1"}
    status, body = await lixiao.post(path, say)
    assert (status, body["error"]["code"]) == (409, "not_yours")
    await lixiao.post(f"/api/conversations/{queued}/take")
    answers = [await lixiao.post(path, say) for _ in range(3)]
    assert [status for status, _ in answers] == [201, 201, 201]
    assert len({body["message"]["id"] for _, body in answers}) == 1
    assert answers[0][1]["message"]["text"] == "我来看看"
    assert (await chenyu.post(path, say))[0] == 409
    shown = await lixiao.get(f"/api/conversations/{queued}")
    assert [m["text"] for m in shown["messages"]].count("我来看看") == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"text": "", "client_id": "c"}, "text"),
        ({"text": "  ", "client_id": "c"}, "text"),
        ({"text": "长" * 2001, "client_id": "c"}, "text"),
        ({"text": 5, "client_id": "c"}, "text"),
        ({"client_id": "c"}, "text"),
        ({"text": "好"}, "client_id"),
        ({"text": "好", "client_id": 1}, "client_id"),
    ],
)
async def test_what_cannot_be_said(
    lixiao: Browser, queued: str, body: dict[str, Any], field: str
) -> None:
    await lixiao.post(f"/api/conversations/{queued}/take")
    status, told = await lixiao.post(f"/api/conversations/{queued}/messages", body)
    assert (status, told["error"]["message"].startswith(field)) == (400, True)


async def test_closing(lixiao: Browser, chenyu: Browser, queued: str) -> None:
    path = f"/api/conversations/{queued}/close"
    await lixiao.post(f"/api/conversations/{queued}/take")
    done = {"wrap_up": "已解释账单", "disposition": "answered"}
    assert (await chenyu.post(path, done))[0] == 409
    for wrong in ({}, {"disposition": "bored"}, {"disposition": "withdrawn"}, {"disposition": 1}):
        status, body = await lixiao.post(path, {"wrap_up": "已解释账单", **wrong})
        assert (status, body["error"]["message"].startswith("disposition")) == (400, True)
    status, body = await lixiao.post(path, done)
    assert (status, body["conversation"]["state"]) == (200, "bot")
    assert (await lixiao.post(path, done))[0] == 409


async def test_the_ways_a_talk_may_end_are_the_operators(lixiao: Browser) -> None:
    listed = (await lixiao.get("/api/dispositions"))["dispositions"]
    assert {"name": "resolved", "label": "已解决"} in listed
    assert "withdrawn" not in [one["name"] for one in listed]


@pytest.mark.parametrize("conversation", ["c-nobody", "%00", "%F0%9F%98%80", "..%2f"])
async def test_a_conversation_that_does_not_exist(lixiao: Browser, conversation: str) -> None:
    for status, _ in (
        await lixiao.ask("GET", f"/api/conversations/{conversation}"),
        await lixiao.post(f"/api/conversations/{conversation}/take"),
    ):
        assert status == 404


async def test_orders_and_their_search(lixiao: Browser, staffed: Desk) -> None:
    customer = Customer(staffed)
    receipt = staffed.complaints.file(
        customer.opens(), "网络", "网速慢", "修好", "13911112222", key="f"
    )
    (row,) = (await lixiao.get("/api/work-orders"))["orders"]
    assert (row["number"], row["kind"]) == (receipt.number, "投诉工单")
    assert (row["state"], row["state_label"]) == ("new", "已受理，等待派单")
    assert (row["customer"], row["breached"]) == ("139****2222", False)
    for query, found in ((receipt.number[-6:], 1), ("2222", 1), ("BX0000", 0), ("%00", 1)):
        listed = await lixiao.get(f"/api/work-orders?state=all&q={query}")
        assert len(listed["orders"]) == found, query
    order = (await lixiao.get(f"/api/work-orders/{receipt.number}"))["order"]
    assert order["description"] == "【网络】网速慢\n期望：修好"
    assert {"label", "due_at", "state"} == set(order["clocks"][0])
    assert [event["text"] for event in order["history"]] == [
        "受理并建单",
        "已通知客户",
        "等待派单：现在没有人当班，11月22日 09:00 有人上班",
        "投诉登记",
    ]
    assert (await lixiao.ask("GET", "/api/work-orders/BX261121000000"))[0] == 404


async def test_the_sms_tray_of_development(lixiao: Browser, staffed: Desk) -> None:
    customer = Customer(staffed)
    staffed.identity.send_code(customer.opens(), "13800000001", key="s")
    deliver_sms(staffed)
    (sms,) = (await lixiao.get("/api/sms-outbox"))["messages"]
    assert (sms["to"], "验证码" in sms["text"]) == ("13800000001", True)


@pytest.mark.parametrize("mode", ["production"], indirect=True)
async def test_production_has_no_sms_tray_and_a_secure_cookie(console: str, mode: str) -> None:
    body = {"username": "lixiao", "password": PASSWORDS["lixiao"]}
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), headers=OURS) as proxy:
        async with proxy.post(f"{console}/api/session", json=body) as signed_in:
            cookie = signed_in.cookies["xt_staff"]
        assert cookie["secure"]
        # What a TLS proxy passes on: the browser's cookie over a plain connection.
        carried = {"Cookie": f"xt_staff={cookie.value}"}
        async with proxy.get(f"{console}/api/sms-outbox", headers=carried) as tray:
            assert (tray.status, (await tray.json())["error"]["code"]) == (404, "not_found")
        async with proxy.get(f"{console}/api/session", headers=carried) as session:
            assert (await session.json())["dev_mode"] is False


# -- push ------------------------------------------------------------------------------------------


class Listener:
    """An open events socket; `until` reads frames up to one event."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket, self.frames = socket, list[dict[str, Any]]()

    async def next(self) -> dict[str, Any]:
        frame: dict[str, Any] = await self.socket.receive_json(timeout=30)
        self.frames.append(frame)
        return frame

    async def reads_to(self, event_id: int) -> list[int]:
        while (await self.next())["id"] != event_id:
            pass
        return [frame["id"] for frame in self.frames if frame["type"] != "hello"]


async def test_who_comes_back_misses_nothing_and_gets_nothing_twice(
    lixiao: Browser, staffed: Desk
) -> None:
    start = staffed.journal.last_id()
    seen: list[int] = []
    for round_number in range(4):
        Customer(staffed, f"customer-{round_number}").opens()  # while nobody listens
        after = seen[-1] if seen else start
        async with lixiao.http.ws_connect(f"{lixiao.url}/api/events?after={after}") as socket:
            listener = Listener(socket)
            assert (await listener.next())["type"] == "hello"
            Customer(staffed, f"other-{round_number}").opens()  # and while somebody does
            seen += await listener.reads_to(staffed.journal.last_id())
    assert seen == [event.id for event in staffed.journal.after(start)]


async def test_without_an_id_only_news_are_pushed(lixiao: Browser, staffed: Desk) -> None:
    async with lixiao.http.ws_connect(f"{lixiao.url}/api/events") as socket:
        listener = Listener(socket)
        assert await listener.next() == {
            "type": "hello",
            "last_event_id": staffed.journal.last_id(),
        }
        conversation = Customer(staffed).opens()
        first = await listener.next()
        assert (first["type"], first["conversation_id"]) == ("ConversationOpened", conversation)
        assert set(first) == {"id", "type", "conversation_id", "work_order", "at"}


@pytest.mark.parametrize("after", ["x", "-1", "1.5", "１２", "0x10"])
async def test_an_id_that_is_none(lixiao: Browser, after: str) -> None:
    status, body = await lixiao.ask("GET", f"/api/events?after={after}")
    assert (status, body["error"]["code"]) == (400, "bad_request")


async def test_a_huge_id_waits_quietly(lixiao: Browser) -> None:
    async with lixiao.http.ws_connect(f"{lixiao.url}/api/events?after={'9' * 40}") as socket:
        assert (await socket.receive_json(timeout=30))["type"] == "hello"
