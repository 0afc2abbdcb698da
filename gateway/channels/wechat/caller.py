"""How Tencent's interfaces are called: JSON, one access token, errors by what can be done.

Service account (`api.py`) and customer service (`gateway/channels/wecom/api.py`) differ in where
the token comes from and in their error codes. Codes arrive with HTTP 200. Neither tokens nor
secrets get into an error's text.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
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


class Refused(Exception):
    """The platform will not take this message, however often it is sent."""

    def __init__(self, code: int, platform: str = "WeChat") -> None:
        super().__init__(f"{platform} answered {code}")
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
class Codes:
    """A platform's name and what its error codes mean; all others are refusals."""

    platform: str
    bad_token: frozenset[int]
    closed: frozenset[int]
    busy: frozenset[int]
    no_menus: frozenset[int] = frozenset()


# Fetches a token that is not the given one; returns it and the seconds that it is valid.
type FetchToken = Callable[[str | None], Awaitable[tuple[str, float]]]


class Caller:
    """One account's connection. `account` names its row of tokens in the database."""

    def __init__(
        self, desk: Desk, url: str, account: str, codes: Codes, fetch_token: FetchToken
    ) -> None:
        self._desk, self._url, self._account = desk, url, account
        self._codes, self._fetch = codes, fetch_token
        self._session: aiohttp.ClientSession | None = None

    def use(self, session: aiohttp.ClientSession) -> None:
        """The connection pool, opened when the process runs its loop."""
        self._session = session

    async def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Any call that needs a token; an outdated token is renewed once.

        Raises `Closed`, `NoMenus`, `Refused`, `Unsure` or `Busy`.
        """
        result: dict[str, Any] = await self._with_token(
            lambda token: self.post_open(path, body, {"access_token": token})
        )
        return result

    async def post_open(
        self, path: str, body: dict[str, Any], query: dict[str, str]
    ) -> dict[str, Any]:
        """A call as it is, without a token of ours."""
        # Characters as they are: \\uXXXX is refused.
        data = json.dumps(body, ensure_ascii=False).encode(errors="replace")
        headers = {"Content-Type": "application/json; charset=utf-8"}
        return await self._call("POST", path, params=query, data=data, headers=headers)

    async def get_open(self, path: str, query: dict[str, str]) -> dict[str, Any]:
        return await self._call("GET", path, params=query)

    async def _call(self, method: str, path: str, **what: Any) -> dict[str, Any]:
        platform = self._codes.platform
        try:
            async with self._open().request(
                method, f"{self._url}/cgi-bin/{path}", timeout=_TIMEOUT, **what
            ) as response:
                content = await response.read()
        except aiohttp.ClientConnectorError:
            raise Busy(f"{platform} cannot be reached") from None
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Unsure(f"{platform} did not answer ({type(error).__name__})") from None
        return self._result(response.status, content)

    async def picture(self, media_id: str) -> bytes:
        """A picture that a customer sent; raises `Refused` or `Busy`."""
        content: bytes = await self._with_token(lambda token: self._download(token, media_id))
        return content

    async def _download(self, token: str, media_id: str) -> bytes:
        query = {"access_token": token, "media_id": media_id}
        url = f"{self._url}/cgi-bin/media/get"
        try:
            async with self._open().get(url, params=query, timeout=_DOWNLOAD_TIMEOUT) as response:
                content = await response.content.read(_MAX_DOWNLOAD + 1)
                while len(content) <= _MAX_DOWNLOAD and (more := await response.content.readany()):
                    content += more
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Busy(f"{self._codes.platform} did not answer ({type(error).__name__})") from None
        if content[:1] == b"{" or response.status != HTTPStatus.OK:
            self._result(response.status, content)
        return content

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            raise Busy("not started")
        return self._session

    def _result(self, status: int, content: bytes) -> dict[str, Any]:
        """The answer, or the error that its code stands for."""
        codes = self._codes
        if status != HTTPStatus.OK:
            raise Busy(f"{codes.platform} answered HTTP {status}")
        try:
            body = json.loads(content)
            code = int(body.get("errcode") or 0)
        except (ValueError, AttributeError, TypeError):
            raise Busy(f"{codes.platform} answered something that is not JSON") from None
        if code in codes.busy:
            raise Busy(f"{codes.platform} answered {code}")
        if code in codes.closed:
            raise Closed(code, codes.platform)
        if code in codes.no_menus:
            raise NoMenus(code, codes.platform)
        if code:
            raise Refused(code, codes.platform)
        result: dict[str, Any] = body
        return result

    # -- the access token ----------------------------------------------------------------------

    async def _with_token(self, do: Callable[[str], Awaitable[Any]]) -> Any:
        token = await self._token(None)
        try:
            return await do(token)
        except Refused as refused:
            if refused.code not in self._codes.bad_token:
                raise
        platform = self._codes.platform
        log.info("%s no longer takes the access token; fetching another", platform)
        try:
            return await do(await self._token(token))
        except Refused as refused:
            if refused.code in self._codes.bad_token:
                raise Busy(f"{platform} refuses every access token ({refused.code})") from None
            raise

    async def _token(self, stale: str | None) -> str:
        """A token that is not `stale`; whoever gets the lease fetches it, the others wait."""
        tokens, account = self._desk.wechat.tokens, self._account
        deadline = asyncio.get_running_loop().time() + _WAIT_FOR_TOKEN
        while asyncio.get_running_loop().time() < deadline:
            known = await call(tokens.current, account)
            usable = known is not None and known.token != stale
            fresh = known and known.expires_at - self._desk.clock.now() > _RENEW_BEFORE
            if known and usable and fresh:
                return known.token
            if await call(tokens.may_fetch, account):
                return await self._fetch_token(stale)
            if known and usable:
                return known.token
            await asyncio.sleep(_POLL)
        raise Busy("no access token")

    async def _fetch_token(self, stale: str | None) -> str:
        tokens, account = self._desk.wechat.tokens, self._account
        try:
            token, seconds = await self._fetch(stale)
            await call(tokens.store, account, token, seconds)
        except (Refused, LookupError, ValueError, TypeError) as error:
            await call(tokens.not_fetched, account)
            raise Busy(f"no access token: {error}") from None
        except Busy:
            await call(tokens.not_fetched, account)
            raise
        return token
