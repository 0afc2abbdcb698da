"""Beside the talk: notes, typing, canned replies, knowledge, personal data unmasked."""

from http import HTTPStatus
from typing import Any

from aiohttp import web

from console.doors import agent_of
from console.http import Problem, answer, body_of
from desk.app import Desk
from desk.calling import call
from desk.model.conversations import Author
from desk.model.knowledge import Article

_LONGEST_NOTE = 2000
_LONGEST_REASON = 100
_LONGEST_QUESTION = 200


class Workplace:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def add_routes(self, app: web.Application) -> None:
        one = "/api/conversations/{id}"
        app.router.add_post(f"{one}/notes", self.note)
        app.router.add_post(f"{one}/typing", self.typing)
        app.router.add_post(f"{one}/unmask", self.unmask)
        app.router.add_post(f"{one}/listen", self.listen)
        app.router.add_get(f"{one}/canned-replies", self.canned)
        app.router.add_get(f"{one}/suggestions", self.suggestions)
        app.router.add_get("/api/knowledge", self.knowledge)

    async def note(self, request: web.Request) -> web.Response:
        """Body: text, and whether it is a whisper to the agent in charge."""
        agent = agent_of(request)
        body = await body_of(request, text=str, whisper=bool)
        text = required("text", body["text"], _LONGEST_NOTE)
        notes, here = self._desk.workplace.notes, request.match_info["id"]
        await call(notes.whisper if body["whisper"] else notes.write, here, agent, text)
        return answer({}, HTTPStatus.CREATED)

    async def typing(self, request: web.Request) -> web.Response:
        """Shown to the customer, so only of whom the conversation is."""
        agent = agent_of(request)
        body = await body_of(request, on=bool)
        here, workplace = request.match_info["id"], self._desk.workplace
        await call(workplace.signs.typing, here, Author.AGENT, on=body["on"], by=agent.id)
        return answer({})

    async def unmask(self, request: web.Request) -> web.Response:
        agent = agent_of(request)
        body = await body_of(request, why=str)
        why = required("why", body["why"], _LONGEST_REASON)
        here, workplace = request.match_info["id"], self._desk.workplace
        found = await call(workplace.oversight.unmask, here, agent, why)
        return answer({"name": found.name, "phone": found.phone, "account": found.account})

    async def listen(self, request: web.Request) -> web.Response:
        agent = agent_of(request)
        await call(self._desk.workplace.oversight.listen, request.match_info["id"], agent)
        return answer({})

    async def canned(self, request: web.Request) -> web.Response:
        agent = agent_of(request)
        here = request.match_info["id"]
        return answer({"replies": await call(self._desk.workplace.canned.filled, here, agent)})

    async def suggestions(self, request: web.Request) -> web.Response:
        """What the knowledge base says to the customer's newest words."""
        here = request.match_info["id"]
        question = await call(self._desk.conversations.last_words, here)
        found: tuple[Article, ...] = ()
        if question:
            asked = question[:_LONGEST_QUESTION]
            found = (await call(self._desk.knowledge.ask, here, asked)).articles
        return answer({"question": question or "", "articles": [_told(one) for one in found]})

    async def knowledge(self, request: web.Request) -> web.Response:
        question = required("q", request.query.get("q", ""), _LONGEST_QUESTION)
        found = (await call(self._desk.knowledge.search, question)).articles
        return answer({"articles": [_told(one) for one in found]})


def required(name: str, given: str, longest: int) -> str:
    text = given.replace("\x00", "").strip()
    if not text or len(text) > longest:
        told = f"{name}：应为 1 到 {longest} 字。"
        raise Problem(HTTPStatus.BAD_REQUEST, "bad_request", told)
    return text


def _told(article: Article) -> dict[str, Any]:
    source = article.source
    return {
        "id": article.id,
        "title": article.title,
        "body": article.body,
        "source": f"{source.document} {source.date.isoformat()}",
    }
