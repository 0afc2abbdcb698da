"""Push: the journal from an event id on, over a websocket; who reconnects misses nothing."""

import asyncio
import contextlib
import json
import logging
from http import HTTPStatus

from aiohttp import WSCloseCode, WSMsgType, web
from sqlalchemy.exc import SQLAlchemyError

from console.http import Problem
from console.sessions import COOKIE
from console.sign_frames import sign_frame
from desk.app import Desk
from desk.calling import call
from desk.model.access import Right, Sight, may
from desk.model.agents import Agent
from desk.model.console import SignNow
from desk.model.conversations import Author
from desk.model.journal import Event

log = logging.getLogger(__name__)

_POLL_SECONDS = 0.25
_HEARTBEAT_SECONDS = 20.0
_MAX_FRAME = 4096


class Events:
    """One reader follows the journal for all open sockets of the process."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._news = asyncio.Condition()
        self._last = 0
        # What customers do just now, by conversation; the number grows with every change.
        self._signs: dict[str, SignNow] = {}
        self._sign_number = 0

    def add_routes(self, app: web.Application) -> None:
        app.router.add_get("/api/events", self.follow)

    async def watch(self) -> None:
        """Wake the sockets when the journal has grown; runs for the life of the process."""
        while True:
            try:
                last = await call(self._desk.journal.last_id)
                signs = await call(self._desk.workplace.signs.recent)
            except SQLAlchemyError:
                log.exception("cannot read the journal; trying again")
                last, signs = self._last, []
            changed = self._take_signs(signs)
            if last != self._last or changed:
                async with self._news:
                    self._last = last
                    self._news.notify_all()
            await asyncio.sleep(_POLL_SECONDS)

    def _take_signs(self, signs: list[SignNow]) -> bool:
        """Whether a customer did something new; what is old is forgotten."""
        before = self._signs
        self._signs = {s.conversation_id: s for s in signs if s.author is Author.CUSTOMER}
        changed = any(before.get(key) != sign for key, sign in self._signs.items())
        self._sign_number += changed
        return changed

    async def follow(self, request: web.Request) -> web.WebSocketResponse:
        after = _event_id(request)
        session_id = request.cookies.get(COOKIE, "")
        socket = web.WebSocketResponse(heartbeat=_HEARTBEAT_SECONDS, max_msg_size=_MAX_FRAME)
        await socket.prepare(request)
        now = await call(self._desk.journal.last_id)
        await socket.send_json({"type": "hello", "last_event_id": now})
        sender = asyncio.create_task(
            self._send_from(socket, session_id, now if after is None else after)
        )
        try:
            async for frame in socket:
                if frame.type is WSMsgType.ERROR:
                    break
        finally:
            sender.cancel()
            with contextlib.suppress(asyncio.CancelledError, ConnectionError):
                await sender
        return socket

    async def _send_from(self, socket: web.WebSocketResponse, session_id: str, after: int) -> None:
        told = self._signs
        while not socket.closed:
            seen = self._sign_number
            try:
                # Also keeps the agent present while nothing happens.
                agent = await call(self._desk.staff.by_session, session_id)
                events = await call(self._desk.journal.after, after)
            except SQLAlchemyError:
                log.exception("cannot read for a socket; trying again")
                await asyncio.sleep(_POLL_SECONDS)
                continue
            if agent is None:
                # Signed out or given a new password meanwhile: nothing more is told here.
                await socket.close(code=WSCloseCode.POLICY_VIOLATION)
                return
            sight = await call(self._desk.workplace.seeing.of, agent)
            for event in await call(self._desk.workplace.seeing.events, agent, sight, events):
                await socket.send_str(json.dumps(_frame(event), ensure_ascii=False))
            after = events[-1].id if events else after
            told = await self._send_signs(socket, agent, sight, told)
            if not events:
                await self._grown_past(after, seen)

    async def _send_signs(
        self,
        socket: web.WebSocketResponse,
        agent: Agent,
        sight: Sight,
        told: dict[str, SignNow],
    ) -> dict[str, SignNow]:
        now = self._signs
        new = [key for key, sign in now.items() if told.get(key) != sign]
        if not new or not may(agent.role, Right.READ_TALKS):
            return now
        seen = await call(self._desk.workplace.seeing.conversations, sight, new)
        for key, sign in now.items():
            if key in seen:
                await socket.send_str(json.dumps(sign_frame(sign)))
        return now

    async def _grown_past(self, event_id: int, sign_number: int) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_HEARTBEAT_SECONDS), self._news:
                await self._news.wait_for(
                    lambda: self._last > event_id or self._sign_number != sign_number
                )


def _event_id(request: web.Request) -> int | None:
    text = request.query.get("after", "")
    if not text:
        return None
    if not text.isascii() or not text.isdigit():
        raise Problem(HTTPStatus.BAD_REQUEST, "bad_request", "after：应为事件编号。")
    return int(text[:18])


def _frame(event: Event) -> dict[str, object]:
    # Who is to be told of it in person: taken over, whispered to.
    told = {"for": event.data["for"], "by": event.actor} if "for" in event.data else {}
    return {
        "id": event.id,
        "type": event.type,
        "conversation_id": event.conversation_id,
        "work_order": event.work_order,
        "at": event.at.isoformat(),
        **told,
    }
