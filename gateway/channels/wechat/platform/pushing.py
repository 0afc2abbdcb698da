"""Pushes to the account's address: signed, encrypted, three tries, hung up after five seconds."""

import secrets
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import aiohttp

from gateway.channels.wechat import payload
from gateway.channels.wechat.crypto import Cipher, signature
from gateway.channels.wechat.envelope import Mode
from gateway.message import BadMessage

_TRIES = 3
SORRY = "该公众号暂时无法提供服务，请稍后再试"


@dataclass(frozen=True)
class Target:
    """The account as its settings page holds it."""

    address: str
    app_id: str
    token: str
    mode: Mode
    cipher: Cipher | None


@dataclass(frozen=True)
class Pushed:
    """How a push ended: `answer` is the passive text, "" for success, None when it failed."""

    answer: str | None
    tries: int
    seconds: float
    status: int | None


def sealed(
    target: Target, fields: dict[str, Any], seconds: int, *, form: str = "xml"
) -> tuple[dict[str, str], str]:
    """Query and body of a push, as the account's mode has it."""
    stamp, nonce = str(seconds), str(secrets.randbelow(10**9))
    query = {"timestamp": stamp, "nonce": nonce, "openid": str(fields["FromUserName"])}
    query["signature"] = signature(target.token, stamp, nonce)
    text = payload.write(fields, form)
    if target.mode == "plain" or target.cipher is None:
        return query, text
    secret = target.cipher.encrypt(text, secrets.token_bytes(16))
    query["encrypt_type"] = "aes"
    query["msg_signature"] = signature(target.token, stamp, nonce, secret)
    open_fields = fields if target.mode == "compatible" else {"ToUserName": fields["ToUserName"]}
    return query, payload.write({**open_fields, "Encrypt": secret}, form)


def answer_in(target: Target, body: str) -> str | None:
    """The text of a passive answer; "" for success; None for what WeChat would not take."""
    if body in {"", "success"}:
        return ""
    try:
        fields, _ = payload.read(body)
        if target.mode != "plain" and target.cipher is not None:
            words = (fields["TimeStamp"], fields["Nonce"], fields["Encrypt"])
            if fields["MsgSignature"] != signature(target.token, *words):
                return None
            fields, _ = payload.read(target.cipher.decrypt(fields["Encrypt"]))
        return str(fields["Content"]) if fields["MsgType"] == "text" else None
    except (BadMessage, KeyError):
        return None


async def push(
    session: aiohttp.ClientSession,
    target: Target,
    fields: dict[str, Any],
    *,
    cut: float,
    now: Any,
    form: str = "xml",
) -> Pushed:
    """Deliver one message or event; `cut` seconds per try."""
    status: int | None = None
    for number in range(1, _TRIES + 1):
        started = now()
        query, body = sealed(target, fields, int(started), form=form)
        try:
            async with session.post(
                target.address,
                params=query,
                data=body.encode(),
                headers={"Content-Type": "text/xml"},
                timeout=aiohttp.ClientTimeout(total=cut),
            ) as response:
                status, text = response.status, await response.text()
        except (aiohttp.ClientError, TimeoutError):
            status = None
            continue
        if status == HTTPStatus.OK:
            return Pushed(answer_in(target, text), number, now() - started, status)
    return Pushed(None, _TRIES, cut, status)
