"""Signing in and out. The session id is opaque, lives in a strict cookie, changes at sign-in."""

import time
from http import HTTPStatus

from aiohttp import web

from console.http import Problem, TooManyTries, answer, body_of, clean
from desk.app import Desk
from desk.calling import call
from desk.model.access import RIGHTS
from desk.model.agents import Agent, AgentStatus
from desk.rate_limit import RateLimit

COOKIE = "xt_staff"
_MAX_PASSWORD = 200
_TRIES_PER_MINUTE = 10


class Sessions:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._brake = RateLimit(_TRIES_PER_MINUTE, time.monotonic)

    def add_routes(self, app: web.Application) -> None:
        app.router.add_post("/api/session", self.sign_in)
        app.router.add_get("/api/session", self.show)
        app.router.add_delete("/api/session", self.sign_out)
        app.router.add_put("/api/session/status", self.set_status)

    async def agent(self, request: web.Request) -> Agent:
        """Who is asking; raises `Problem` 401 for everybody else."""
        session_id = request.cookies.get(COOKIE, "")
        agent = await call(self._desk.staff.by_session, session_id) if session_id else None
        if agent is None:
            raise Problem(HTTPStatus.UNAUTHORIZED, "unauthenticated", "请先登录。")
        return agent

    async def sign_in(self, request: web.Request) -> web.Response:
        """Body: username, password, and code where `second_step_needed` was the answer."""
        body = await body_of(request, username=str, password=str)
        code = clean((await request.json()).get("code", ""))
        self.brake(request, body["username"])
        password = body["password"][:_MAX_PASSWORD]
        sign_in, code = self._desk.staff.sign_in, code[:16] if isinstance(code, str) else ""
        agent, session_id = await call(sign_in, body["username"], password, code)
        if before := request.cookies.get(COOKIE):
            await call(self._desk.staff.forget, before)
        return self.give(request, answer({"agent": _told(agent)}), session_id)

    def brake(self, request: web.Request, username: str) -> None:
        """Whoever guesses passwords or codes has to wait; raises `TooManyTries`."""
        wait = self._brake.seconds_to_wait(f"{request.remote}|{username[:64]}")
        if wait:
            raise TooManyTries(wait)

    def give(self, request: web.Request, response: web.Response, session_id: str) -> web.Response:
        # Behind a TLS proxy the request looks plain; in production it never is.
        secure = request.secure or not self._desk.settings.development
        response.set_cookie(
            COOKIE, session_id, httponly=True, samesite="Strict", secure=secure, path="/"
        )
        return response

    async def show(self, request: web.Request) -> web.Response:
        agent = await self.agent(request)
        return answer(
            {
                "agent": _told(agent),
                "status": str(agent.status),
                "dev_mode": self._desk.settings.development,
                "second_step": await call(self._desk.second_steps.is_set_up, agent.id),
                "second_step_owed": await self.owes_second_step(agent),
            }
        )

    async def owes_second_step(self, agent: Agent) -> bool:
        """Whether the settings ask it of this role and it is not set up."""
        if agent.role not in self._desk.settings.second_step_roles:
            return False
        return not await call(self._desk.second_steps.is_set_up, agent.id)

    async def sign_out(self, request: web.Request) -> web.Response:
        session_id = request.cookies.get(COOKIE, "")
        agent = await call(self._desk.staff.by_session, session_id)
        if agent is not None:
            await call(self._desk.handoff.release, agent)
        await call(self._desk.staff.sign_out, session_id)
        response = web.Response(status=HTTPStatus.NO_CONTENT)
        response.del_cookie(COOKIE, path="/")
        return response

    async def set_status(self, request: web.Request) -> web.Response:
        agent = await self.agent(request)
        body = await body_of(request, status=str)
        if body["status"] not in (AgentStatus.ONLINE, AgentStatus.BUSY, AgentStatus.AWAY):
            raise Problem(
                HTTPStatus.BAD_REQUEST, "bad_request", "status：应为 online、busy 或 away。"
            )
        await call(self._desk.staff.set_status, agent.id, AgentStatus(body["status"]))
        return answer({"status": body["status"]})


def _told(agent: Agent) -> dict[str, object]:
    return {
        "id": agent.id,
        "username": agent.username,
        "name": agent.name,
        "role": str(agent.role),
        "rights": sorted(RIGHTS[agent.role]),
    }
