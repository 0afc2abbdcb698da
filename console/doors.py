"""Every way into the console and the right it asks for; asked at this one place.

A route that is not in `DOORS` is refused, so that forgetting it here shuts it. What is in the
address (a conversation, an order) must lie where the person may see it; else it does not exist.
"""

from http import HTTPStatus

from aiohttp import web
from aiohttp.typedefs import Middleware

from console.http import Handler, Problem
from console.sessions import Sessions
from desk.app import Desk
from desk.calling import call
from desk.model.access import Right, Sight, may
from desk.model.agents import Agent

AGENT = web.RequestKey("agent", Agent)
SIGHT = web.RequestKey("sight", Sight)

_TALK = "/api/conversations/{id}"
_ACCOUNT = "/api/accounts/{username}"
_ORDER = "/api/work-orders/{number}"
_R = Right
DOORS: dict[tuple[str, str], Right] = {
    ("GET", "/api/session"): _R.SELF,
    ("PUT", "/api/session/status"): _R.SELF,
    ("PUT", "/api/session/password"): _R.SELF,
    ("POST", "/api/session/second-step"): _R.SELF,
    ("PUT", "/api/session/second-step"): _R.SELF,
    ("GET", "/api/events"): _R.SELF,
    ("GET", "/api/saved-views"): _R.READ_ORDERS,
    ("POST", "/api/saved-views"): _R.READ_ORDERS,
    ("DELETE", "/api/saved-views/{id}"): _R.READ_ORDERS,
    ("GET", "/api/conversations"): _R.READ_TALKS,
    ("GET", _TALK): _R.READ_TALKS,
    ("GET", "/pictures/{digest}"): _R.READ_TALKS,
    ("GET", f"{_TALK}/suggestions"): _R.READ_TALKS,
    ("GET", "/api/knowledge"): _R.READ_TALKS,
    ("GET", "/api/dispositions"): _R.WORK_TALKS,
    ("POST", f"{_TALK}/take"): _R.WORK_TALKS,
    ("POST", f"{_TALK}/messages"): _R.WORK_TALKS,
    ("POST", f"{_TALK}/close"): _R.WORK_TALKS,
    ("POST", f"{_TALK}/decline"): _R.WORK_TALKS,
    ("POST", f"{_TALK}/transfer"): _R.WORK_TALKS,
    ("POST", f"{_TALK}/notes"): _R.READ_TALKS,
    ("POST", f"{_TALK}/typing"): _R.WORK_TALKS,
    ("GET", f"{_TALK}/canned-replies"): _R.WORK_TALKS,
    ("POST", f"{_TALK}/unmask"): _R.UNMASK,
    ("POST", f"{_TALK}/listen"): _R.OVERSEE_TALKS,
    ("GET", "/api/supervision"): _R.OVERSEE_TALKS,
    ("GET", "/api/work-orders"): _R.READ_ORDERS,
    ("GET", "/api/work-order-choices"): _R.READ_ORDERS,
    ("GET", "/api/work-order-areas"): _R.READ_ORDERS,
    ("GET", "/api/incidents"): _R.READ_ORDERS,
    ("GET", _ORDER): _R.READ_ORDERS,
    ("GET", f"{_ORDER}/attachments/{{digest}}"): _R.READ_ORDERS,
    ("POST", f"{_TALK}/work-orders"): _R.WORK_TALKS,
    ("POST", "/api/work-orders/bulk"): _R.WORK_ORDERS,
    ("POST", f"{_ORDER}/move"): _R.WORK_ORDERS,
    ("POST", f"{_ORDER}/notes"): _R.WORK_ORDERS,
    ("POST", f"{_ORDER}/assign"): _R.GIVE_ORDERS,
    ("GET", "/api/people"): _R.SEE_PEOPLE,
    ("PUT", "/api/people/{username}/profile"): _R.SET_PROFILES,
    ("GET", "/api/sms-outbox"): _R.READ_SMS,
    ("GET", "/api/accounts"): _R.MANAGE_PEOPLE,
    ("POST", "/api/accounts"): _R.MANAGE_PEOPLE,
    ("PUT", f"{_ACCOUNT}/role"): _R.MANAGE_PEOPLE,
    ("PUT", f"{_ACCOUNT}/disabled"): _R.MANAGE_PEOPLE,
    ("POST", f"{_ACCOUNT}/password"): _R.MANAGE_PEOPLE,
    ("DELETE", f"{_ACCOUNT}/second-step"): _R.MANAGE_PEOPLE,
    ("GET", "/api/teams"): _R.SEE_PEOPLE,
    ("GET", "/api/policies"): _R.READ_POLICIES,
    ("GET", "/api/policy"): _R.READ_POLICIES,
    ("POST", "/api/policy/check"): _R.READ_POLICIES,
    ("POST", "/api/policy/activate"): _R.ACTIVATE_POLICIES,
    ("GET", "/api/audit"): _R.READ_AUDIT,
    ("GET", "/api/audit/verdict"): _R.READ_AUDIT,
    ("GET", "/api/review"): _R.REVIEW,
    ("POST", "/api/review/{id}"): _R.REVIEW,
}
# Open to who still owes the second step that the settings ask of their role.
_BEFORE_SECOND_STEP = frozenset(
    {
        ("GET", "/api/session"),
        ("PUT", "/api/session/password"),
        ("POST", "/api/session/second-step"),
        ("PUT", "/api/session/second-step"),
    }
)
# Needs nobody's name: signing in and out, the built pages, and whether the process lives.
OPEN = frozenset(
    {
        ("POST", "/api/session"),
        ("DELETE", "/api/session"),
        ("GET", "/health"),
        ("GET", "/"),
        ("GET", "/static"),
        ("GET", "/assets"),
    }
)
# Who opens one of these looks at personal data; each look is in the audit log before the answer.
_LOOKS = {
    ("GET", _TALK): "ConversationSeen",
    ("GET", _ORDER): "WorkOrderSeen",
    ("GET", "/pictures/{digest}"): "PictureSeen",
    ("GET", f"{_ORDER}/attachments/{{digest}}"): "AttachmentSeen",
    ("GET", "/api/sms-outbox"): "SmsTraySeen",
}


