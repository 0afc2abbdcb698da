"""The customer token of the operator's own site: signed there, checked here. Pure.

A JSON Web Token with HS256 and nothing else: whoever is signed in on the site is known in the chat
without another code.
"""

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from gateway.message import BadMessage, clean_id

AUDIENCE = "xiaotong"
# However long the site lets it live, a token that somebody copied is worth no more than a day.
_AT_MOST = timedelta(days=1)
_SKEW = timedelta(minutes=1)
_MAX_TOKEN = 2048
SHORTEST_KEY = 32


@dataclass(frozen=True)
class SiteCustomer:
    account: str
    until: datetime


def site_customer(token: object, key: str, now: datetime) -> SiteCustomer:
    """Whom the site vouches for; raises `BadMessage` (401) naming the claim that is wrong."""
    if not isinstance(token, str) or not token.isascii() or len(token) > _MAX_TOKEN:
        raise _refused("token: expected a JSON Web Token")
    parts = token.split(".")
    if len(parts) != 3:  # noqa: PLR2004
        raise _refused("token: expected three parts")
    signed, given = ".".join(parts[:2]).encode(), _bytes(parts[2])
    if not key or not hmac.compare_digest(
        given, hmac.new(key.encode(), signed, hashlib.sha256).digest()
    ):
        raise _refused("token: the signature is not that of the site's key")
    if _object(parts[0]).get("alg") != "HS256":
        raise _refused("alg: expected HS256")
    claims = _object(parts[1])
    if claims.get("aud") != AUDIENCE:
        raise _refused(f"aud: expected {AUDIENCE}")
    issued, until = _moment(claims, "iat", now), _moment(claims, "exp", now)
    if issued > now + _SKEW:
        raise _refused("iat: lies in the future")
    if now >= until:
        raise _refused("exp: the token has expired")
    if now >= issued + _AT_MOST:
        raise _refused("iat: the token is older than a day")
    try:
        account = clean_id(claims.get("sub"), "sub")
    except BadMessage as error:
        raise _refused(error.message) from None
    return SiteCustomer(account, min(until, issued + _AT_MOST))


def _moment(claims: dict[str, Any], name: str, now: datetime) -> datetime:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _refused(f"{name}: expected seconds")
    try:
        return datetime.fromtimestamp(value, now.tzinfo)
    except (ValueError, OverflowError, OSError):
        raise _refused(f"{name}: expected seconds") from None


def _object(part: str) -> dict[str, Any]:
    try:
        value = json.loads(_bytes(part))
    except (ValueError, RecursionError):
        raise _refused("token: its parts are not JSON") from None
    if not isinstance(value, dict):
        raise _refused("token: its parts are no objects")
    return value


def _bytes(part: str) -> bytes:
    try:
        return base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise _refused("token: is not base64url") from None


def _refused(why: str) -> BadMessage:
    return BadMessage("bad_token", why, 401)
