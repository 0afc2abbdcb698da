"""What staff do to work orders: open, move, give out, note; one or many at once."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus

from aiohttp import web

from console.doors import agent_of, require, sight_of
from console.http import Problem, answer, body_of, refusal
from console.workplace import required
from desk.app import Desk
from desk.calling import call
from desk.model.access import Right
from desk.model.agents import Agent
from desk.model.console import StaffOrder
from desk.model.errors import DeskError, UnknownWorkOrder
from desk.model.work_orders import Kind, Priority, State

_LONGEST_NOTE = 500
_LONGEST_DESCRIPTION = 1000
_MOST_AT_ONCE = 100

type Change = Callable[[str], Awaitable[object]]


class OrderActions:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def add_routes(self, app: web.Application) -> None:
        app.router.add_post("/api/conversations/{id}/work-orders", self.open)
        app.router.add_post("/api/work-orders/bulk", self.bulk)
        app.router.add_post("/api/work-orders/{number}/move", self.move)
        app.router.add_post("/api/work-orders/{number}/assign", self.assign)
        app.router.add_post("/api/work-orders/{number}/notes", self.note)

    async def open(self, request: web.Request) -> web.Response:
        """Body: kind, description, phone, priority, category (empty: by rule), key."""
        agent = agent_of(request)
        names = ("kind", "description", "phone", "priority", "category", "key")
        body = await body_of(request, **dict.fromkeys(names, str))
        _known("kind", body["kind"], tuple(Kind))
        if body["priority"]:
            _known("priority", body["priority"], tuple(Priority))
        wish = StaffOrder(
            kind=body["kind"],
            description=required("description", body["description"], _LONGEST_DESCRIPTION),
            phone=body["phone"].strip()[:32],
            priority=body["priority"],
            category=body["category"][:16],
        )
        orders, key = self._desk.workplace.orders, required("key", body["key"], 64)
        number = await call(orders.open, request.match_info["id"], agent, wish, key=key)
        return answer({"number": number}, HTTPStatus.CREATED)

    async def move(self, request: web.Request) -> web.Response:
        agent = agent_of(request)
        body = await body_of(request, to=str, note=str)
        await self._mover(agent, body["to"], body["note"])(request.match_info["number"])
        return answer({})

    async def assign(self, request: web.Request) -> web.Response:
        """Body: team, person (empty: anybody of it), why."""
        agent = agent_of(request)
        body = await body_of(request, team=str, person=str, why=str)
        change = self._giver(agent, body["team"], body["person"], body["why"])
        await change(request.match_info["number"])
        return answer({})

    async def note(self, request: web.Request) -> web.Response:
        agent = agent_of(request)
        body = await body_of(request, text=str)
        text = required("text", body["text"], _LONGEST_NOTE)
        await call(self._desk.workplace.orders.note, request.match_info["number"], agent, text)
        return answer({}, HTTPStatus.CREATED)

    async def bulk(self, request: web.Request) -> web.Response:
        """Body: numbers; to (a state), or team and person; note. Each order for itself."""
        agent = agent_of(request)
        body = await body_of(request, numbers=list, to=str, team=str, person=str, note=str)
        numbers = body["numbers"]
        if not 1 <= len(numbers) <= _MOST_AT_ONCE or not all(isinstance(n, str) for n in numbers):
            told = f"numbers：应为 1 到 {_MOST_AT_ONCE} 个工单号。"
            raise Problem(HTTPStatus.BAD_REQUEST, "bad_request", told)
        if body["team"]:
            require(request, Right.GIVE_ORDERS)
            change = self._giver(agent, body["team"], body["person"], body["note"])
        else:
            change = self._mover(agent, body["to"], body["note"])
        numbers = [number[:20].replace("\x00", "") for number in numbers]
        seen = await call(self._desk.workplace.seeing.orders, sight_of(request), numbers)
        return answer({"results": [await _tried(change, n, n in seen) for n in numbers]})

    def _mover(self, agent: Agent, to: str, note: str) -> Change:
        _known("to", to, tuple(State))
        move, by, words = self._desk.work_orders.move, agent.username, note.strip()[:_LONGEST_NOTE]
        return lambda number: call(move, number, State(to), actor=by, note=words)

    def _giver(self, agent: Agent, team: str, person: str, why: str) -> Change:
        assign, words = self._desk.workplace.orders.assign, why.strip()[:_LONGEST_NOTE]
        someone = person[:64] or None
        return lambda number: call(assign, number, agent, team[:32], someone, words)


async def _tried(change: Change, number: str, seen: bool) -> dict[str, object]:
    try:
        if not seen:
            raise UnknownWorkOrder(number)
        await change(number)
    except DeskError as error:
        return {"number": number, "ok": False, "message": refusal(error)[1]}
    return {"number": number, "ok": True, "message": ""}


def _known(name: str, given: str, known: tuple[str, ...]) -> None:
    if given not in known:
        told = f"{name}：应为 {'、'.join(known)} 之一。"
        raise Problem(HTTPStatus.BAD_REQUEST, "bad_request", told)
