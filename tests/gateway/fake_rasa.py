"""A stand-in for Rasa on loopback: a real HTTP server that answers, fails or hangs as it is told.

It speaks the payloads of `bot.channel` and writes down what it got. One message id is one turn, as
with the real one: asked again it gives the recorded replies.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

type Behaviour = Callable[[dict[str, Any]], Awaitable[web.Response]]


def turn(*replies: str | dict[str, Any], silent: bool = False) -> web.Response:
    """The answer of a turn that went well."""
    told = [{"text": r} if isinstance(r, str) else r for r in replies]
    return web.json_response(
        {
            "replies": [{"buttons": [], "image": None, "custom": None, **reply} for reply in told],
            "intent": {"name": "greet", "confidence": 0.93},
            "intent_ranking": [],
            "entities": [],
            "silent": silent,
            "repeated": False,
            "timing_ms": {"parse": 1, "total": 2},
        }
    )


async def echo(body: dict[str, Any]) -> web.Response:
    return turn(f"您说：{body['text']}")


def says(*replies: str | dict[str, Any], silent: bool = False) -> Behaviour:
    async def answer(_body: dict[str, Any]) -> web.Response:
        return turn(*replies, silent=silent)

    return answer


def status(
    code: int, text: str = '{"error": {"code": "turn_failed", "message": "x"}}'
) -> Behaviour:
    async def answer(_body: dict[str, Any]) -> web.Response:
        return web.Response(status=code, text=text, content_type="application/json")

    return answer


class FakeRasa:
    """`behave` decides the next turns; `asked` is what came in, `turns` each message id once."""

    def __init__(self) -> None:
        self.behave: Behaviour = echo
        self.asked: list[dict[str, Any]] = []
        self.tokens: list[str] = []
        self.turns: dict[str, bytes] = {}
        self.running: set[str] = set()
        self.overlaps: list[str] = []
        self.let_go = asyncio.Event()
        self.port = 0
        self._runner: web.AppRunner | None = None

    async def hangs(self, body: dict[str, Any]) -> web.Response:
        """A behaviour: answers when `let_go` is set."""
        await self.let_go.wait()
        return await echo(body)

    async def start(self) -> None:
        app = web.Application()
        app.router.add_post("/webhooks/gateway/turn", self._turn)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True)
        await site.start()
        if not self.port:
            self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Refuse connections; `start` opens the same port again."""
        self.let_go.set()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None
        self.let_go = asyncio.Event()

    async def _turn(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.asked.append(body)
        self.tokens.append(request.headers.get("Authorization", ""))
        if body["message_id"] in self.turns:
            return web.Response(
                body=self.turns[body["message_id"]], content_type="application/json"
            )
        conversation = body["conversation_id"]
        if conversation in self.running:
            self.overlaps.append(conversation)
        self.running.add(conversation)
        try:
            response = await self.behave(body)
        finally:
            self.running.discard(conversation)
        if response.status == 200:
            assert isinstance(response.body, bytes)
            self.turns[body["message_id"]] = response.body
        return response
