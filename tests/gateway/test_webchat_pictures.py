"""照片 in the web chat: uploaded, sent as a message, seen in all tabs, read back by its address."""

from collections.abc import AsyncIterator
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from gateway.channels.webchat.session import new_session
from tests.gateway.conftest import Gateway, MakeGateway
from tests.gateway.fake_rasa import FakeRasa
from tests.gateway.test_webchat import Tab
from tests.photos import photo


@pytest.fixture
async def tabs(gateway: Gateway) -> AsyncIterator[tuple[Tab, Tab]]:
    first = await Tab(gateway).opens()
    second = await Tab(gateway).opens(first.session_id)
    yield first, second
    for tab in (first, second):
        await tab.io.disconnect()


async def upload(gateway: Gateway, session: str | None, content: bytes) -> tuple[int, Any]:
    headers = {} if session is None else {"X-Session-Id": session}
    url = f"{gateway.url}/webchat/pictures"
    async with gateway.session.post(url, data=BytesIO(content), headers=headers) as response:
        return response.status, await response.json()


async def test_a_photo_is_uploaded_sent_and_seen(
    gateway: Gateway, tabs: tuple[Tab, Tab], rasa: FakeRasa
) -> None:
    here, there = tabs
    status, told = await upload(gateway, here.session_id, photo(400, 300))
    assert status == 201
    answer = await here.says(None, picture=told["picture"], message_id="p-1")
    assert answer["ok"]
    again = await here.says(None, picture=told["picture"], message_id="p-1")
    assert again["id"] == answer["id"]
    await there.hears()
    assert [echo["image"] for echo in there.all("user_echo")] == [told["picture"]]
    assert (await there.history())["messages"][0]["image"] == told["picture"]
    assert rasa.asked[0]["metadata"] == {"channel": "webchat", "picture": True}
    async with gateway.session.get(f"{gateway.url}{told['picture']}") as shown:
        assert (shown.status, shown.content_type) == (200, "image/jpeg")
        assert shown.headers["X-Content-Type-Options"] == "nosniff"
        assert not Image.open(BytesIO(await shown.read())).getexif()


async def test_words_that_look_like_the_placeholder_are_words(
    tabs: tuple[Tab, Tab], rasa: FakeRasa
) -> None:
    await tabs[0].says("［图片］")
    await tabs[0].hears()
    assert rasa.asked[0]["metadata"] == {"channel": "webchat"}


@pytest.mark.parametrize(
    ("content", "status", "says"),
    [
        (b"MZ no picture", 415, "JPG、PNG、WebP 或 GIF"),
        (b"", 415, "JPG、PNG、WebP 或 GIF"),
        (b"0" * (10 * 1024 * 1024 + 1), 413, "10 MB 以内"),
    ],
)
async def test_what_cannot_be_taken_is_refused_with_the_reason(
    gateway: Gateway, tabs: tuple[Tab, Tab], content: bytes, status: int, says: str
) -> None:
    refused, told = await upload(gateway, tabs[0].session_id, content)
    assert refused == status and says in told["error"]["message"]


FORGED = "visitor.0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize("session", [None, "", "made.up", FORGED])
async def test_only_who_talks_to_us_uploads(gateway: Gateway, session: str | None) -> None:
    assert (await upload(gateway, session, photo()))[0] == 401


@pytest.mark.parametrize("address", ["/pictures/../secrets", "/pictures/" + "a" * 64, "x"])
async def test_a_message_shows_only_what_was_uploaded(tabs: tuple[Tab, Tab], address: str) -> None:
    answer = await tabs[0].says(None, picture=address)
    assert (answer["ok"], answer["code"]) == (False, "unknown_picture")


@pytest.mark.parametrize("digest", ["a" * 64, "..%2f..%2fsecrets.toml"])
async def test_nothing_else_is_read_back(gateway: Gateway, digest: str) -> None:
    async with gateway.session.get(f"{gateway.url}/pictures/{digest}") as response:
        assert response.status == 404


async def test_uploads_count_as_messages(make_gateway: MakeGateway) -> None:
    gateway = await make_gateway(messages_per_minute=2)
    session = new_session(gateway.desk.secrets.session_key.get_secret_value())  # type: ignore[union-attr]
    codes = [(await upload(gateway, session, photo()))[0] for _ in range(3)]
    assert codes == [201, 201, 429]
