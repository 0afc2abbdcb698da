"""WeChat's interface: one call, one token, errors by what can be done about them.

Error codes arrive with HTTP 200. Neither tokens nor secrets get into an error's text.
"""

import asyncio
import json
import logging
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import aiohttp

from desk.app import Desk
from desk.calling import call

log = logging.getLogger(__name__)

_TIMEOUT = aiohttp.ClientTimeout(total=5)
_DOWNLOAD_TIMEOUT = aiohttp.ClientTimeout(total=20)
_MAX_DOWNLOAD = 10 * 1024 * 1024
# The platform renews five minutes before the end; until then old and new both work.
_RENEW_BEFORE = timedelta(minutes=5)
_WAIT_FOR_TOKEN, _POLL = 8.0, 0.1

_BAD_TOKEN = frozenset({40001, 40014, 42001})
_CLOSED = frozenset({45015, 45047, 43004, 40003, 43101})
_NO_MENUS = frozenset({40200, 48001})
_BUSY = frozenset({-1, 45009, 45011, 40164, 50002})


class Refused(Exception):
    """WeChat will not take this message, however often it is sent."""

    def __init__(self, code: int) -> None:
        super().__init__(f"WeChat answered {code}")
        self.code = code


class Busy(Exception):
    """Not now: the platform is away, overloaded, or the account needs its operator."""


class Unsure(Busy):
    """The connection broke after the message was handed over: it may have arrived."""


class Closed(Refused):
    """Nothing may be sent to this customer before they do something."""


class NoMenus(Refused):
    """The account may not send menus."""


@dataclass(frozen=True)
class Account:
    app_id: str
    secret: str
    url: str


class WeChatApi:
    def __init__(self, desk: Desk, account: Account) -> None:
        self._desk, self._account = desk, account
        self._session: aiohttp.ClientSession | None = None

    def use(self, session: aiohttp.ClientSession) -> None:
        """The connection pool, opened when the process runs its loop."""
        self._session = session

    async def send(self, openid: str, wire: dict[str, Any]) -> None:
        """One customer-service message; raises `Closed`, `NoMenus`, `Refused` or `Busy`."""
        await self.post("message/custom/send", {"touser": openid, **wire})

    async def typing(self, openid: str) -> None:
        """The typing sign; raises like `send`."""
        await self.post("message/custom/typing", {"touser": openid, "command": "Typing"})

    async def notify(self, openid: str, template_id: str, field: str, text: str, key: str) -> None:
        """A template message; its result comes as an event. Raises like `send`."""
        body = {
            "touser": openid,
            "template_id": template_id,
            "data": {field: {"value": text}},
            "client_msg_id": key,
        }
        await self.post("message/template/send", body)

    async def picture(self, media_id: str) -> bytes:
        """A picture that a customer sent; raises `Refused` or `Busy`."""
        content: bytes = await self._with_token(lambda token: self._download(token, media_id))
        return content

    async def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Any call that needs a token; an outdated token is renewed once."""
        result: dict[str, Any] = await self._with_token(lambda token: self._post(path, body, token))
        return result

    async def _with_token(self, do: Any) -> Any:
        token = await self._token(None)
        try:
            return await do(token)
        except Refused as refused:
            if refused.code not in _BAD_TOKEN:
                raise
        log.info("WeChat no longer takes the access token; fetching another")
        try:
            return await do(await self._token(token))
        except Refused as refused:
            if refused.code in _BAD_TOKEN:
                raise Busy(f"WeChat refuses every access token ({refused.code})") from None
            raise

    async def _post(self, path: str, body: dict[str, Any], token: str | None) -> dict[str, Any]:
        query = {} if token is None else {"access_token": token}
        # WeChat wants characters as they are: \\uXXXX is refused.
        data = json.dumps(body, ensure_ascii=False).encode(errors="replace")
        headers = {"Content-Type": "application/json; charset=utf-8"}
        url = f"{self._account.url}/cgi-bin/{path}"
        try:
            async with self._open().post(
                url, params=query, data=data, headers=headers, timeout=_TIMEOUT
            ) as response:
                content = await response.read()
        except aiohttp.ClientConnectorError:
            raise Busy("WeChat cannot be reached") from None
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Unsure(f"WeChat did not answer ({type(error).__name__})") from None
        return _result(response.status, content)

    async def _download(self, token: str, media_id: str) -> bytes:
        query = {"access_token": token, "media_id": media_id}
        url = f"{self._account.url}/cgi-bin/media/get"
        try:
            async with self._open().get(url, params=query, timeout=_DOWNLOAD_TIMEOUT) as response:
                content = await response.content.read(_MAX_DOWNLOAD + 1)
                while len(content) <= _MAX_DOWNLOAD and (more := await response.content.readany()):
                    content += more
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Busy(f"WeChat did not answer ({type(error).__name__})") from None
        if content[:1] == b"{" or response.status != HTTPStatus.OK:
            _result(response.status, content)
        return content

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            raise Busy("not started")
        return self._session

    # -- the access token ----------------------------------------------------------------------

    async def _token(self, stale: str | None) -> str:
        """A token that is not `stale`; whoever gets the lease fetches it, the others wait."""
        tokens, app_id = self._desk.wechat.tokens, self._account.app_id
        deadline = asyncio.get_running_loop().time() + _WAIT_FOR_TOKEN
        while asyncio.get_running_loop().time() < deadline:
            known = await call(tokens.current, app_id)
            usable = known is not None and known.token != stale
            fresh = known and known.expires_at - self._desk.clock.now() > _RENEW_BEFORE
            if known and usable and fresh:
                return known.token
            if await call(tokens.may_fetch, app_id):
                return await self._fetch_token(stale)
            if known and usable:
                return known.token
            await asyncio.sleep(_POLL)
        raise Busy("no access token")

    async def _fetch_token(self, stale: str | None) -> str:
        tokens, app_id = self._desk.wechat.tokens, self._account.app_id
        try:
            result = await self._stable_token(force=False)
            if result["access_token"] == stale:
                # WeChat believes in a token that it refuses: only force gives another.
                result = await self._stable_token(force=True)
            token, seconds = str(result["access_token"]), float(result["expires_in"])
            await call(tokens.store, app_id, token, seconds)
        except (Refused, LookupError, ValueError, TypeError) as error:
            await call(tokens.not_fetched, app_id)
            raise Busy(f"no access token: {error}") from None
        except Busy:
            await call(tokens.not_fetched, app_id)
            raise
        return token

    async def _stable_token(self, *, force: bool) -> dict[str, Any]:
        body = {
            "grant_type": "client_credential",
            "appid": self._account.app_id,
            "secret": self._account.secret,
            "force_refresh": force,
        }
        return await self._post("stable_token", body, None)


def _result(status: int, content: bytes) -> dict[str, Any]:
    """The answer, or the error that its code stands for."""
    if status != HTTPStatus.OK:
        raise Busy(f"WeChat answered HTTP {status}")
    try:
        body = json.loads(content)
        code = int(body.get("errcode") or 0)
    except (ValueError, AttributeError, TypeError):
        raise Busy("WeChat answered something that is not JSON") from None
    if code in _BUSY:
        raise Busy(f"WeChat answered {code}")
    if code in _CLOSED:
        raise Closed(code)
    if code in _NO_MENUS:
        raise NoMenus(code)
    if code:
        raise Refused(code)
    result: dict[str, Any] = body
    return result
