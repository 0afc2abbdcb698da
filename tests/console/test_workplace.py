"""Beside the talk, over HTTP: notes, typing, personal data, replies, knowledge, the floor."""

from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from console.app import build
from desk.app import Desk
from desk.model.conversations import Author
from tests.console.conftest import OURS, Browser
from tests.desk.talking import Customer


@pytest.fixture
async def taken(lixiao: Browser, queued: str) -> str:
    await lixiao.post(f"/api/conversations/{queued}/take")
    return queued


async def test_notes_are_shown_to_colleagues(lixiao: Browser, chenyu: Browser, taken: str) -> None:
    path = f"/api/conversations/{taken}/notes"
    status, _ = await lixiao.post(path, {"text": " 客户很急 ", "whisper": False})
    assert status == 201
    shown = await chenyu.get(f"/api/conversations/{taken}")
    assert [(n["by"], n["text"], n["kind"]) for n in shown["notes"]] == [
        ("李晓", "客户很急", "note")
    ]
    assert "客户很急" not in [m["text"] for m in shown["messages"]]


async def test_a_whisper_reaches_its_agent_in_person(
    lixiao: Browser, chenyu: Browser, zhuguan: Browser, taken: str
) -> None:
    path, whisper = f"/api/conversations/{taken}/notes", {"text": "先道歉", "whisper": True}
    status, body = await chenyu.post(path, whisper)
    assert (status, body["error"]["message"]) == (403, "只有班长可以这样做。")
    async with lixiao.http.ws_connect(f"{lixiao.url}/api/events") as socket:
        await socket.receive_json(timeout=30)
        assert (await zhuguan.post(path, whisper))[0] == 201
        frame = await socket.receive_json(timeout=30)
    assert (frame["type"], frame["for"], frame["by"]) == ("WhisperWritten", "lixiao", "zhuguan")
    assert "先道歉" not in str(frame)
    seen = [
        len((await who.get(f"/api/conversations/{taken}"))["notes"]) for who in (lixiao, chenyu)
    ]
    assert seen == [1, 0]


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("notes", {"text": " ", "whisper": False}, "text"),
        ("notes", {"text": "x" * 2001, "whisper": False}, "text"),
        ("notes", {"text": "x"}, "whisper"),
        ("typing", {"on": "yes"}, "on"),
        ("unmask", {"why": ""}, "why"),
        ("unmask", {"why": "x" * 101}, "why"),
    ],
)
async def test_what_is_wrong_is_named(
    lixiao: Browser, taken: str, path: str, body: Any, field: str
) -> None:
    status, told = await lixiao.post(f"/api/conversations/{taken}/{path}", body)
    assert (status, told["error"]["message"].startswith(f"{field}：")) == (400, True)


async def test_typing_of_who_has_it(
    lixiao: Browser, chenyu: Browser, taken: str, staffed: Desk
) -> None:
    path = f"/api/conversations/{taken}/typing"
    assert (await chenyu.post(path, {"on": True}))[0] == 409
    assert (await lixiao.post(path, {"on": True}))[0] == 200
    (sign,) = staffed.workplace.signs.recent()
    assert (sign.author, sign.typing) == (Author.AGENT, True)


async def test_signs_of_the_customer_are_pushed_without_an_id(
    lixiao: Browser, taken: str, staffed: Desk
) -> None:
    last = staffed.conversations.history("rest", "zhang")[1][-1].id
    async with lixiao.http.ws_connect(f"{lixiao.url}/api/events") as socket:
        await socket.receive_json(timeout=30)
        staffed.workplace.signs.typing(taken, Author.CUSTOMER, on=True)
        first = await socket.receive_json(timeout=30)
        staffed.workplace.signs.read(taken, Author.CUSTOMER, last)
        second = await socket.receive_json(timeout=30)
    frame = {"type": "sign", "conversation_id": taken, "typing": True}
    assert first == {**frame, "read_to": 0}
    assert second == {**frame, "read_to": last}
    assert (await lixiao.get(f"/api/conversations/{taken}"))["sign"] == second


