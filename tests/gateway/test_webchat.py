"""The browser's socket with a real socket.io client: sessions, tabs, history, state."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import pytest
import socketio

from desk.model.console import SignNow
from desk.model.conversations import Author
from desk.services.work_orders import find_by_number
from tests.gateway.conftest import Gateway, MakeGateway
from tests.gateway.fake_rasa import FakeRasa, says
from tests.waiting import until

EVENTS = ("session_confirm", "bot_uttered", "user_echo", "typing", "conversation_state")


class Tab:
    """One open browser tab; `got` is every event it received, in order."""

    def __init__(self, gateway: Gateway) -> None:
        self.gateway = gateway
        self.io = socketio.AsyncClient(reconnection=False)
        self.session_id: str | None = None
        self.got: list[tuple[str, Any]] = []
        for name in EVENTS:
            self.io.on(name, self._listener(name))

    def _listener(self, name: str) -> Callable[[Any], Awaitable[None]]:
        async def listen(data: Any) -> None:
            self.got.append((name, data))

        return listen

    def all(self, name: str) -> list[Any]:
        return [data for event, data in self.got if event == name]

    async def opens(self, session_id: object = None) -> "Tab":
        await self.io.connect(self.gateway.url, transports=["websocket"])
        await self.io.emit("session_request", {"session_id": session_id, "whole": True})
        await until(lambda: self.all("session_confirm"))
        self.session_id = self.all("session_confirm")[-1]
        return self

    async def says(self, text: object, **more: Any) -> dict[str, Any]:
        body = {"message": text, "session_id": self.session_id, **more}
        answer: dict[str, Any] = await self.io.call("user_uttered", body, timeout=20)
        return answer

    async def hears(self, count: int = 1) -> list[str]:
        await until(lambda: len(self.all("bot_uttered")) >= count)
        return [data.get("text") for data in self.all("bot_uttered")]

    async def history(self, after: object = 0) -> dict[str, Any]:
        body = {"session_id": self.session_id, "after": after}
        answer: dict[str, Any] = await self.io.call("history", body, timeout=20)
        return answer


type OpenTab = Callable[..., Awaitable[Tab]]


@pytest.fixture
async def tab(gateway: Gateway) -> AsyncIterator[OpenTab]:
    opened: list[Tab] = []

    async def new(session_id: object = None) -> Tab:
        opened.append(Tab(gateway))
        return await opened[-1].opens(session_id)

    yield new
    for one in opened:
        await one.io.disconnect()


async def test_a_message_and_its_answer(tab: OpenTab, rasa: FakeRasa) -> None:
    rasa.behave = says(
        {
            "text": "您好",
            "buttons": [{"title": "套餐", "payload": "查套餐"}],
            "image": "/static/a.svg",
        }
    )
    page = await tab()
    acknowledged = await page.says("你好", message_id="m-1")
    assert (acknowledged["ok"], acknowledged["message_id"]) == (True, "m-1")
    assert await page.hears() == ["您好"]
    (text,) = page.all("bot_uttered")
    assert text["quick_replies"] == [{"content_type": "text", "title": "套餐", "payload": "查套餐"}]
    assert (text["metadata"]["author"], text["metadata"]["id"] > acknowledged["id"]) == (
        "bot",
        True,
    )
    assert text["attachment"] == {"type": "image", "payload": {"src": "/static/a.svg"}}
    assert [echo["text"] for echo in page.all("user_echo")] == ["你好"]
    await until(lambda: len(page.all("typing")) == 2)
    assert [sign["on"] for sign in page.all("typing")] == [True, False]
    assert rasa.asked[0]["metadata"] == {"channel": "webchat"}


FORGED = [
    "someone-elses-visitor",
    "visitor.0123456789abcdef0123456789abcdef",
    "visitor.",
    ".",
    "a.中文",
    "",
    None,
    17,
    {"a": 1},
    "x" * 10_000,
]


@pytest.mark.parametrize("forged", FORGED, ids=lambda value: str(value)[:20])
async def test_a_session_id_that_is_not_ours_is_replaced(tab: OpenTab, forged: object) -> None:
    page = await tab(forged)
    assert page.session_id
    assert page.session_id != forged
    assert (await page.history())["messages"] == []
    again = await tab(page.session_id)
    assert again.session_id == page.session_id


async def test_one_visitor_cannot_sign_for_another(tab: OpenTab) -> None:
    one, other = await tab(), await tab()
    assert one.session_id and other.session_id
    await one.says("我的秘密")
    mixed = f"{one.session_id.split('.')[0]}.{other.session_id.split('.')[1]}"
    assert (await (await tab(mixed)).history())["messages"] == []


async def test_history_after_coming_back(tab: OpenTab) -> None:
    page = await tab()
    await page.says("一", message_id="m-1")
    await page.hears()
    await page.io.disconnect()
    back = await tab(page.session_id)
    told = await back.history()
    assert told["state"] == {"state": "bot"}
    assert [(m["author"], m["text"]) for m in told["messages"]] == [
        ("customer", "一"),
        ("bot", "您说：一"),
    ]
    assert told["messages"][0]["message_id"] == "m-1"
    first, second = (m["id"] for m in told["messages"])
    assert [m["id"] for m in (await back.history(first))["messages"]] == [second]
    assert (await back.history(second))["messages"] == []
    for nonsense in (-1, "1", None, True, 2**60, {"a": 1}):
        assert len((await back.history(nonsense))["messages"]) == 2


async def test_two_tabs_see_the_same(tab: OpenTab) -> None:
    one = await tab()
    two = await tab(one.session_id)
    stranger = await tab()
    await one.says("一")
    assert await one.hears() == await two.hears() == ["您说：一"]
    assert [echo["text"] for echo in two.all("user_echo")] == ["一"]
    assert stranger.all("bot_uttered") == stranger.all("user_echo") == []


async def test_a_message_sent_again_until_acknowledged_is_one_message(
    tab: OpenTab, rasa: FakeRasa
) -> None:
    page = await tab()
    message_id = str(uuid.uuid4())
    answers = [await page.says("你好", message_id=message_id) for _ in range(3)]
    assert len({answer["id"] for answer in answers}) == 1
    await page.hears()
    await page.says("完了")
    assert await page.hears(2) == ["您说：你好", "您说：完了"]
    assert len(rasa.asked) == 2
    assert len(page.all("user_echo")) == 2


@pytest.mark.parametrize(
    ("text", "more", "code"),
    [
        ("", {}, "empty_message"),
        ("\u200b", {}, "empty_message"),
        (None, {}, "bad_request"),
        (5, {}, "bad_request"),
        ({"a": 1}, {}, "bad_request"),
        ("长" * 1001, {}, "message_too_long"),
        ("好", {"message_id": {"a": 1}}, "bad_request"),
        ("好", {"message_id": "x" * 500}, "bad_request"),
    ],
)
async def test_what_cannot_be_stored_is_said_so(
    tab: OpenTab, rasa: FakeRasa, text: object, more: dict[str, Any], code: str
) -> None:
    page = await tab()
    answer = await page.says(text, **more)
    assert (answer["ok"], answer["code"]) == (False, code)
    assert answer["error"]
    assert (await page.says("好"))["ok"]
    assert len(rasa.asked) <= 1


@pytest.mark.parametrize("payload", [None, 5, "text", [1, 2]])
async def test_payloads_of_another_kind(tab: OpenTab, payload: object) -> None:
    page = await tab()
    answer = await page.io.call("user_uttered", payload, timeout=20)
    assert answer["ok"] is False
    assert (await page.io.call("history", payload, timeout=20))["messages"] == []
    await page.io.emit("session_request", payload)
    assert (await page.says("还在"))["ok"]


async def test_who_writes_too_fast_is_told(make_gateway: MakeGateway) -> None:
    page = await Tab(await make_gateway(messages_per_minute=2)).opens()
    answers = [await page.says("好") for _ in range(3)]
    assert [answer["ok"] for answer in answers] == [True, True, False]
    assert answers[2]["code"] == "too_many_messages"
    await page.io.disconnect()


async def test_state_and_words_of_a_person_reach_the_page(tab: OpenTab, gateway: Gateway) -> None:
    page = await tab()
    await page.says("转人工")
    await page.hears()
    assert page.session_id and gateway.desk
    desk, visitor = gateway.desk, page.session_id.split(".")[0]
    conversation = gateway.conversation(visitor, "webchat")
    desk.handoff.request(conversation, "asked", key="h")
    await until(lambda: {"state": "queued", "position": 1} in page.all("conversation_state"))
    lixiao = gateway.agent()
    desk.handoff.take(conversation, lixiao)
    await until(lambda: {"state": "human", "agent": "李晓"} in page.all("conversation_state"))
    desk.handoff.answer(conversation, lixiao, "我来看看", "c-1")
    await until(lambda: "我来看看" in [d.get("text") for d in page.all("bot_uttered")])
    said = page.all("bot_uttered")[-1]
    assert (said["metadata"]["author"], said["metadata"]["name"]) == ("agent", "李晓")
    assert (await page.history())["state"] == {"state": "human", "agent": "李晓"}
    desk.handoff.close(conversation, lixiao, "好了", "resolved")
    await until(lambda: page.all("conversation_state")[-1] == {"state": "bot"})


async def test_each_side_sees_that_the_other_types_and_reads(
    tab: OpenTab, gateway: Gateway
) -> None:
    page = await tab()
    await page.says("转人工")
    await page.hears()
    assert page.session_id and gateway.desk
    desk, visitor = gateway.desk, page.session_id.split(".")[0]
    signs = desk.workplace.signs
    conversation = gateway.conversation(visitor, "webchat")
    newest = desk.conversations.history("webchat", visitor)[1][-1].id
    # Nobody is there yet who could see it.
    await page.io.emit("customer_typing", {"on": True})
    await page.io.emit("read_to", {"id": newest})
    for _ in range(3):  # what was emitted is through before somebody comes
        await page.history()
    desk.handoff.request(conversation, "asked", key="h")
    desk.handoff.take(conversation, gateway.agent())
    await until(lambda: {"state": "human", "agent": "李晓"} in page.all("conversation_state"))
    assert signs.of(conversation, Author.CUSTOMER) is None
    for nonsense in (None, {"id": "1"}, {"id": True}, {"id": -1}, {"id": 2**60}):
        await page.io.emit("read_to", nonsense)
    await page.io.emit("customer_typing", {"on": True})
    await page.io.emit("read_to", {"id": newest})
    seen = SignNow(conversation, Author.CUSTOMER, typing=True, read_to=newest)
    await until(lambda: signs.of(conversation, Author.CUSTOMER) == seen)
    before = len(page.all("typing"))
    signs.typing(conversation, Author.AGENT, on=True, by=gateway.agent().id)
    await until(lambda: page.all("typing")[before:] == [{"on": True, "author": "agent"}])
    signs.typing(conversation, Author.AGENT, on=False, by=gateway.agent().id)
    await until(lambda: page.all("typing")[-1] == {"on": False, "author": "agent"})


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        ("https://evil.example", False),
        ("null", False),
        ("https://www.example.com", True),
    ],
)
async def test_only_our_pages_may_open_the_socket(
    make_gateway: MakeGateway, origin: str, allowed: bool
) -> None:
    gateway = await make_gateway(allowed_origins=["https://www.example.com"])
    url = f"{gateway.url}/socket.io/?EIO=4&transport="
    headers = {"Origin": origin}
    async with gateway.session.get(f"{url}polling", headers=headers) as response:
        assert (response.status == 200) == allowed
    try:
        async with gateway.session.ws_connect(f"{url}websocket", headers=headers) as socket:
            opened = (await socket.receive()).type is aiohttp.WSMsgType.TEXT
    except aiohttp.WSServerHandshakeError:
        opened = False
    assert opened == allowed


async def test_without_a_list_only_our_own_page_may(gateway: Gateway) -> None:
    url = f"{gateway.url}/socket.io/?EIO=4&transport=polling"
    for origin, ok in ((gateway.url, True), ("https://evil.example", False)):
        async with gateway.session.get(url, headers={"Origin": origin}) as response:
            assert (response.status == 200) == ok


async def test_what_is_said_in_a_burst_is_stored_in_order(tab: OpenTab, gateway: Gateway) -> None:
    page = await tab()
    for number in range(30):
        await page.io.emit("user_uttered", {"message": f"第{number}句"})
    assert page.session_id
    visitor = page.session_id.split(".")[0]

    def burst() -> list[str]:
        return [text for text in gateway.said(visitor, "webchat") if text.startswith("第")]

    await until(lambda: len(burst()) == 30)
    assert burst() == [f"第{number}句" for number in range(30)]


async def test_an_sms_gateway_that_hangs_keeps_no_reply_back(
    make_gateway: MakeGateway, rasa: FakeRasa
) -> None:
    connections: list[asyncio.StreamWriter] = []

    async def hang(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.append(writer)

    server = await asyncio.start_server(hang, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    gateway = await make_gateway(sms_url=f"http://127.0.0.1:{port}/sms")
    page = await Tab(gateway).opens()
    await page.says("你好")
    await page.hears(1)
    assert gateway.desk and page.session_id
    conversation = gateway.conversation(page.session_id.split(".")[0], "webchat")
    gateway.desk.identity.send_code(conversation, "13800000001", key="s")
    await until(lambda: connections)
    await page.says("在吗")
    await page.hears(2)
    assert connections
    for writer in connections:
        writer.close()
    server.close()
    await page.io.disconnect()


async def test_news_reach_who_has_left_by_sms_too(gateway: Gateway) -> None:
    here, gone = await Tab(gateway).opens(), await Tab(gateway).opens()
    desk = gateway.desk
    assert desk is not None
    numbers = {}
    for page, phone in ((here, "13911112222"), (gone, "13911113333")):
        await page.says("我要投诉")
        await page.hears(1)
        talk = gateway.conversation(str(page.session_id).split(".")[0], "webchat")
        filed = desk.complaints.file(talk, "网络", "网速慢", "修好", phone, key=phone)
        numbers[phone] = filed.number
    await gone.io.disconnect()
    for number in numbers.values():
        with desk.store.writing() as work:
            order = find_by_number(work.session, number)
            assert order is not None
            assert desk.notices.tell(work, order, "rejected")
    await here.hears(2)

    def texted() -> list[str]:
        return [sms.to for sms in desk.journal.sms() if "重新处理" in sms.text]

    await until(lambda: texted() == ["13911113333"])
    back = await Tab(gateway).opens(gone.session_id)
    rows = (await back.io.call("history", {"after": 0}))["messages"]
    assert numbers["13911113333"] in rows[-1]["text"]
    await here.io.disconnect()
    await back.io.disconnect()


async def test_words_and_picture_are_one_event_for_our_page_and_two_for_others(
    gateway: Gateway, rasa: FakeRasa
) -> None:
    rasa.behave = says({"text": "请看图", "image": "/static/a.svg"})
    ours, other = await Tab(gateway).opens(), Tab(gateway)
    await other.io.connect(gateway.url, transports=["websocket"])
    await other.io.emit("session_request", {"session_id": ours.session_id})
    await until(lambda: other.all("session_confirm"))
    await other.says("怎么看")
    await until(lambda: len(other.all("bot_uttered")) == 2 and ours.all("bot_uttered"))
    (whole,) = ours.all("bot_uttered")
    assert (whole["text"], whole["attachment"]["type"]) == ("请看图", "image")
    words, picture = other.all("bot_uttered")
    assert (words["text"], "attachment" in words) == ("请看图", False)
    assert ("text" in picture, picture["attachment"]) == (False, whole["attachment"])
    await ours.io.disconnect()
    await other.io.disconnect()
