"""One's own account: another password, the second step of signing in. Changes the session id."""

from http import HTTPStatus

from aiohttp import web

from console.doors import agent_of
from console.http import Problem, answer, body_of
from console.sessions import Sessions
from desk.app import Desk
from desk.calling import call

_SHORTEST, _LONGEST = 12, 200


class OwnAccount:
    def __init__(self, desk: Desk, sessions: Sessions) -> None:
        self._desk, self._sessions = desk, sessions

    def add_routes(self, app: web.Application) -> None:
        app.router.add_put("/api/session/password", self.change_password)
        app.router.add_post("/api/session/second-step", self.begin)
        app.router.add_put("/api/session/second-step", self.confirm)

    async def change_password(self, request: web.Request) -> web.Response:
        """Body: old, new. Every other browser of this person is signed out."""
        body = await body_of(request, old=str, new=str)
        if not _SHORTEST <= len(body["new"]) <= _LONGEST:
            told = f"new：应为 {_SHORTEST} 到 {_LONGEST} 个字符。"
            raise Problem(HTTPStatus.BAD_REQUEST, "bad_request", told)
        agent = agent_of(request)
        self._sessions.brake(request, agent.username)
        change, old = self._desk.staff.change_password, body["old"][:_LONGEST]
        return self._sessions.give(request, answer({}), await call(change, agent, old, body["new"]))

    async def begin(self, request: web.Request) -> web.Response:
        setup = await call(self._desk.second_steps.begin, agent_of(request))
        return answer({"secret": setup.secret, "picture": setup.picture}, HTTPStatus.CREATED)

    async def confirm(self, request: web.Request) -> web.Response:
        """Body: code. The spare codes are told this once."""
        code = (await body_of(request, code=str))["code"].strip()[:16]
        agent = agent_of(request)
        self._sessions.brake(request, agent.username)
        spares = await call(self._desk.second_steps.confirm, agent, code)
        return answer({"spares": spares})
