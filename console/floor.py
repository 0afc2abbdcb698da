"""The floor for supervisors: people, who waits, talks under way, clocks about to run out."""

from aiohttp import web

from console.http import answer
from console.sessions import Sessions
from desk.app import Desk
from desk.calling import call


class Floor:
    def __init__(self, desk: Desk, sessions: Sessions) -> None:
        self._desk, self._sessions = desk, sessions

    def add_routes(self, app: web.Application) -> None:
        app.router.add_get("/api/supervision", self.show)

    async def show(self, request: web.Request) -> web.Response:
        supervisor = await self._sessions.supervisor(request, "只有班长可以查看现场。")
        desk = self._desk
        waiting = await call(desk.conversation_view.in_box, "queued", supervisor.id)
        talks = await call(desk.conversation_view.in_box, "talks", supervisor.id)
        return answer(
            {
                "people": await call(desk.people.profiles.people),
                "waiting": waiting["conversations"],
                "talks": talks["conversations"],
                "clocks": await call(desk.workplace.floor.clocks),
            }
        )
