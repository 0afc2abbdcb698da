"""The browser's socket: sessions, messages in, messages out to all tabs, history and state."""

import asyncio
import logging
import secrets
from typing import Any
from urllib.parse import urlsplit

import socketio
from aiohttp import web

from desk.app import Desk
from desk.calling import call
from desk.model.conversations import Author, Delivery, Turn
from desk.model.errors import BadData
from desk.rate_limit import RateLimit
from gateway.channels.webchat import codec
from gateway.channels.webchat.customer import SHORTEST_KEY, SiteCustomer, site_customer
from gateway.channels.webchat.session import new_session, visitor_of
from gateway.inbox import Inbox
from gateway.message import BadMessage

log = logging.getLogger(__name__)

_MAX_PAYLOAD = 64 * 1024


class WebChat:
    """All tabs of a visitor share one room named after the visitor."""

    def __init__(self, desk: Desk, inbox: Inbox, limit: RateLimit) -> None:
        self._desk, self._inbox, self._limit = desk, inbox, limit
        self._key = desk.secrets.session_key.get_secret_value()
        self._site_key = desk.secrets.webchat_customer_key.get_secret_value()
        if self._site_key and len(self._site_key) < SHORTEST_KEY:
            raise BadData(
                "secrets", "webchat_customer_key", f"has less than {SHORTEST_KEY} characters"
            )
        self._origins = frozenset(desk.settings.allowed_origins)
        self._io = socketio.AsyncServer(
            async_mode="aiohttp",
            cors_allowed_origins=self._is_allowed,
            max_http_buffer_size=_MAX_PAYLOAD,
        )
        self._io.on("session_request", self._session_request)
        self._io.on("user_uttered", self._user_uttered)
        self._io.on("history", self._history)
        self._io.on("customer_typing", self._customer_typing)
        self._io.on("read_to", self._read_to)
        self._io.on("disconnect", self._disconnect)
        self._order: dict[str, asyncio.Lock] = {}
        inbox.on_turn_started.append(self._turn_started)
        inbox.on_turn_finished.append(self._turn_finished)

    def attach(self, app: web.Application) -> None:
        self._io.attach(app)

    def _is_allowed(self, origin: str, environ: dict[str, Any]) -> bool:
        """Our own page under whatever name it was reached, and the sites of the settings."""
        own = urlsplit(origin).netloc == environ.get("HTTP_HOST")
        return own or origin in self._origins

    # -- from the browser ----------------------------------------------------------------------

    async def _session_request(self, sid: str, data: Any = None) -> None:
        wanted = data.get("session_id") if isinstance(data, dict) else None
        known = isinstance(wanted, str) and visitor_of(wanted, self._key) is not None
        session_id = str(wanted) if known else new_session(self._key)
        customer = await self._customer(sid, data)
        if customer and known and await self._is_somebody_elses(session_id, customer):
            session_id = new_session(self._key)
        visitor = await self._join(sid, session_id, customer)
        if isinstance(data, dict) and data.get("whole") is True:
            await self._io.enter_room(sid, _whole(visitor))
        await self._io.emit("session_confirm", session_id, to=sid)

    async def _customer(self, sid: str, data: Any) -> SiteCustomer | None:
        """Whom the operator's site vouches for; a token that does not hold is answered why not."""
        if not isinstance(data, dict) or data.get("token") is None:
            return None
        try:
            return site_customer(data["token"], self._site_key, self._desk.clock.now())
        except BadMessage as error:
            log.warning("webchat: a customer token was refused: %s", error.message)
            await self._io.emit("token_refused", error.as_json(), to=sid)
            return None

    async def _is_somebody_elses(self, session_id: str, customer: SiteCustomer) -> bool:
        """Another customer signed in at the same browser: what was said is not for their eyes."""
        visitor = visitor_of(session_id, self._key)
        assert visitor is not None
        look = self._desk.site_customers.somebody_else
        return await call(look, codec.CHANNEL, visitor, customer.account)

    async def _prove(self, sid: str, visitor: str) -> None:
        """Before each word, as long as the token holds: the proof is as fresh as the visit."""
        session = await self._io.get_session(sid)
        customer: SiteCustomer | None = session.get("customer")
        if customer is not None and self._desk.clock.now() < customer.until:
            prove = self._desk.site_customers.prove
            await call(prove, codec.CHANNEL, visitor, customer.account)

    async def _join(self, sid: str, session_id: str, customer: SiteCustomer | None = None) -> str:
        visitor = visitor_of(session_id, self._key)
        assert visitor is not None
        before = await self._io.get_session(sid)
        if before.get("visitor") not in (None, visitor):
            await self._io.leave_room(sid, before["visitor"])
            await self._io.leave_room(sid, _whole(before["visitor"]))
        await self._io.save_session(sid, {"visitor": visitor, "customer": customer})
        await self._io.enter_room(sid, visitor)
        return visitor

    async def _visitor(self, sid: str, data: Any) -> str:
        """The visitor of this socket; a client that never asked for a session gets one here."""
        session = await self._io.get_session(sid)
        visitor: str | None = session.get("visitor")
        if visitor is not None:
            return visitor
        wanted = data.get("session_id") if isinstance(data, dict) else None
        if isinstance(wanted, str) and visitor_of(wanted, self._key):
            return await self._join(sid, wanted)
        session_id = new_session(self._key)
        visitor = await self._join(sid, session_id)
        await self._io.emit("session_confirm", session_id, to=sid)
        return visitor

    async def _user_uttered(self, sid: str, data: Any = None) -> dict[str, Any]:
        # Handlers run at the same time; the lock is fair, so what was said first is stored first.
        async with self._order.setdefault(sid, asyncio.Lock()):
            return await self._accept(sid, data)

    async def _disconnect(self, sid: str, *_reason: Any) -> None:
        self._order.pop(sid, None)

    async def _accept(self, sid: str, data: Any) -> dict[str, Any]:
        try:
            visitor = await self._visitor(sid, data)
            inbound = codec.parse(
                data,
                visitor,
                limit=self._desk.settings.max_message_chars,
                fresh_id=secrets.token_hex(12),
            )
            if inbound.image is not None and not await self._is_kept(inbound.image):
                raise BadMessage("unknown_picture", "这张图片没有收到，请重新发送。")
            wait = self._limit.seconds_to_wait(f"webchat:{visitor}")
            if wait:
                raise BadMessage("too_many_messages", "您发得太快了，请稍等几秒再发。")
            await self._prove(sid, visitor)
            accepted = await self._inbox.accept(inbound)
        except BadMessage as error:
            return {"ok": False, "error": error.message, "code": error.code}
        except Exception:
            log.exception("a web-chat message could not be stored")
            return {"ok": False, "error": "暂时没能收到您的消息，正在重试。", "code": "unavailable"}
        echo = {
            "id": accepted.message_id,
            "message_id": inbound.message_id,
            "text": inbound.text,
            "at": self._desk.clock.now().isoformat(),
            **({"image": inbound.image} if inbound.image else {}),
        }
        if not accepted.repeated:
            await self._io.emit("user_echo", echo, room=visitor)
        return {"ok": True, "message_id": inbound.message_id, "id": accepted.message_id}

    async def _is_kept(self, address: str) -> bool:
        return await call(self._desk.pictures.is_kept, address)

    async def _history(self, sid: str, data: Any = None) -> dict[str, Any]:
        visitor = await self._visitor(sid, data)
        after = data.get("after", 0) if isinstance(data, dict) else 0
        if not isinstance(after, int) or isinstance(after, bool) or not 0 <= after < 2**53:
            after = 0
        conversation, messages = await call(
            self._desk.conversations.history, codec.CHANNEL, visitor, after
        )
        rows = [codec.history_row(message) for message in messages]
        return {"messages": rows, "state": await self._state(visitor)}

    async def _customer_typing(self, sid: str, data: Any = None) -> None:
        """A courtesy to the person who answers: what cannot be taken now is left out."""
        conversation_id = await self._present(sid)
        on = isinstance(data, dict) and data.get("on") is True
        if conversation_id is not None:
            signs = self._desk.workplace.signs
            await call(signs.typing, conversation_id, Author.CUSTOMER, on=on)

    async def _read_to(self, sid: str, data: Any = None) -> None:
        seen = data.get("id") if isinstance(data, dict) else None
        if not isinstance(seen, int) or isinstance(seen, bool) or not 0 < seen < 2**53:
            return
        conversation_id = await self._present(sid)
        if conversation_id is not None:
            await call(self._desk.workplace.signs.read, conversation_id, Author.CUSTOMER, seen)

    async def _present(self, sid: str) -> str | None:
        """The conversation of this socket while a person has it; a brake holds floods off."""
        session = await self._io.get_session(sid)
        visitor: str | None = session.get("visitor")
        if visitor is None or self._limit.seconds_to_wait(f"signs:{visitor}"):
            return None
        conversation, _, agent = await call(self._desk.handoff.standing, codec.CHANNEL, visitor)
        return conversation.id if conversation is not None and agent is not None else None

    # -- to the browser ------------------------------------------------------------------------

    async def send(self, delivery: Delivery) -> None:
        """Outbox: to all tabs that are open; the others find it in the history.

        News of an order that nobody is there to see go by SMS as well.
        """
        if delivery.message is None:
            return
        payload = codec.bot_uttered(delivery.message)
        if not self._is_here(delivery.recipient) and delivery.message.author is Author.SYSTEM:
            await call(self._desk.notices.nobody_there, delivery.message.id)
        visitor, parts = delivery.recipient, codec.in_parts(payload)
        if len(parts) == 1:
            await self._io.emit("bot_uttered", payload, room=visitor)
            return
        ours = [sid for sid, _ in self._io.manager.get_participants("/", _whole(visitor))]
        await self._io.emit("bot_uttered", payload, room=_whole(visitor))
        for part in parts:
            await self._io.emit("bot_uttered", part, room=visitor, skip_sid=ours)

    def _is_here(self, visitor: str) -> bool:
        """Whether a tab of theirs is open at this process."""
        return any(True for _ in self._io.manager.get_participants("/", visitor))

    async def state_changed(self, visitor: str) -> None:
        await self._io.emit("conversation_state", await self._state(visitor), room=visitor)

    async def _state(self, visitor: str) -> dict[str, Any]:
        standing = await call(self._desk.handoff.standing, codec.CHANNEL, visitor)
        return codec.state(*standing)

    async def agent_typing(self, conversation_id: str, on: bool) -> None:
        channel, visitor = await call(self._desk.conversations.place, conversation_id)
        if channel == codec.CHANNEL:
            await self._io.emit("typing", {"on": on, "author": "agent"}, room=visitor)

    async def _turn_started(self, turn: Turn) -> None:
        await self._typing(turn, on=True)

    async def _turn_finished(self, turn: Turn) -> None:
        await self._typing(turn, on=False)

    async def _typing(self, turn: Turn, *, on: bool) -> None:
        if turn.channel == codec.CHANNEL and turn.state == "bot":
            payload = {"on": on, "author": "bot"}
            await self._io.emit("typing", payload, room=turn.external_id)


def _whole(visitor: str) -> str:
    """The room of the tabs that take words and picture in one event: those of our own page."""
    return f"{visitor}/whole"
