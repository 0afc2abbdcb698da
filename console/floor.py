"""The floor for supervisors: people, who waits, talks under way, clocks about to run out."""

from aiohttp import web

from console.doors import sight_of
from console.http import answer
from desk.app import Desk
from desk.calling import call


class Floor:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def add_routes(self, app: web.Application) -> None:
        app.router.add_get("/api/supervision", self.show)

    async def show(self, request: web.Request) -> web.Response:
        desk, sight = self._desk, sight_of(request)
        waiting = await call(desk.conversation_view.in_box, "queued", sight)
        talks = await call(desk.conversation_view.in_box, "talks", sight)
        clocks = await call(desk.workplace.floor.clocks)
        seen = await call(desk.workplace.seeing.subjects, sight, [c["subject"] for c in clocks])
        return answer(
            {
                "people": await call(desk.people.profiles.people),
                "waiting": waiting["conversations"],
                "talks": talks["conversations"],
                "clocks": [clock for clock in clocks if clock["subject"] in seen],
            }
        )
