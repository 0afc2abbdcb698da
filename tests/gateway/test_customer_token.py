"""The customer token of the operator's site: what holds, what is refused, and what it opens."""

import base64
import hashlib
import hmac
import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from desk.app import Desk
from desk.model.errors import BadData
from gateway.app import build
from gateway.channels.webchat.customer import site_customer
from gateway.message import BadMessage
from tests.conftest import START
from tests.gateway.conftest import Gateway, MakeGateway
from tests.gateway.test_webchat import Tab
from tests.waiting import until

KEY = "k" * 32
WANG, LI = "8800100001", "8800100002"  # data/demo/operator.yml
_HEAD = {"alg": "HS256", "typ": "JWT"}


def _part(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def token(claims: dict[str, Any], key: str = KEY, head: dict[str, Any] | None = None) -> str:
    """As the operator's site makes it."""
    body = f"{_part(head or _HEAD)}.{_part(claims)}"
    mac = hmac.new(key.encode(), body.encode(), hashlib.sha256).digest()
    return f"{body}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def _claims(now: float, account: str = WANG, **changed: Any) -> dict[str, Any]:
    issued = int(now)
    claims = {"aud": "xiaotong", "sub": account, "iat": issued, "exp": issued + 3600, **changed}
    return {name: value for name, value in claims.items() if value is not None}


_NOW = START.timestamp()


def test_a_token_of_the_site_names_its_customer() -> None:
    customer = site_customer(token(_claims(_NOW)), KEY, START)
    assert (customer.account, customer.until) == (WANG, START + timedelta(hours=1))


def test_a_recorded_token_of_another_implementation() -> None:
    """Made with PyJWT 2.15: jwt.encode(claims, key, algorithm="HS256")."""
    made = (
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9"
        ".eyJhdWQiOiJ4aWFvdG9uZyIsInN1YiI6IjgwMTAwMDAwMDEiLCJpYXQiOjE3OTUyNjI0MDAsImV4cCI6"
        "MTc5NTI2NjAwMH0"
        ".CNJDrTVvM8TiZXYVLamq4DF32SCaJ93VWi-tw8WvoPg"
    )
    assert site_customer(made, KEY, START).account == "8010000001"


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"exp": _NOW}, "exp"),
        ({"exp": None}, "exp"),
        ({"exp": "soon"}, "exp"),
        ({"exp": 1e300}, "exp"),
        ({"iat": None}, "iat"),
        ({"iat": _NOW + 120}, "iat"),
        ({"iat": _NOW - 86400, "exp": _NOW + 999}, "iat"),
        ({"aud": "another"}, "aud"),
        ({"aud": None}, "aud"),
        ({"sub": None}, "sub"),
        ({"sub": ""}, "sub"),
        ({"sub": "x" * 200}, "sub"),
    ],
)
def test_a_claim_that_is_wrong_is_named(changed: dict[str, Any], named: str) -> None:
    with pytest.raises(BadMessage, match=f"^{named}:") as raised:
        site_customer(token(_claims(_NOW, **changed)), KEY, START)
    assert raised.value.status == 401


@pytest.mark.parametrize(
    "made",
    [
        token(_claims(_NOW), key="another key that is long enough too"),
        token(_claims(_NOW)).rpartition(".")[0] + ".",
        token(_claims(_NOW), head={"alg": "none"}).rpartition(".")[0] + ".",
        token(_claims(_NOW), head={"alg": "HS512"}),
        _part(_HEAD) + "." + _part(_claims(_NOW, LI)) + "." + token(_claims(_NOW)).split(".")[2],
        "a.b",
        "",
        "密.钥.。",
        None,
        {"sub": WANG},
        "x" * 5000,
    ],
)
def test_what_the_site_did_not_sign_is_refused(made: object) -> None:
    with pytest.raises(BadMessage):
        site_customer(made, KEY, START)


def test_without_a_key_nothing_holds() -> None:
    with pytest.raises(BadMessage):
        site_customer(token(_claims(_NOW), key=""), "", START)


@given(st.text(max_size=200) | st.binary(max_size=100).map(lambda b: b.decode("latin1")))
def test_garbage_is_refused_and_nothing_else(text: str) -> None:
    with pytest.raises(BadMessage):
        site_customer(text, KEY, datetime(2026, 1, 1, tzinfo=UTC))


def test_a_short_key_is_refused_at_the_start(sqlite_desk: Desk) -> None:
    secrets = sqlite_desk.secrets.model_copy(update={"webchat_customer_key": SecretStr("short")})
    desk = Desk.open(sqlite_desk.settings, secrets=secrets)
    try:
        with pytest.raises(BadData, match="webchat_customer_key"):
            build(desk)
    finally:
        desk.close()


@pytest.fixture
async def signed_in(make_gateway: MakeGateway) -> Gateway:
    return await make_gateway(secrets={"webchat_customer_key": SecretStr(KEY)})


async def _visits(gateway: Gateway, made: object, session_id: str | None = None) -> Tab:
    page = Tab(gateway)
    page.io.on("token_refused", page._listener("token_refused"))
    await page.io.connect(gateway.url, transports=["websocket"])
    await page.io.emit("session_request", {"session_id": session_id, "token": made})
    await until(lambda: page.all("session_confirm"))
    page.session_id = page.all("session_confirm")[-1]
    return page


def _account(gateway: Gateway, page: Tab) -> str | None:
    assert gateway.desk and page.session_id
    conversation = gateway.conversation(page.session_id.split(".")[0], "webchat")
    account = gateway.desk.identity.known_account(conversation)
    return account.account if account else None


async def test_who_is_signed_in_on_the_site_is_known(signed_in: Gateway) -> None:
    page = await _visits(signed_in, token(_claims(time.time(), WANG)))
    assert signed_in.desk
    visitor = str(page.session_id).split(".")[0]
    assert signed_in.desk.conversations.history("webchat", visitor) == (None, [])
    await page.says("查话费")
    assert _account(signed_in, page) == WANG
    await page.io.disconnect()


async def test_an_expired_token_opens_the_chat_but_proves_nothing(signed_in: Gateway) -> None:
    page = await _visits(signed_in, token(_claims(time.time() - 7200, WANG)))
    await page.says("查话费")
    assert _account(signed_in, page) is None
    assert page.all("token_refused")[0]["error"]["message"].startswith("exp:")
    await page.io.disconnect()


async def test_an_account_that_we_do_not_have_proves_nothing(signed_in: Gateway) -> None:
    page = await _visits(signed_in, token(_claims(time.time(), "no-such-account")))
    assert (await page.says("查话费"))["ok"]
    assert _account(signed_in, page) is None
    await page.io.disconnect()


async def test_another_customer_at_the_same_browser_sees_nothing(signed_in: Gateway) -> None:
    first = await _visits(signed_in, token(_claims(time.time(), WANG)))
    await first.says("我的话费")
    again = await _visits(signed_in, token(_claims(time.time(), WANG)), first.session_id)
    assert again.session_id == first.session_id
    other = await _visits(signed_in, token(_claims(time.time(), LI)), first.session_id)
    assert other.session_id != first.session_id
    assert (await other.io.call("history", {"after": 0}))["messages"] == []
    await other.says("我的话费")
    assert (_account(signed_in, first), _account(signed_in, other)) == (WANG, LI)
    for page in (first, again, other):
        await page.io.disconnect()
