"""The platform's interface: calls, `sync_msg` with its cursor, messages, sessions, media."""

import itertools
import json
import time
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import aiohttp
from aiohttp import web

from gateway.channels.wechat import payload
from gateway.channels.wechat.crypto import Cipher, signature
from gateway.channels.wecom.platform.sessions import (
    BAD_CODE,
    ENDED,
    PERSON,
    WELCOME_SECONDS,
    Customer,
    Shown,
)

KFID = "wkAJ2GCAAASSm4_FhToWMFea0xAFfd3Q"
_MOST_TEXT, _MOST_HEAD, _MOST_CHOICES, _MOST_ID = 2048, 1024, 10, 32
_TOKEN_SECONDS, _CALL_SECONDS, _KEPT_SECONDS = 7200.0, 600.0, 3 * 86400.0
_BAD_TOKEN, _WRONG_SECRET, _NO_KF, _NO_CUSTOMER, _BAD_CALL_TOKEN = 40014, 40001, 95000, 40096, 95007
_TOO_LONG, _BAD_TYPE, _BAD_ID, _NO_MEDIA, _TOO_MANY = 40058, 40008, 40003, 40007, 95008


@dataclass(frozen=True)
class Target:
    """The company as its settings page holds it."""

    address: str
    corp_id: str
    secret: str
    token: str
    cipher: Cipher


