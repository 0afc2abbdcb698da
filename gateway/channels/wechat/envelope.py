"""From the HTTP request to the fields of a push and back: signature, age, mode, encryption."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from gateway.channels.wechat import payload
from gateway.channels.wechat.crypto import Cipher, check_signature, signature
from gateway.channels.wechat.payload import Fields, text_of
from gateway.message import BadMessage

# A push is signed when it is sent and sent again within seconds; older ones were recorded.
_WINDOW = timedelta(minutes=5)
_MAX_TIMESTAMP_DIGITS = 12

type Mode = Literal["plain", "compatible", "safe"]


@dataclass(frozen=True)
class Opened:
    """A push that is ours: its fields and how to answer it."""

    fields: Fields
    form: str  # "xml" or "json"
    sealed: bool


class Envelope:
    """One account's token, key and mode. Pure: `now` and random bytes come in."""

    def __init__(self, token: str, mode: Mode, cipher: Cipher | None) -> None:
        """Raises `ValueError` when the mode needs a key and there is none."""
        if mode != "plain" and cipher is None:
            raise ValueError(f"{mode} mode needs an EncodingAESKey")
        self._token, self._mode, self._cipher = token, mode, cipher

    def verify_address(self, query: Mapping[str, str], now: datetime) -> str:
        """GET: the `echostr` to give back as it is; raises `BadMessage` (403)."""
        self._check_plain(query, now)
        return query.get("echostr", "")

    def verify_sealed_address(self, query: Mapping[str, str], now: datetime) -> str:
        """GET as WeCom does it: the `echostr` is sealed, and what is inside goes back."""
        sealed = query.get("echostr", "")
        self._check_sealed(query, sealed, now)
        assert self._cipher is not None
        return self._cipher.decrypt(sealed)

    def open(self, query: Mapping[str, str], body: str, now: datetime) -> Opened:
        """POST: the trusted fields; raises `BadMessage` 400 or 403.

        Of a compatible push only the encrypted part counts: the plain one is not signed.
        """
        if self._mode == "plain":
            self._check_plain(query, now)
            fields, form = payload.read(body)
            return Opened(fields, form, sealed=False)
        if query.get("encrypt_type", "aes") != "aes":
            raise BadMessage("bad_push", "encrypt_type: expected aes")
        outer, _ = payload.read(body)
        sealed = text_of(outer, "Encrypt")
        if not sealed:
            raise BadMessage("not_encrypted", f"Encrypt: is missing; this is {self._mode} mode")
        self._check_sealed(query, sealed, now)
        assert self._cipher is not None
        fields, form = payload.read(self._cipher.decrypt(sealed))
        return Opened(fields, form, sealed=True)

    def close(self, opened: Opened, answer: Fields, now: datetime, random: bytes) -> str:
        """A passive answer in the form and mode of its push. `random`: 24 fresh bytes."""
        text = payload.write(answer, opened.form)
        if not opened.sealed:
            return text
        assert self._cipher is not None
        sealed = self._cipher.encrypt(text, random[:16])
        stamp, nonce = str(int(now.timestamp())), str(int.from_bytes(random[16:24]))
        outer: dict[str, Any] = {
            "Encrypt": sealed,
            "MsgSignature": signature(self._token, stamp, nonce, sealed),
            "TimeStamp": int(stamp),
            "Nonce": nonce,
        }
        return payload.write(outer, opened.form)

    def _check_sealed(self, query: Mapping[str, str], sealed: str, now: datetime) -> None:
        _check_age(query, now)
        given = query.get("msg_signature", "")
        stamp, nonce = query.get("timestamp", ""), query.get("nonce", "")
        check_signature(given, self._token, stamp, nonce, sealed)

    def _check_plain(self, query: Mapping[str, str], now: datetime) -> None:
        _check_age(query, now)
        given = query.get("signature", "")
        stamp, nonce = query.get("timestamp", ""), query.get("nonce", "")
        check_signature(given, self._token, stamp, nonce)


def _check_age(query: Mapping[str, str], now: datetime) -> None:
    stamp = query.get("timestamp", "")
    if not stamp.isascii() or not stamp.isdigit() or len(stamp) > _MAX_TIMESTAMP_DIGITS:
        raise BadMessage("bad_push", "timestamp: expected seconds")
    if abs(now.timestamp() - int(stamp)) > _WINDOW.total_seconds():
        raise BadMessage("too_old", "timestamp: is more than five minutes off", 403)
