"""The platform's interface: tokens, customer-service and template messages, media, menus."""

import asyncio
import itertools
import json
import time
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable
from http import HTTPStatus
from typing import Any

import aiohttp
from aiohttp import web

from gateway.channels.wechat.platform.pushing import SORRY, Pushed, Target, push
from gateway.channels.wechat.platform.tokens import TokenShop
from gateway.channels.wechat.platform.users import User

_OWN_NAME = "gh_97417a04a28d"
_MAX_TEXT = 2048
_MIN_MENU, _MAX_MENU = 1, 3
_TYPING_WITHIN = 30.0
_WRONG_SECRET, _WRONG_APP, _NO_SUCH_OPENID, _BAD_TYPE = 40125, 40013, 40003, 40008
_TOO_LONG, _ESCAPED, _NO_MENUS, _NO_MEDIA, _NO_TEMPLATE = 45002, 40033, 40200, 40007, 40037
_NOT_JSON, _NO_TOKEN, _BAD_MENU, _TOO_LATE_TO_TYPE = 47001, 41001, 40016, 45080


class Platform:
    """Followers, their screens and the account's interface, in memory."""

    def __init__(
        self,
        target: Target,
        secret: str,
        *,
        now: Callable[[], float] = time.time,
        cut: float = 5.0,
        menus: bool = True,
        templates: tuple[str, ...] = (),
    ) -> None:
        self.target, self._secret, self.now, self.cut = target, secret, now, cut
        self.menus, self._templates = menus, templates
        self.tokens = TokenShop(now)
        self.users: dict[str, User] = {}
        self.media: dict[str, bytes] = {}
        self.menu: dict[str, Any] | None = None
        self.refusals: dict[str, deque[int]] = defaultdict(deque)  # error codes to give next
        self.errors: list[tuple[str, int]] = []
        self.down = False
        self._ids = itertools.count(23_465_760_158_912_000)
        self._session: aiohttp.ClientSession | None = None
        self._later: set[asyncio.Task[Any]] = set()

    def app(self) -> web.Application:
        app = web.Application(middlewares=[self._faults], client_max_size=1024 * 1024)
        routes = app.router
        routes.add_post("/cgi-bin/stable_token", self._stable_token)
        routes.add_post("/cgi-bin/message/custom/send", self._send)
        routes.add_post("/cgi-bin/message/custom/typing", self._typing)
        routes.add_post("/cgi-bin/message/template/send", self._template)
        routes.add_get("/cgi-bin/media/get", self._media)
        routes.add_post("/cgi-bin/menu/create", self._menu)
        app.cleanup_ctx.append(self._run)
        return app

    async def _run(self, _app: web.Application) -> AsyncIterator[None]:
        connector = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(connector=connector) as session:
            self._session = session
            yield
            for task in self._later:
                task.cancel()

    # -- what followers do ---------------------------------------------------------------------

    def user(self, openid: str) -> User:
        return self.users.setdefault(openid, User(openid, self.now))

    def message(self, openid: str, kind: str = "text", **fields: Any) -> dict[str, Any]:
        """The fields of a user's message with a fresh MsgId."""
        return {**self._common(openid), "MsgType": kind, **fields, "MsgId": next(self._ids)}

    def event(self, openid: str, event: str, **fields: Any) -> dict[str, Any]:
        return {**self._common(openid), "MsgType": "event", "Event": event, **fields}

    def _common(self, openid: str) -> dict[str, Any]:
        seconds = int(self.now())
        return {"ToUserName": _OWN_NAME, "FromUserName": openid, "CreateTime": seconds}

    async def say(self, openid: str, text: str) -> Pushed:
        """A follower writes; their screen shows what comes back."""
        self.user(openid).show("own", text)
        return await self.deliver(self.message(openid, Content=text))

    async def deliver(self, fields: dict[str, Any], *, form: str = "xml") -> Pushed:
        """Push anything, and charge and show it as WeChat does."""
        user = self.user(fields["FromUserName"])
        event = str(fields.get("Event", "")).lower()
        if event == "unsubscribe":
            user.following = False
        elif event in {"subscribe", "scan", "click"} or "bizmsgmenuid" in fields:
            user.following = True
            user.acted()
        elif not event:
            user.wrote()
        assert self._session is not None
        pushed = await push(
            self._session, self.target, fields, cut=self.cut, now=self.now, form=form
        )
        if pushed.answer:
            user.show("passive", pushed.answer)
        elif pushed.answer is None and not event:
            user.show("platform", SORRY)
        return pushed

    # -- what the account calls ----------------------------------------------------------------

    @web.middleware
    async def _faults(self, request: web.Request, handler: Any) -> web.StreamResponse:
        if self.down and request.path.startswith("/cgi-bin/"):
            return web.Response(status=HTTPStatus.BAD_GATEWAY)
        waiting = self.refusals[request.path.removeprefix("/cgi-bin/")]
        if waiting:
            return self._error(request, waiting.popleft())
        if request.path.startswith("/cgi-bin/") and not request.path.endswith("stable_token"):
            token = request.query.get("access_token", "")
            code = self.tokens.check(token) if token else _NO_TOKEN
            if code:
                return self._error(request, code)
        response: web.StreamResponse = await handler(request)
        return response

    def _error(self, request: web.Request, code: int) -> web.Response:
        self.errors.append((request.path.removeprefix("/cgi-bin/"), code))
        return web.json_response({"errcode": code, "errmsg": f"error {code} rid: local"})

    async def _stable_token(self, request: web.Request) -> web.Response:
        body = await request.json()
        if body.get("appid") != self.target.app_id:
            return self._error(request, _WRONG_APP)
        if body.get("secret") != self._secret:
            return self._error(request, _WRONG_SECRET)
        given = self.tokens.give(force=bool(body.get("force_refresh")))
        if isinstance(given, int):
            return self._error(request, given)
        return web.json_response({"access_token": given[0], "expires_in": int(given[1])})

    async def _send(self, request: web.Request) -> web.Response:
        raw = await request.text()
        body = _object(raw)
        if body is None:
            return self._error(request, _NOT_JSON)
        user = self.users.get(str(body.get("touser")))
        code = self._wrong(raw, body) or (_NO_SUCH_OPENID if user is None else user.take())
        if code or user is None:
            return self._error(request, code)
        if body["msgtype"] == "text":
            user.show("service", body["text"]["content"])
        else:
            menu = body["msgmenu"]
            rows = [(one["id"], one["content"]) for one in menu["list"]]
            user.show("service", menu["head_content"], rows)
        return _fine()

    def _wrong(self, raw: str, body: dict[str, Any]) -> int:
        if "\\u" in raw:
            return _ESCAPED
        if body.get("msgtype") == "msgmenu":
            return 0 if self.menus else _NO_MENUS
        if body.get("msgtype") != "text":
            return _BAD_TYPE
        return _TOO_LONG if len(body["text"]["content"].encode()) > _MAX_TEXT else 0

    async def _typing(self, request: web.Request) -> web.Response:
        user = self.users.get((await request.json()).get("touser"))
        if user is None:
            return self._error(request, _NO_SUCH_OPENID)
        if self.now() - user.acted_at > _TYPING_WITHIN:
            return self._error(request, _TOO_LATE_TO_TYPE)
        user.typing += 1
        return _fine()

    async def _template(self, request: web.Request) -> web.Response:
        body = await request.json()
        user = self.users.get(body.get("touser"))
        if body.get("template_id") not in self._templates:
            return self._error(request, _NO_TEMPLATE)
        if user is None or not user.following:
            return self._error(request, 43004)
        number = next(self._ids)
        status = "success" if user.takes_templates else "failed:user block"
        if user.takes_templates:
            user.show("template", "\n".join(one["value"] for one in body["data"].values()))
        report = self.event(user.openid, "TEMPLATESENDJOBFINISH", MsgID=number, Status=status)
        task = asyncio.create_task(self.deliver(report))
        self._later.add(task)
        task.add_done_callback(self._later.discard)
        return web.json_response({"errcode": 0, "errmsg": "ok", "msgid": number})

    async def _media(self, request: web.Request) -> web.Response:
        content = self.media.get(request.query.get("media_id", ""))
        if content is None:
            return self._error(request, _NO_MEDIA)
        return web.Response(body=content, content_type="image/jpeg")

    async def _menu(self, request: web.Request) -> web.Response:
        raw = await request.text()
        body = _object(raw)
        buttons = body.get("button") if body is not None else None
        if not isinstance(buttons, list) or not _MIN_MENU <= len(buttons) <= _MAX_MENU:
            return self._error(request, _BAD_MENU)
        if "\\u" in raw:
            return self._error(request, _ESCAPED)
        self.menu = body
        return _fine()


def _fine() -> web.Response:
    return web.json_response({"errcode": 0, "errmsg": "ok"})


def _object(raw: str) -> dict[str, Any] | None:
    try:
        body = json.loads(raw)
    except ValueError:
        return None
    return body if isinstance(body, dict) else None
