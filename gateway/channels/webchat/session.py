"""Web-chat session ids: random, signed, so that nobody can name another visitor's conversation."""

import hashlib
import hmac
import secrets

_ID_BYTES = 18
_MAC_CHARS = 32


def new_session(key: str) -> str:
    """`<random>.<signature>`: what the browser keeps."""
    visitor = secrets.token_urlsafe(_ID_BYTES)
    return f"{visitor}.{_sign(visitor, key)}"


def visitor_of(session_id: object, key: str) -> str | None:
    """The visitor behind a session id; None when it was not made by us."""
    if not isinstance(session_id, str):
        return None
    visitor, _, signature = session_id.partition(".")
    if not visitor or not signature.isascii():
        return None
    return visitor if hmac.compare_digest(signature, _sign(visitor, key)) else None


def _sign(visitor: str, key: str) -> str:
    mac = hmac.new(key.encode(), f"webchat|{visitor}".encode(), hashlib.sha256)
    return mac.hexdigest()[:_MAC_CHARS]