class Platform:
    """One account of customer service (`KFID`) and its customers, in memory."""

    def __init__(
        self, target: Target, *, now: Callable[[], float] = time.time, page: int = 1000
    ) -> None:
        self.target, self.now, self.page = target, now, page
        self.customers: dict[str, Customer] = {}
        self.media: dict[str, bytes] = {}
        self.items: list[dict[str, Any]] = []
        self.errors: list[tuple[str, int]] = []
        self.refusals: dict[str, deque[int]] = defaultdict(deque)  # error codes to give next
        self.tokens: dict[str, float] = {}  # access token → good until
        self.calls: dict[str, float] = {}  # token of a call → good until
        self.fetched = self.readings = 0
        self.down = False
        self._ids = itertools.count(1)
        self._session: aiohttp.ClientSession | None = None

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/cgi-bin/gettoken", self._gettoken)
        app.router.add_get("/cgi-bin/media/get", self._media)
        app.router.add_post("/cgi-bin/kf/{path:.+}", self._kf)
        app.cleanup_ctx.append(self._run)
        return app

    async def _run(self, _app: web.Application) -> AsyncIterator[None]:
        async with aiohttp.ClientSession() as session:
            self._session = session
            yield

    # -- what customers and servicers do -------------------------------------------------------

    def customer(self, name: str) -> Customer:
        return self.customers.setdefault(name, Customer(KFID, name, self.now))

    def note(self, kind: str, body: dict[str, Any], origin: int = 3, **more: Any) -> dict[str, Any]:
        """An item that `sync_msg` will give, without a call."""
        item = {
            "msgid": f"msg{next(self._ids)}",
            "send_time": int(self.now()),
            "origin": origin,
            "msgtype": kind,
            kind: body,
            **more,
        }
        self.items.append(item)
        return item

    async def say(self, name: str, kind: str = "text", **body: Any) -> int:
        """A customer sends something; the HTTP status of the call."""
        customer = self.customer(name)
        customer.wrote()
        customer.screen.append(Shown("own", str(body.get("content", kind))))
        self.note(kind, body, open_kfid=KFID, external_userid=name)
        return await self.call()

    async def enter(self, name: str) -> int:
        """A customer opens the chat."""
        customer = self.customer(name)
        code = {"welcome_code": customer.new_code(WELCOME_SECONDS)} if customer.may_greet() else {}
        return await self.event(name, "enter_session", scene="123", **code)

    async def event(self, name: str, kind: str, **fields: Any) -> int:
        customer = {"open_kfid": KFID, "external_userid": name}
        self.note("event", {"event_type": kind, **customer, **fields}, origin=4)
        return await self.call()

    async def take(self, name: str, servicer: str) -> int:
        """Somebody of the company takes the session in the app."""
        self.customer(name).move(PERSON, servicer)
        return await self.event(
            name, "session_status_change", change_type=1, new_servicer_userid=servicer
        )

    async def answer(self, name: str, servicer: str, text: str) -> int:
        self.customer(name).screen.append(Shown("person", text))
        self.note(
            "text",
            {"content": text},
            5,
            open_kfid=KFID,
            external_userid=name,
            servicer_userid=servicer,
        )
        return await self.call()

    async def end(self, name: str, servicer: str) -> int:
        customer = self.customer(name)
        customer.move(ENDED)
        code = customer.code_of_move()
        return await self.event(
            name,
            "session_status_change",
            change_type=3,
            old_servicer_userid=servicer,
            msg_code=code,
        )

    async def call(self, **query: str) -> int:
        """Tell the company that there is something; `query` replaces what would be right."""
        token = f"ENC{next(self._ids)}"
        self.calls[token] = self.now() + _CALL_SECONDS
        fields = {
            "ToUserName": self.target.corp_id,
            "CreateTime": int(self.now()),
            "MsgType": "event",
            "Event": "kf_msg_or_event",
            "Token": token,
            "OpenKfId": KFID,
        }
        sealed = self.target.cipher.encrypt(payload.write(fields, "xml"), b"0123456789abcdef")
        outer = {"ToUserName": self.target.corp_id, "AgentID": "", "Encrypt": sealed}
        body = payload.write(outer, "xml").encode()
        assert self._session is not None
        asked = {**self.signed(sealed), **query}
        async with self._session.post(self.target.address, params=asked, data=body) as response:
            return response.status

    def signed(self, sealed: str) -> dict[str, str]:
        stamp, nonce = str(int(self.now())), "1597212914"
        sign = signature(self.target.token, stamp, nonce, sealed)
        return {"msg_signature": sign, "timestamp": stamp, "nonce": nonce}

    # -- what the company calls ----------------------------------------------------------------

    async def _kf(self, request: web.Request) -> web.Response:
        path = request.match_info["path"]
        if self.down:
            return web.Response(status=HTTPStatus.BAD_GATEWAY)
        code = self.refusals[path].popleft() if self.refusals[path] else self._token_code(request)
        if code:
            return self._error(path, code)
        answers = {
            "sync_msg": self._sync,
            "send_msg": self._send,
            "send_msg_on_event": self._send_on_event,
            "service_state/get": self._state,
            "service_state/trans": self._trans,
        }
        answer = answers[path](json.loads(await request.text()))
        if isinstance(answer, int):
            return self._error(path, answer)
        return web.json_response({"errcode": 0, "errmsg": "ok", **answer})

    def _token_code(self, request: web.Request) -> int:
        known = self.tokens.get(request.query.get("access_token", ""), 0.0)
        return 0 if known > self.now() else _BAD_TOKEN

    def _error(self, path: str, code: int) -> web.Response:
        self.errors.append((path, code))
        return web.json_response({"errcode": code, "errmsg": f"error {code}"})

    async def _gettoken(self, request: web.Request) -> web.Response:
        right = (self.target.corp_id, self.target.secret)
        if (request.query.get("corpid"), request.query.get("corpsecret")) != right:
            return self._error("gettoken", _WRONG_SECRET)
        self.fetched += 1
        good = [(token, until) for token, until in self.tokens.items() if until > self.now()]
        token, until = good[-1] if good else (f"at{next(self._ids)}", self.now() + _TOKEN_SECONDS)
        self.tokens[token] = until
        good_for = int(until - self.now())
        return web.json_response({"errcode": 0, "access_token": token, "expires_in": good_for})

    def _sync(self, body: dict[str, Any]) -> dict[str, Any] | int:
        if body.get("open_kfid") != KFID:
            return _NO_KF
        if "token" in body and self.calls.get(body["token"], 0.0) <= self.now():
            return _BAD_CALL_TOKEN
        self.readings += 1
        start = int(body.get("cursor") or 0)
        part = self.items[start : start + self.page]
        end = start + len(part)
        kept = [one for one in part if one["send_time"] > self.now() - _KEPT_SECONDS]
        more = int(end < len(self.items))
        return {"next_cursor": str(end), "has_more": more, "msg_list": kept}

    def _send(self, body: dict[str, Any]) -> dict[str, Any] | int:
        customer = self.customers.get(str(body.get("touser")))
        if customer is None:
            return _NO_CUSTOMER
        code = _wrong(body) or customer.take()
        return code or self._show(customer, body, "bot")

    def _send_on_event(self, body: dict[str, Any]) -> dict[str, Any] | int:
        used = str(body.get("code"))
        customer = next((one for one in self.customers.values() if used in one.codes), None)
        if customer is None:
            return BAD_CODE
        code = _wrong(body) or customer.use(used)
        return code or self._show(customer, body, "code")

    def _show(self, customer: Customer, body: dict[str, Any], by: str) -> dict[str, Any]:
        if body["msgtype"] == "text":
            shown = Shown(by, body["text"]["content"])
        else:
            menu = body["msgmenu"]
            rows = [one["click"]["content"] for one in menu["list"]]
            shown = Shown(by, menu["head_content"], rows)
        if not customer.refuses:
            customer.screen.append(shown)
        return {"msgid": body["msgid"]}

    def _state(self, body: dict[str, Any]) -> dict[str, Any] | int:
        customer = self.customers.get(str(body.get("external_userid")))
        return _NO_CUSTOMER if customer is None else {"service_state": customer.state}

    def _trans(self, body: dict[str, Any]) -> dict[str, Any] | int:
        customer = self.customers.get(str(body.get("external_userid")))
        if customer is None:
            return _NO_CUSTOMER
        code = customer.move(int(body["service_state"]), str(body.get("servicer_userid") or ""))
        said = customer.code_of_move()
        return code or ({"msg_code": said} if said else {})

    async def _media(self, request: web.Request) -> web.Response:
        content = self.media.get(request.query.get("media_id", ""))
        code = self._token_code(request) or (_NO_MEDIA if content is None else 0)
        return self._error("media/get", code) if code else web.Response(body=content)


def _wrong(body: dict[str, Any]) -> int:
    """The error code for a message that no customer could be sent."""
    if not isinstance(body.get("msgid"), str) or not 0 < len(body["msgid"]) <= _MOST_ID:
        return _BAD_ID
    if body.get("msgtype") == "text":
        return _TOO_LONG if len(body["text"]["content"].encode()) > _MOST_TEXT else 0
    if body.get("msgtype") != "msgmenu":
        return _BAD_TYPE
    menu = body["msgmenu"]
    if len(menu["list"]) > _MOST_CHOICES:
        return _TOO_MANY
    return _TOO_LONG if len(menu["head_content"].encode()) > _MOST_HEAD else 0
