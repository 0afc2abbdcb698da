"""Agents at work: boxes, one conversation, take, answer, close."""

from http import HTTPStatus

from aiohttp import web

from console.doors import agent_of, sight_of
from console.http import Problem, answer, body_of
from console.sign_frames import sign_frame
from desk.app import Desk
from desk.calling import call
from desk.model.conversations import Author

_BOXES = frozenset({"queued", "mine", "all"})
_MAX_TEXT = 2000


class Conversations:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def add_routes(self, app: web.Application) -> None:
        one = "/api/conversations/{id}"
        app.router.add_get("/api/conversations", self.listed)
        app.router.add_get(one, self.show)
        app.router.add_get("/api/dispositions", self.dispositions)
        app.router.add_post(f"{one}/take", self.take)
        app.router.add_post(f"{one}/messages", self.say)
        app.router.add_post(f"{one}/close", self.close)

    async def listed(self, request: web.Request) -> web.Response:
        box = request.query.get("box", "queued")
        if box not in _BOXES:
            raise Problem(HTTPStatus.BAD_REQUEST, "bad_request", "box：应为 queued、mine 或 all。")
        return answer(await call(self._desk.conversation_view.in_box, box, sight_of(request)))

    async def show(self, request: web.Request) -> web.Response:
        agent = agent_of(request)
        here, workplace = request.match_info["id"], self._desk.workplace
        found = await call(self._desk.conversation_view.one, here)
        found["notes"] = await call(workplace.notes.of, here, agent)
        sign = await call(workplace.signs.of, here, Author.CUSTOMER)
        found["sign"] = sign_frame(sign) if sign else None
        return answer(found)

    async def dispositions(self, _request: web.Request) -> web.Response:
        listed = self._desk.handoff.dispositions().items()
        return answer({"dispositions": [{"name": n, "label": label} for n, label in listed]})

    async def take(self, request: web.Request) -> web.Response:
        agent = agent_of(request)
        await call(self._desk.handoff.take, request.match_info["id"], agent)
        return await self._conversation(request)

    async def say(self, request: web.Request) -> web.Response:
        agent = agent_of(request)
        body = await body_of(request, text=str, client_id=str)
        text = body["text"].strip()
        if not text or len(text) > _MAX_TEXT:
            raise Problem(
                HTTPStatus.BAD_REQUEST, "bad_request", f"text：应为 1 到 {_MAX_TEXT} 字。"
            )
        client_id = body["client_id"][:64]
        message = await call(
            self._desk.handoff.answer, request.match_info["id"], agent, text, client_id
        )
        row = self._desk.conversation_view.row(message)
        return answer({"message": row}, HTTPStatus.CREATED)

    async def close(self, request: web.Request) -> web.Response:
        agent = agent_of(request)
        body = await body_of(request, wrap_up=str, disposition=str)
        wrap_up, disposition = body["wrap_up"].strip()[:_MAX_TEXT], body["disposition"]
        here = request.match_info["id"]
        await call(self._desk.handoff.close, here, agent, wrap_up, disposition)
        return await self._conversation(request)

    async def _conversation(self, request: web.Request) -> web.Response:
        found = await call(self._desk.conversation_view.one, request.match_info["id"])
        return answer({"conversation": found["conversation"]})
