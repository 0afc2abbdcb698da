"""Who takes which conversation: offers, passing on, people and what they can do."""

from http import HTTPStatus
from typing import Any

from aiohttp import web

from console.doors import agent_of, sight_of
from console.http import Problem, answer, body_of, clean
from desk.app import Desk
from desk.calling import call
from desk.model.access import Sight

_MAX_NOTE = 500
_MOST_WORDS, _LONGEST_WORD = 30, 32


class Routing:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def add_routes(self, app: web.Application) -> None:
        one = "/api/conversations/{id}"
        app.router.add_post(f"{one}/decline", self.decline)
        app.router.add_post(f"{one}/transfer", self.transfer)
        app.router.add_get("/api/people", self.people)
        app.router.add_put("/api/people/{username}/profile", self.set_profile)

    async def decline(self, request: web.Request) -> web.Response:
        agent = agent_of(request)
        await call(self._desk.people.routing.decline, request.match_info["id"], agent)
        return answer({})

    async def transfer(self, request: web.Request) -> web.Response:
        """Body: note, and to_agent (a user name) or to_queue; the other one is empty."""
        agent = agent_of(request)
        body = await body_of(request, to_agent=str, to_queue=str, note=str)
        note = body["note"].strip()[:_MAX_NOTE]
        if not note:
            raise Problem(HTTPStatus.BAD_REQUEST, "bad_request", "note：请写明转接原因。")
        here, transfers = request.match_info["id"], self._desk.people.transfers
        if body["to_agent"]:
            await call(transfers.to_agent, here, agent, body["to_agent"][:32], note)
        else:
            await call(transfers.to_queue, here, agent, body["to_queue"][:32], note)
        return answer({})

    async def people(self, _request: web.Request) -> web.Response:
        queues = self._desk.people.transfers.queues().items()
        return answer(
            {
                "people": await call(self._desk.people.profiles.people),
                "queues": [{"name": name, "label": label} for name, label in queues],
            }
        )

    async def set_profile(self, request: web.Request) -> web.Response:
        agent = agent_of(request)
        body = await body_of(request, skills=list, areas=list, languages=list)
        lists = {name: _words(name, body[name]) for name in ("skills", "areas", "languages")}
        capacity = await _capacity(request)
        username = request.match_info["username"][:32]
        _within(sight_of(request), agent.username == username, lists["areas"])
        await call(
            self._desk.people.profiles.set,
            username,
            **lists,
            capacity=capacity,
            actor=agent.username,
        )
        return answer({})


def _within(sight: Sight, own: bool, areas: list[str]) -> None:
    """Who is limited to areas gives nobody more than these, and changes no limit of their own."""
    if sight.areas and (own or not areas or not sight.areas.issuperset(areas)):
        told = "areas：只能在您自己的片区之内，也不能修改自己的。"
        raise Problem(HTTPStatus.FORBIDDEN, "forbidden", told)


def _words(name: str, given: list[Any]) -> list[str]:
    words = [clean(one).strip()[:_LONGEST_WORD] for one in given if isinstance(one, str)]
    if not (len(words) == len(given) <= _MOST_WORDS and all(words)):
        told = f"{name}：应为文字的列表，最多 {_MOST_WORDS} 项，每项不能为空。"
        raise Problem(HTTPStatus.BAD_REQUEST, "bad_request", told)
    return words


async def _capacity(request: web.Request) -> int | None:
    """Absent or null: what the policy says."""
    given = (await request.json()).get("capacity")
    if given is None or (isinstance(given, int) and not isinstance(given, bool)):
        return given
    raise Problem(HTTPStatus.BAD_REQUEST, "bad_request", "capacity：应为整数。")