async def test_personal_data_for_a_reason(lixiao: Browser, staffed: Desk) -> None:
    customer = Customer(staffed)
    conversation = customer.opens()
    customer.proves_identity(conversation, "13800000004")
    staffed.handoff.request(conversation, "asked", key="h")
    path = f"/api/conversations/{conversation}/unmask"
    assert (await lixiao.post(path, {"why": "核对"}))[0] == 409
    await lixiao.post(f"/api/conversations/{conversation}/take")
    shown = await lixiao.get(f"/api/conversations/{conversation}")
    assert "13800000004" not in str(shown["conversation"])
    status, found = await lixiao.post(path, {"why": "核对"})
    assert (status, found["phone"]) == (200, "13800000004")


async def test_replies_and_knowledge(lixiao: Browser, taken: str, staffed: Desk) -> None:
    replies = (await lixiao.get(f"/api/conversations/{taken}/canned-replies"))["replies"]
    assert any("李晓" in reply["text"] for reply in replies)
    found = (await lixiao.get("/api/knowledge?q=携号转网要什么条件"))["articles"]
    assert "携号转出" in found[0]["title"]
    assert set(found[0]) == {"id", "title", "body", "source"}
    customer = Customer(staffed)
    customer.hears(customer.says("携号转网要什么条件"))
    suggested = await lixiao.get(f"/api/conversations/{taken}/suggestions")
    assert suggested["question"] == "携号转网要什么条件"
    assert suggested["articles"] == found
    assert (await lixiao.ask("GET", "/api/knowledge?q="))[0] == 400


async def test_the_floor_is_for_supervisors(
    lixiao: Browser, zhuguan: Browser, taken: str, staffed: Desk
) -> None:
    assert (await lixiao.ask("GET", "/api/supervision"))[0] == 403
    waiting = Customer(staffed, "li").opens()
    staffed.handoff.request(waiting, "asked", key="w")
    floor = await zhuguan.get("/api/supervision")
    assert [talk["id"] for talk in floor["waiting"]] == [waiting]
    assert [(talk["id"], talk["agent"]) for talk in floor["talks"]] == [(taken, "李晓")]
    assert {"lixiao": 1, "zhuguan": 0}.items() <= {
        one["username"]: one["load"] for one in floor["people"]
    }.items()
    assert [clock["subject"] for clock in floor["clocks"]] == [waiting]


async def test_listening_and_taking_over(
    lixiao: Browser, zhuguan: Browser, taken: str, staffed: Desk
) -> None:
    assert (await lixiao.post(f"/api/conversations/{taken}/listen"))[0] == 403
    assert (await zhuguan.post(f"/api/conversations/{taken}/listen"))[0] == 200
    status, body = await zhuguan.post(f"/api/conversations/{taken}/take")
    assert (status, body["conversation"]["agent"]) == (200, "张主管")
    say = {"text": "还是我", "client_id": "c-1"}
    assert (await lixiao.post(f"/api/conversations/{taken}/messages", say))[0] == 409


async def test_the_page_lets_styles_through_by_a_nonce_of_its_own(
    staffed: Desk, tmp_path: Path
) -> None:
    pages = tmp_path / "console"
    (pages / "assets").mkdir(parents=True)
    page = '<meta property="csp-nonce" nonce="__CSP_NONCE__"><script src="a.js"></script>'
    (pages / "index.html").write_text(page)
    runner = web.AppRunner(build(staffed, tmp_path), access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    nonces = set()
    async with aiohttp.ClientSession(headers=OURS) as http:
        for _ in range(2):
            async with http.get(f"{url}/") as response:
                policy = response.headers["Content-Security-Policy"]
                nonce = policy.split("'nonce-")[1].split("'")[0]
                assert f'nonce="{nonce}"' in await response.text()
                assert response.headers["Cache-Control"] == "no-store"
            assert "unsafe" not in policy
            assert "script-src" not in policy  # default-src 'self' holds for scripts
            nonces.add(nonce)
        async with http.get(f"{url}/api/session") as response:
            assert "nonce" not in response.headers["Content-Security-Policy"]
    assert len(nonces) == 2
    await runner.cleanup()
