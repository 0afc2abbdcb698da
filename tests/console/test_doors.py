"""B5: every way in × every role × another area. The expectations stand here, not in the code."""

import re
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from console.app import build
from console.doors import DOORS, OPEN
from desk.app import Desk
from desk.model.agents import Role
from desk.model.audit import AuditFilter as _OF
from tests.console.conftest import Browser
from tests.desk.talking import Customer, agent
from tests.photos import photo

WHO = {
    "lixiao": Role.AGENT,
    "paidan": Role.DISPATCHER,
    "tousu": Role.COMPLAINT_LEAD,
    "zhuguan": Role.SUPERVISOR,
    "guanli": Role.ADMINISTRATOR,
    "shenji": Role.AUDITOR,
}
ALL = "lixiao paidan tousu zhuguan guanli shenji"
READS_TALKS, WORKS_TALKS = "lixiao tousu zhuguan", "lixiao zhuguan"
ORDERS = "lixiao paidan tousu zhuguan"
# Who gets further than the door; what is answered behind it is for other tests.
TABLE = {
    "GET /api/session": ALL,
    "PUT /api/session/status": ALL,
    "GET /api/events": ALL,
    "GET /api/saved-views": ORDERS,
    "POST /api/saved-views": ORDERS,
    "DELETE /api/saved-views/{id}": ORDERS,
    "GET /api/conversations": READS_TALKS,
    "GET /api/conversations/{id}": READS_TALKS,
    "GET /pictures/{digest}": READS_TALKS,
    "GET /api/conversations/{id}/suggestions": READS_TALKS,
    "GET /api/knowledge": READS_TALKS,
    "GET /api/dispositions": WORKS_TALKS,
    "POST /api/conversations/{id}/take": WORKS_TALKS,
    "POST /api/conversations/{id}/messages": WORKS_TALKS,
    "POST /api/conversations/{id}/close": WORKS_TALKS,
    "POST /api/conversations/{id}/decline": WORKS_TALKS,
    "POST /api/conversations/{id}/transfer": WORKS_TALKS,
    "POST /api/conversations/{id}/notes": READS_TALKS,
    "POST /api/conversations/{id}/typing": WORKS_TALKS,
    "GET /api/conversations/{id}/canned-replies": WORKS_TALKS,
    "POST /api/conversations/{id}/unmask": WORKS_TALKS,
    "POST /api/conversations/{id}/listen": "zhuguan",
    "GET /api/supervision": "zhuguan",
    "GET /api/work-orders": ORDERS,
    "GET /api/work-order-choices": ORDERS,
    "GET /api/work-order-areas": ORDERS,
    "GET /api/incidents": ORDERS,
    "GET /api/work-orders/{number}": ORDERS,
    "GET /api/work-orders/{number}/attachments/{digest}": ORDERS,
    "POST /api/conversations/{id}/work-orders": WORKS_TALKS,
    "POST /api/work-orders/bulk": ORDERS,
    "POST /api/work-orders/{number}/move": ORDERS,
    "POST /api/work-orders/{number}/notes": ORDERS,
    "POST /api/work-orders/{number}/assign": "paidan tousu zhuguan",
    "GET /api/people": ALL,
    "PUT /api/people/{username}/profile": "zhuguan guanli",
    "GET /api/sms-outbox": WORKS_TALKS,
    "PUT /api/session/password": ALL,
    "POST /api/session/second-step": ALL,
    "PUT /api/session/second-step": ALL,
    "GET /api/accounts": "guanli",
    "POST /api/accounts": "guanli",
    "PUT /api/accounts/{username}/role": "guanli",
    "PUT /api/accounts/{username}/disabled": "guanli",
    "POST /api/accounts/{username}/password": "guanli",
    "DELETE /api/accounts/{username}/second-step": "guanli",
    "GET /api/teams": ALL,
    "GET /api/policies": "zhuguan guanli shenji",
    "GET /api/policy": "zhuguan guanli shenji",
    "POST /api/policy/check": "zhuguan guanli shenji",
    "POST /api/policy/activate": "guanli",
    "GET /api/audit": "shenji",
    "GET /api/audit/verdict": "shenji",
    "GET /api/review": "zhuguan guanli",
    "POST /api/review/{id}": "zhuguan guanli",
}


def test_every_route_is_in_both_tables(staffed: Desk) -> None:
    routes = {
        (route.method, route.resource.canonical)
        for route in build(staffed).router.routes()
        if route.resource and route.method != "HEAD"
    }
    assert routes - OPEN == set(DOORS) == {tuple(name.split()) for name in TABLE}


@pytest.fixture(params=WHO)
async def somebody(
    request: pytest.FixtureRequest, console: str
) -> AsyncIterator[tuple[str, Browser]]:
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as http:
        yield request.param, await Browser(console, http).signs_in(request.param)


@pytest.fixture
def elsewhere(staffed: Desk) -> dict[str, str]:
    """A conversation, an order and a photo of a customer in 城东区; everybody works in 城西区."""
    for username in WHO:
        staffed.people.profiles.set(
            username, skills=[], areas=["城西区"], languages=[], capacity=None, actor="cli"
        )
    customer = Customer(staffed)
    here = customer.opens()
    customer.proves_identity(here, "13800000001")
    address = staffed.pictures.keep(photo())
    customer.desk.inbox.accept("rest", customer.name, "", "photo", image=address)
    number = staffed.complaints.file(here, "网络", "掉线", "修好", "13800000001", key="1").number
    staffed.handoff.request(here, "asked", key="h")
    return {"{id}": here, "{number}": number, "{digest}": address.rpartition("/")[2]}