def doorkeeper(desk: Desk, sessions: Sessions) -> Middleware:
    """Lets through who may; leaves `agent_of(request)` and `sight_of(request)` for the handlers."""

    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        resource = request.match_info.route.resource
        door = ("GET" if request.method == "HEAD" else request.method, _path(resource))
        if resource is None or door in OPEN:
            return await handler(request)
        agent = await sessions.agent(request)
        needed = DOORS.get(door)
        if needed is None:
            raise _forbidden()
        if door not in _BEFORE_SECOND_STEP and await sessions.owes_second_step(agent):
            told = "请先设置动态码。"
            raise Problem(HTTPStatus.FORBIDDEN, "second_step_owed", told)
        request[AGENT] = agent
        require(request, needed)
        request[SIGHT] = await call(desk.workplace.seeing.of, agent)
        await _must_see(desk, request)
        if what := _LOOKS.get(door):
            await _write_down(desk, request, what)
        return await handler(request)

    return guard


def agent_of(request: web.Request) -> Agent:
    """Who asks; the doorkeeper knows them."""
    return request[AGENT]


def sight_of(request: web.Request) -> Sight:
    return request[SIGHT]


def require(request: web.Request, right: Right) -> None:
    """Where one way in leads further for some; raises `Problem` 403."""
    if not may(request[AGENT].role, right):
        raise _forbidden()


def _forbidden() -> Problem:
    return Problem(HTTPStatus.FORBIDDEN, "forbidden", "您的角色没有这项权限。")


def _path(resource: web.AbstractResource | None) -> str:
    return "" if resource is None else resource.canonical


async def _must_see(desk: Desk, request: web.Request) -> None:
    """What the address names; an id that nothing has and one of elsewhere get the same answer."""
    seeing, sight, named = desk.workplace.seeing, request[SIGHT], request.match_info
    path = _path(named.route.resource)
    if path.startswith(_TALK):
        await call(seeing.conversation, sight, named["id"])
    elif path.startswith(_ORDER):
        await call(seeing.order, sight, named["number"])
    elif path.startswith("/pictures/") and not await call(
        seeing.picture, sight, f"/pictures/{named['digest']}"
    ):
        raise Problem(HTTPStatus.NOT_FOUND, "not_found", "没有这个文件。")


async def _write_down(desk: Desk, request: web.Request, what: str) -> None:
    """A look, unless it is at the conversation one has oneself."""
    named = request.match_info
    if what == "ConversationSeen" and await call(
        desk.workplace.seeing.holds, request[SIGHT], named["id"]
    ):
        return
    subject = named.get("id") or named.get("number") or named.get("digest") or ""
    await call(desk.audit.looked, request[AGENT], what, subject)
