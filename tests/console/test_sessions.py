"""Who may use the console: sign-in, cookie, and every way in without one."""

import re
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from console.app import build
from console.doors import DOORS
from desk.app import Desk
from tests.conftest import Moment, open_desk_at
from tests.console.conftest import OURS, PASSWORDS, Browser

ROUTES = [(method, re.sub(r"\{\w+\}", "c-1", path)) for method, path in sorted(DOORS)]


@pytest.mark.parametrize(("method", "path"), ROUTES)
@pytest.mark.parametrize("cookie", ["", "xt_staff=", "xt_staff=guessed", "xt_staff=%FF"])
async def test_nothing_is_shown_or_done_without_a_session(
    stranger: Browser, method: str, path: str, cookie: str
) -> None:
    status, body = await stranger.ask(method, path, {}, {**OURS, "Cookie": cookie})
    assert (status, body["error"]["code"]) == (401, "unauthenticated")


async def test_signing_in_tells_who_it_is_and_hides_the_session(stranger: Browser) -> None:
    body = {"username": "lixiao", "password": "011-022-033-044"}
    async with stranger.http.post(
        f"{stranger.url}/api/session", json=body, headers=OURS
    ) as response:
        assert response.status == 200
        cookie = response.headers["Set-Cookie"]
        told = await response.text()
        assert response.headers["Cache-Control"] == "no-store"
    for flag in ("xt_staff=", "HttpOnly", "SameSite=Strict", "Path=/"):
        assert flag in cookie
    assert stranger.cookies()["xt_staff"] not in told
    session = await stranger.get("/api/session")
    assert session["agent"]["name"] == "李晓"
    assert (session["status"], session["dev_mode"]) == ("online", True)
    assert "password" not in str(session)


async def test_the_session_id_changes_at_every_sign_in(stranger: Browser) -> None:
    await stranger.signs_in()
    first = stranger.cookies()
    await stranger.signs_in()
    assert stranger.cookies() != first


async def test_signing_out_ends_the_session_everywhere(lixiao: Browser) -> None:
    kept = lixiao.cookies()["xt_staff"]
    assert (await lixiao.ask("DELETE", "/api/session"))[0] == 204
    assert lixiao.cookies() == {}
    headers = {**OURS, "Cookie": f"xt_staff={kept}"}
    assert (await lixiao.ask("GET", "/api/session", headers=headers))[0] == 401


async def test_wrong_sign_ins_are_refused_alike_and_lock(stranger: Browser) -> None:
    answers = []
    for username in ("nobody", "lixiao"):
        for _ in range(5):
            body = {"username": username, "password": "wrong"}
            answers.append(await stranger.post("/api/session", body))
    assert {status for status, _ in answers} == {401}
    assert len({str(body) for _, body in answers}) == 1
    right = {"username": "lixiao", "password": "011-022-033-044"}
    assert (await stranger.post("/api/session", right))[0] == 401


async def test_guessing_is_slowed_down(stranger: Browser) -> None:
    body = {"username": "lixiao", "password": "wrong"}
    answers: list[int] = []
    # On a busy machine a try takes so long that a new one has been earned meanwhile.
    while 429 not in answers and len(answers) < 40:
        answers.append((await stranger.post("/api/session", body))[0])
    assert answers[:10] == [401] * 10
    assert answers[-1] == 429
    other = {"username": "chenyu", "password": "044-033-022-011"}
    assert (await stranger.post("/api/session", other))[0] == 200


async def test_the_push_ends_with_the_session(lixiao: Browser, staffed: Desk) -> None:
    async with lixiao.http.ws_connect(f"{lixiao.url}/api/events") as socket:
        assert (await socket.receive_json(timeout=30))["type"] == "hello"
        staffed.staff.set_password("lixiao", "another-password")
        frame = await socket.receive(timeout=30)
        while frame.type is aiohttp.WSMsgType.TEXT:
            frame = await socket.receive(timeout=30)
        assert frame.type is aiohttp.WSMsgType.CLOSE
        assert frame.data == aiohttp.WSCloseCode.POLICY_VIOLATION


async def test_odd_bytes_in_a_path_are_no_server_error(
    database_url: str, tmp_path: Path, moment: Moment
) -> None:
    desk = open_desk_at(database_url, tmp_path, moment)
    desk.staff.set_password("lixiao", PASSWORDS["lixiao"])
    runner = web.AppRunner(build(desk, tmp_path / "no-web"), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
        browser = await Browser(address, http).signs_in()
        assert (await browser.ask("GET", "/api/conversations/%00"))[0] in (400, 404)
    await runner.cleanup()
    desk.close()


@pytest.mark.parametrize("status", ["online", "away"])
async def test_presence(lixiao: Browser, status: str) -> None:
    assert await lixiao.ask("PUT", "/api/session/status", {"status": status}) == (
        200,
        {"status": status},
    )
    assert (await lixiao.get("/api/session"))["status"] == status


@pytest.mark.parametrize("status", ["offline", "", None, 1, "gone"])
async def test_no_other_presence(lixiao: Browser, status: Any) -> None:
    code, body = await lixiao.ask("PUT", "/api/session/status", {"status": status})
    assert (code, "status：" in body["error"]["message"]) == (400, True)


CHANGING = [(m, p) for m, p in ROUTES if m != "GET"] + [
    ("POST", "/api/session"),
    ("DELETE", "/api/session"),
]


@pytest.mark.parametrize(("method", "path"), CHANGING)
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Requested-With": "XMLHttpRequest"},
        {**OURS, "Origin": "https://evil.example"},
        {**OURS, "Origin": "null"},
        {**OURS, "Origin": "http://127.0.0.1:1"},
    ],
    ids=["bare", "other header", "foreign", "null", "other port"],
)
async def test_another_page_cannot_act_for_staff(
    lixiao: Browser, method: str, path: str, headers: dict[str, str]
) -> None:
    status, body = await lixiao.ask(method, path, {}, headers)
    assert (status, body["error"]["code"]) == (403, "cross_site")
    assert (await lixiao.get("/api/session"))["agent"]["username"] == "lixiao"


async def test_another_page_cannot_listen(lixiao: Browser) -> None:
    headers = {"Origin": "https://evil.example"}
    assert (await lixiao.ask("GET", "/api/events", headers=headers))[0] == 403
    assert (await lixiao.ask("GET", "/api/session", headers={"Origin": lixiao.url}))[0] == 200


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]", b"null", b'"x"', b"\xff", b"[" * 5000, b'{"username": 1}']
)
async def test_a_body_that_is_no_request(stranger: Browser, data: bytes) -> None:
    async with stranger.http.post(
        f"{stranger.url}/api/session", data=data, headers=OURS
    ) as response:
        assert response.status == 400
        assert (await response.json())["error"]["message"]


async def test_a_body_too_large(stranger: Browser) -> None:
    body = {"username": "a" * 100_000, "password": "b"}
    assert (await stranger.post("/api/session", body))[0] == 413


async def test_pages_cannot_be_framed(stranger: Browser) -> None:
    async with stranger.http.get(f"{stranger.url}/health") as response:
        assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]
        assert response.headers["X-Content-Type-Options"] == "nosniff"
