"""Signatures over what is sent to and by other systems: `sha256=` HMAC of timestamp and body."""

import hashlib
import hmac

_VALID_SECONDS = 300
_DIGITS = 12  # of a timestamp in seconds, long past our time

TIMESTAMP, SIGNATURE = "X-Xiaotong-Timestamp", "X-Xiaotong-Signature"


def sign(secret: str, timestamp: str, body: bytes) -> str:
    signed = timestamp.encode() + b"." + body
    return "sha256=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def genuine(secret: str, timestamp: str, signature: str, body: bytes, now: float) -> bool:
    """Whether somebody who knows the secret signed this body within five minutes of `now`."""
    if not secret or not (timestamp.isascii() and timestamp.isdigit()):
        return False
    fresh = abs(now - int(timestamp[:_DIGITS])) <= _VALID_SECONDS
    expected = sign(secret, timestamp, body).encode()
    return fresh and hmac.compare_digest(expected, signature.encode(errors="surrogatepass"))
