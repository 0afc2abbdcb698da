"""Who may do what: the key of a request, its scope, and how often it may come."""

import math
from collections.abc import Callable
from http import HTTPStatus

from aiohttp import web

from api.errors import Problem
from desk.app import Desk
from desk.calling import call
from desk.model.tickets import Caller, Scope
from desk.rate_limit import RateLimit

_WRONG_KEYS_PER_MINUTE = 30


class Access:
    """One per process: the brakes are in memory, a restart forgets them."""

    def __init__(self, desk: Desk, now: Callable[[], float]) -> None:
        self._desk, self._now = desk, now
        self._limits: dict[int, RateLimit] = {}
        self._wrong = RateLimit(_WRONG_KEYS_PER_MINUTE, now)

    async def caller(self, request: web.Request, scope: Scope) -> Caller:
        """Raises 401 without a valid key, 403 without the scope, 429 for too many requests."""
        kind, _, secret = request.headers.get("Authorization", "").partition(" ")
        known = kind.lower() == "bearer" and bool(secret)
        caller = await call(self._desk.api_keys.find, secret.strip()) if known else None
        if caller is None:
            self._brake(self._wrong, request.remote or "")
            raise Problem(
                HTTPStatus.UNAUTHORIZED,
                "a valid API key is needed",
                headers={"WWW-Authenticate": 'Bearer realm="xiaotong"'},
            )
        limit = self._limits.setdefault(caller.per_minute, RateLimit(caller.per_minute, self._now))
        self._brake(limit, str(caller.key_id))
        if scope not in caller.scopes:
            raise Problem(HTTPStatus.FORBIDDEN, f"this key lacks the scope {scope}")
        return caller

    def _brake(self, limit: RateLimit, sender: str) -> None:
        wait = limit.seconds_to_wait(sender)
        if wait:
            raise Problem(
                HTTPStatus.TOO_MANY_REQUESTS,
                "too many requests",
                headers={"Retry-After": str(math.ceil(wait))},
            )
