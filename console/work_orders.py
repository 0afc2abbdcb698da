"""Work orders for staff: the board, one order, incidents, and the development SMS tray."""

from http import HTTPStatus

from aiohttp import web

from console.doors import agent_of, sight_of
from console.http import Problem, answer, body_of
from console.workplace import required
from desk.app import Desk
from desk.calling import call
from desk.model.console import BoardFilter
from desk.model.work_orders import Kind, Priority, State

_LONGEST_WORDS = 40
_LONGEST_NAME = 20
_MOST_PAGES = 100_000
_FILTER_FIELDS = frozenset({"scope", "q", "state", "kind", "area", "priority", "team", "overdue"})


class WorkOrders:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def add_routes(self, app: web.Application) -> None:
        app.router.add_get("/api/work-orders", self.listed)
        app.router.add_get("/api/work-orders/{number}", self.show)
        app.router.add_get("/api/work-order-choices", self.choices)
        app.router.add_get("/api/work-order-areas", self.areas)
        app.router.add_get("/api/incidents", self.incidents)
        app.router.add_get("/api/saved-views", self.views)
        app.router.add_post("/api/saved-views", self.keep_view)
        app.router.add_delete("/api/saved-views/{id}", self.forget_view)
        app.router.add_get("/api/sms-outbox", self.sms)

    async def listed(self, request: web.Request) -> web.Response:
        """Query: state (open, all or one), kind, priority, area, team, overdue=1, q, page."""
        chosen, number = _asked(request)
        page = await call(self._desk.workplace.board.page, chosen, sight_of(request), number)
        return answer(page)

    async def show(self, request: web.Request) -> web.Response:
        agent = agent_of(request)
        number = request.match_info["number"]
        order = await call(self._desk.work_order_view.one, number)
        moves = await call(self._desk.workplace.orders.moves_of, number, agent)
        told = [{"name": str(state), "label": label} for state, label in moves]
        return answer({"order": {**order, "moves": told}})

    async def choices(self, _request: web.Request) -> web.Response:
        return answer(await call(self._desk.workplace.board.choices))

    async def areas(self, request: web.Request) -> web.Response:
        return answer({"areas": await call(self._desk.workplace.board.areas, sight_of(request))})

    async def incidents(self, request: web.Request) -> web.Response:
        sight = sight_of(request)
        return answer({"incidents": await call(self._desk.incident_view.listed, sight=sight)})

    async def views(self, request: web.Request) -> web.Response:
        agent = agent_of(request)
        return answer({"views": await call(self._desk.workplace.views.of, agent.id)})

    async def keep_view(self, request: web.Request) -> web.Response:
        agent = agent_of(request)
        body = await body_of(request, name=str, filter=dict)
        name = required("name", body["name"], _LONGEST_NAME)
        unknown = [key for key in body["filter"] if key not in _FILTER_FIELDS]
        if unknown or not all(isinstance(v, str | bool) for v in body["filter"].values()):
            told = "filter：应为看板的筛选条件。"
            raise Problem(HTTPStatus.BAD_REQUEST, "bad_request", told)
        await call(self._desk.workplace.views.keep, agent.id, name, body["filter"])
        return await self.views(request)

    async def forget_view(self, request: web.Request) -> web.Response:
        agent = agent_of(request)
        view = request.match_info["id"]
        if view.isascii() and view.isdigit():
            await call(self._desk.workplace.views.forget, agent.id, int(view[:18]))
        return await self.views(request)

    async def sms(self, _request: web.Request) -> web.Response:
        if not self._desk.settings.development:
            raise Problem(HTTPStatus.NOT_FOUND, "not_found", "仅开发模式提供短信发件箱。")
        sent = await call(self._desk.journal.sms)
        rows = [{"id": m.id, "to": m.to, "text": m.text, "at": m.at} for m in sent]
        return answer({"messages": rows})


def _asked(request: web.Request) -> tuple[BoardFilter, int]:
    """The filter and the page; raises `Problem` naming the wrong one."""
    query = {name: value.replace("\x00", "") for name, value in request.query.items()}
    chosen = BoardFilter(
        state=_one_of("state", query.get("state", "open"), ("open", "all", *State)) or "open",
        query=query.get("q", "")[:_LONGEST_WORDS],
        kind=_one_of("kind", query.get("kind", ""), tuple(Kind)),
        area=query.get("area", "")[:32],
        priority=_one_of("priority", query.get("priority", ""), tuple(Priority)),
        team=query.get("team", "")[:32],
        overdue=query.get("overdue") == "1",
    )
    page = query.get("page", "1")
    if not (page.isascii() and page.isdigit() and 1 <= int(page[:9]) <= _MOST_PAGES):
        raise Problem(HTTPStatus.BAD_REQUEST, "bad_request", "page：应为从 1 起的页码。")
    return chosen, int(page)


def _one_of(name: str, given: str, known: tuple[str, ...]) -> str:
    if given and given not in known:
        told = f"{name}：应为 {'、'.join(str(one) for one in known)} 之一。"
        raise Problem(HTTPStatus.BAD_REQUEST, "bad_request", told)
    return given
