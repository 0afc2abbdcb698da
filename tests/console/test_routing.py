"""Offers, passing on and profiles over the console's API: by role, and what goes wrong."""

from typing import Any

import aiohttp
import pytest

from desk.app import Desk
from tests.console.conftest import Browser
from tests.desk.talking import agent

PROFILE = {"skills": ["排障"], "areas": ["城东"], "languages": ["zh"], "capacity": 2}


@pytest.fixture
async def zhuguan(console: str, staffed: Desk) -> Any:
    staffed.staff.set_password("zhuguan", "055-066-077-088")
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as http:
        browser = Browser(console, http)
        body = {"username": "zhuguan", "password": "055-066-077-088"}
        assert (await browser.post("/api/session", body))[0] == 200
        yield browser


# (method, path, body) → what an agent and a supervisor are answered.
BY_ROLE: list[tuple[str, str, Any, int, int]] = [
    ("GET", "/api/people", None, 200, 200),
    ("PUT", "/api/people/chenyu/profile", PROFILE, 403, 200),
    ("PUT", "/api/people/nobody/profile", PROFILE, 403, 404),
    ("PUT", "/api/people/chenyu/profile", {**PROFILE, "skills": ["唱歌"]}, 403, 400),
    ("PUT", "/api/people/chenyu/profile", {**PROFILE, "skills": "排障"}, 403, 400),
    ("PUT", "/api/people/chenyu/profile", {**PROFILE, "areas": [7]}, 403, 400),
    ("PUT", "/api/people/chenyu/profile", {**PROFILE, "areas": ["区"] * 31}, 403, 400),
    ("PUT", "/api/people/chenyu/profile", {**PROFILE, "areas": [" "]}, 403, 400),
    ("PUT", "/api/people/chenyu/profile", {**PROFILE, "areas": ["\x00"]}, 403, 400),
    ("PUT", "/api/people/chenyu/profile", {**PROFILE, "capacity": 0}, 403, 400),
    ("PUT", "/api/people/chenyu/profile", {**PROFILE, "capacity": "3"}, 403, 400),
    ("PUT", "/api/people/chenyu/profile", {**PROFILE, "capacity": True}, 403, 400),
    ("PUT", "/api/people/chenyu/profile", {**PROFILE, "capacity": None}, 403, 200),
    ("PUT", "/api/session/status", {"status": "busy"}, 200, 200),
    ("PUT", "/api/session/status", {"status": "offline"}, 400, 400),
    ("POST", "/api/conversations/c-nobody/decline", {}, 404, 404),
]


@pytest.mark.parametrize(("method", "path", "body", "for_agent", "for_supervisor"), BY_ROLE)
async def test_what_each_role_may(
    lixiao: Browser,
    zhuguan: Browser,
    method: str,
    path: str,
    body: Any,
    for_agent: int,
    for_supervisor: int,
) -> None:
    assert (await lixiao.ask(method, path, body))[0] == for_agent
    status, told = await zhuguan.ask(method, path, body)
    assert status == for_supervisor, told
    if status >= 400:
        assert told["error"]["message"]


async def test_an_offer_is_shown_and_declined_by_whom_it_is_for(
    lixiao: Browser, chenyu: Browser, queued: str, staffed: Desk
) -> None:
    assert staffed.people.routing.sweep() == 1
    (row,) = (await chenyu.get("/api/conversations?box=queued"))["conversations"]
    assert (row["offer"]["agent"], row["owner"], row["queue"]) == ("李晓", None, "general")
    assert row["offer"]["expires_at"]
    assert (await chenyu.post(f"/api/conversations/{queued}/decline", {}))[0] == 409
    assert (await lixiao.post(f"/api/conversations/{queued}/decline", {}))[0] == 200
    (row,) = (await chenyu.get("/api/conversations?box=queued"))["conversations"]
    assert row["offer"] is None


@pytest.mark.parametrize(
    ("body", "status", "told"),
    [
        ({"to_agent": "chenyu", "to_queue": ""}, 400, "note"),
        ({"to_agent": "chenyu", "to_queue": "", "note": "  "}, 400, "note"),
        ({"to_agent": "nobody", "to_queue": "", "note": "请接"}, 404, "没有这位同事"),
        ({"to_agent": "lixiao", "to_queue": "", "note": "请接"}, 404, "没有这位同事"),
        ({"to_agent": "", "to_queue": "moon", "note": "请接"}, 400, "to_queue"),
        ({"to_agent": "", "to_queue": "", "note": "请接"}, 400, "to_queue"),
        ({"to_agent": "chenyu", "to_queue": "", "note": "请接"}, 200, ""),
        ({"to_agent": "", "to_queue": "complaints", "note": "请接"}, 200, ""),
    ],
)
async def test_passing_on(
    lixiao: Browser, chenyu: Browser, queued: str, body: Any, status: int, told: str
) -> None:
    path = f"/api/conversations/{queued}/transfer"
    if status == 200:
        assert (await lixiao.post(path, body))[0] == 409  # not hers yet
    await lixiao.post(f"/api/conversations/{queued}/take")
    if status == 200:
        assert (await chenyu.post(path, {**body, "to_agent": "", "to_queue": "general"}))[0] == 409
    found, answer = await lixiao.post(path, body)
    assert found == status
    if status != 200:
        assert told in answer["error"]["message"]
        return
    shown = await chenyu.get(f"/api/conversations/{queued}")
    assert shown["conversation"]["owner"] == "李晓"
    assert [one["note"] for one in shown["transfers"]] == ["请接"]


async def test_people_and_what_they_hold(lixiao: Browser, queued: str, staffed: Desk) -> None:
    staffed.handoff.take(queued, agent(staffed))
    told = await lixiao.get("/api/people")
    people = {one["username"]: one for one in told["people"]}
    assert (people["lixiao"]["load"], people["lixiao"]["status"]) == (1, "online")
    assert people["chenyu"]["status"] == "offline"
    assert "password_hash" not in people["lixiao"]
    assert {"name": "complaints", "label": "投诉"} in told["queues"]


async def test_half_a_character_in_a_profile_leaves_the_list_of_people_readable(
    lixiao: Browser, zhuguan: Browser
) -> None:
    body = {**PROFILE, "areas": ["城东\ud83d"], "languages": ["zh\x00"]}
    assert (await zhuguan.ask("PUT", "/api/people/chenyu/profile", body))[0] == 200
    people = (await lixiao.get("/api/people"))["people"]
    (chenyu,) = [one for one in people if one["username"] == "chenyu"]
    assert (chenyu["areas"], chenyu["languages"]) == (["城东?"], ["zh"])
