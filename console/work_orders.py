"""Work orders for staff, and the development SMS tray."""

from http import HTTPStatus

from aiohttp import web

from console.http import Problem, answer
from console.sessions import Sessions
from desk.app import Desk
from desk.calling import call


class WorkOrders:
    def __init__(self, desk: Desk, sessions: Sessions) -> None:
        self._desk, self._sessions = desk, sessions

    def add_routes(self, app: web.Application) -> None:
        app.router.add_get("/api/work-orders", self.listed)
        app.router.add_get("/api/work-orders/{number}", self.show)
        app.router.add_get("/api/sms-outbox", self.sms)

    async def listed(self, request: web.Request) -> web.Response:
        await self._sessions.agent(request)
        state = request.query.get("state", "open")
        query = request.query.get("q", "")[:40].replace("\x00", "")
        orders = await call(self._desk.work_order_view.listed, state, query)
        return answer({"orders": orders})

    async def show(self, request: web.Request) -> web.Response:
        await self._sessions.agent(request)
        order = await call(self._desk.work_order_view.one, request.match_info["number"])
        return answer({"order": order})

    async def sms(self, request: web.Request) -> web.Response:
        await self._sessions.agent(request)
        if not self._desk.settings.development:
            raise Problem(HTTPStatus.NOT_FOUND, "not_found", "仅开发模式提供短信发件箱。")
        sent = await call(self._desk.journal.sms)
        rows = [{"id": m.id, "to": m.to, "text": m.text, "at": m.at} for m in sent]
        return answer({"messages": rows})