def put(path: str, ids: dict[str, str]) -> str:
    ids = {"{username}": "chenyu", **ids}
    return re.sub(r"\{\w+\}", lambda found: ids.get(found.group(), "7"), path)


async def test_the_role_decides(somebody: tuple[str, Browser]) -> None:
    username, browser = somebody
    nothing = {"{id}": "7", "{number}": "BX261121000001", "{digest}": "0a1b"}
    for name, allowed in TABLE.items():
        method, path = name.split()
        status, told = await browser.ask(method, put(path, nothing), {})
        refused = status == 403 and told["error"]["code"] == "forbidden"
        assert refused == (username not in allowed.split()), (name, status, told)


async def test_another_area_does_not_exist(
    somebody: tuple[str, Browser], elsewhere: dict[str, str]
) -> None:
    _, browser = somebody
    nobody = {"{id}": "c-none", "{number}": "BX261121000009", "{digest}": "0a1b"}
    for name in TABLE:
        method, path = name.split()
        if any(part in path for part in elsewhere) and not re.search("views|review", path):
            theirs = await browser.ask(method, put(path, elsewhere), {})
            assert theirs[0] in (403, 404), name
            # An id of elsewhere and one of nobody look the same.
            assert theirs == await browser.ask(method, put(path, nobody), {}), name


async def test_lists_and_the_push_leave_another_area_out(
    somebody: tuple[str, Browser], elsewhere: dict[str, str], staffed: Desk
) -> None:
    username, browser = somebody
    secrets = (*elsewhere.values(), "王芳", "138****0001", "13800000001")
    pages = ["conversations?box=all", "conversations", "work-orders?state=all", "supervision"]
    for path in [*pages, "work-order-areas", "incidents", f"work-orders?q={elsewhere['{number}']}"]:
        told = str((await browser.ask("GET", f"/api/{path}"))[1])
        assert not [secret for secret in secrets if secret in told], path
    body = {"numbers": [elsewhere["{number}"]], "to": "cancelled", "note": "", "team": ""}
    status, told = await browser.post("/api/work-orders/bulk", {**body, "person": ""})
    if status == 200:
        assert told["results"][0]["message"] == "没有这个工单。"
    staffed.staff.set_status(agent(staffed, "chenyu").id, "busy")  # type: ignore[arg-type]
    last = staffed.journal.last_id()
    heard = []
    async with browser.http.ws_connect(f"{browser.url}/api/events?after=0") as socket:
        while not heard or heard[-1].get("id") != last:
            heard.append(await socket.receive_json(timeout=30))
    assert not [secret for secret in secrets if secret in str(heard)], username


async def test_what_one_holds_is_seen_wherever_it_is(
    lixiao: Browser, elsewhere: dict[str, str], staffed: Desk
) -> None:
    """Routing gives what waited too long to anybody."""
    staffed.handoff.take(elsewhere["{id}"], agent(staffed, "lixiao"))
    await lixiao.get(f"/api/conversations/{elsewhere['{id}']}")
    await lixiao.get(f"/api/work-orders/{elsewhere['{number}']}")
    assert (await lixiao.get("/api/conversations?box=mine"))["conversations"]


async def test_nobody_widens_their_own_areas(zhuguan: Browser, elsewhere: dict[str, str]) -> None:
    def profile(*areas: str) -> dict[str, Any]:
        return {"skills": [], "areas": list(areas), "languages": [], "capacity": None}

    for username, areas in (("zhuguan", ()), ("zhuguan", ("城西区",)), ("lixiao", ())):
        path = f"/api/people/{username}/profile"
        assert (await zhuguan.ask("PUT", path, profile(*areas)))[0] == 403
    path = "/api/people/lixiao/profile"
    assert (await zhuguan.ask("PUT", path, profile("城西区", "城东区")))[0] == 403
    assert (await zhuguan.ask("PUT", path, profile("城西区")))[0] == 200


async def test_a_route_that_nobody_declared_is_shut(
    console: str, lixiao: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(DOORS, ("GET", "/api/people"))
    status, told = await lixiao.ask("GET", "/api/people")
    assert (status, told["error"]["code"]) == (403, "forbidden")


async def test_looks_are_written_down_once(
    lixiao: Browser, zhuguan: Browser, staffed: Desk, queued: str, moment: Any
) -> None:
    def looks() -> list[tuple[str, str]]:
        rows = staffed.audit.listed(_OF(subject=queued))
        return [(row.who, row.role) for row in rows if row.what == "ConversationSeen"]

    for _ in range(2):
        await zhuguan.get(f"/api/conversations/{queued}")
    assert looks() == [("zhuguan", "supervisor")]
    moment.pass_time(minutes=11)
    await zhuguan.get(f"/api/conversations/{queued}")
    assert len(looks()) == 2
    await lixiao.post(f"/api/conversations/{queued}/take")
    before = len(looks())
    await lixiao.get(f"/api/conversations/{queued}")
    assert len(looks()) == before
