"""POST /webhooks/rest/webhook: Rasa's format, one turn per message, bad input told by field."""

import asyncio
import json
import zlib
from typing import Any

import pytest

from tests.gateway.conftest import Gateway, MakeGateway
from tests.gateway.fake_rasa import FakeRasa, says

WEBHOOK = "/webhooks/rest/webhook"


async def test_the_answer_has_rasas_format(gateway: Gateway, rasa: FakeRasa) -> None:
    buttons = [{"title": "查套餐", "payload": "查套餐"}]
    rasa.behave = says(
        {"text": "您好", "buttons": buttons}, {"text": "看图", "image": "/static/a.svg"}
    )
    assert await gateway.send("你好") == [
        {"recipient_id": "wang", "text": "您好", "buttons": buttons},
        {"recipient_id": "wang", "text": "看图"},
        {"recipient_id": "wang", "image": f"{gateway.url}/static/a.svg"},
    ]
    (asked,) = rasa.asked
    assert asked["text"] == "你好"
    assert asked["metadata"] == {"channel": "rest"}
    assert asked["conversation_id"] == gateway.conversation()
    assert rasa.tokens == ["Bearer test-rasa_token"]


async def test_streamed_one_object_per_line(gateway: Gateway, rasa: FakeRasa) -> None:
    rasa.behave = says("一", "二")
    url = f"{gateway.url}{WEBHOOK}?stream=true"
    async with gateway.session.post(url, json={"sender": "w", "message": "好"}) as response:
        assert response.content_type == "text/event-stream"
        lines = (await response.text()).splitlines()
    assert [json.loads(line)["text"] for line in lines] == ["一", "二"]


async def test_a_deliberately_silent_turn_is_an_empty_list(
    gateway: Gateway, rasa: FakeRasa
) -> None:
    rasa.behave = says(silent=True)
    assert await gateway.send("嗯") == []


async def test_the_same_message_id_is_one_turn_with_the_same_answer(
    gateway: Gateway, rasa: FakeRasa
) -> None:
    first = await gateway.send("你好", message_id="m-1")
    again = await gateway.send("你好", message_id="m-1")
    assert first == again != []
    assert len(rasa.asked) == 1


async def test_without_a_message_id_every_request_is_a_message(
    gateway: Gateway, rasa: FakeRasa
) -> None:
    await gateway.send("你好")
    await gateway.send("你好")
    assert len(rasa.asked) == 2


async def test_three_deliveries_at_once_of_thirty_messages_are_thirty_turns(
    gateway: Gateway, rasa: FakeRasa
) -> None:
    """Whoever delivers a message, and however often, gets its answer; Rasa is asked once."""
    answers = await asyncio.gather(
        *(
            gateway.send(f"第 {number} 句", f"sender-{number % 10}", message_id=f"m-{number}")
            for number in range(30)
            for _ in range(3)
        )
    )
    assert len(rasa.asked) == len(rasa.turns) == 30
    assert rasa.overlaps == []
    for position, replies in enumerate(answers):
        texts = [reply["text"] for reply in replies]
        assert f"您说：第 {position // 3} 句" in texts


async def test_a_burst_of_one_sender_is_answered_in_order_each_in_its_own_request(
    gateway: Gateway, rasa: FakeRasa
) -> None:
    sending = []
    for number in range(8):
        sending.append(asyncio.create_task(gateway.send(f"{number}")))
        while len(gateway.said()) == 0 or f"{number}" not in gateway.said():
            await asyncio.sleep(0.005)
    answers = await asyncio.gather(*sending)
    assert [asked["text"] for asked in rasa.asked] == [str(n) for n in range(8)]
    assert [[r["text"] for r in replies] for replies in answers] == [
        [f"您说：{n}"] for n in range(8)
    ]


async def test_two_senders_never_see_each_others_answers(gateway: Gateway) -> None:
    wang, li = await asyncio.gather(gateway.send("一", "wang"), gateway.send("二", "li"))
    assert [r["recipient_id"] for r in wang + li] == ["wang", "li"]
    assert [r["text"] for r in wang + li] == ["您说：一", "您说：二"]


# -- what is refused -------------------------------------------------------------------------------


GOOD: dict[str, Any] = {"sender": "w", "message": "好"}


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({**GOOD, "type": "image"}, 400, "type"),
        ({"message": "好"}, 400, "sender"),
        ({"sender": "w"}, 400, "message"),
        ({**GOOD, "sender": ""}, 400, "sender"),
        ({**GOOD, "sender": "  "}, 400, "sender"),
        ({**GOOD, "sender": None}, 400, "sender"),
        ({**GOOD, "sender": True}, 400, "sender"),
        ({**GOOD, "sender": 1.5}, 400, "sender"),
        ({**GOOD, "sender": ["w"]}, 400, "sender"),
        ({**GOOD, "sender": "w" * 101}, 400, "sender"),
        ({**GOOD, "sender": "w\x00"}, 400, "sender"),
        ({**GOOD, "sender": "\ud800"}, 400, "sender"),
        ({**GOOD, "message": None}, 400, "message"),
        ({**GOOD, "message": 5}, 400, "message"),
        ({**GOOD, "message": ["好"]}, 400, "message"),
        ({**GOOD, "message": {"text": "好"}}, 400, "message"),
        ({**GOOD, "message": ""}, 400, "message"),
        ({**GOOD, "message": " \n\t "}, 400, "message"),
        ({**GOOD, "message": "\x00\x01"}, 400, "message"),
        ({**GOOD, "message": "\u200b\ufeff"}, 400, "message"),
        ({**GOOD, "message": "长" * 1001}, 413, "message"),
        ({**GOOD, "message_id": ""}, 400, "message_id"),
        ({**GOOD, "message_id": {"a": 1}}, 400, "message_id"),
        ({**GOOD, "message_id": "\ud800"}, 400, "message_id"),
        ({**GOOD, "metadata": "x"}, 400, "metadata"),
        ([], 400, "body"),
        ("你好", 400, "body"),
        (None, 400, "body"),
        (7, 400, "body"),
    ],
)
async def test_a_wrong_field_is_named(
    gateway: Gateway, rasa: FakeRasa, body: Any, status: int, field: str
) -> None:
    response = await gateway.post(body)
    assert response.status == status
    assert (await response.json())["error"]["message"].startswith(f"{field}: ")
    assert rasa.asked == []


@pytest.mark.parametrize(
    ("data", "headers", "status"),
    [
        (b"", {}, 400),
        (b"{", {}, 400),
        (b'{"sender": "w", "message": "\xff\xfe"}', {}, 400),
        (b"[" * 5000, {}, 400),
        (b'{"a":' * 5000, {}, 400),
        (b'{"sender": ' + b"9" * 5000 + b', "message": "a"}', {}, 400),
        (b'{"sender": "w", "message": NaN}', {}, 400),
        (json.dumps({**GOOD, "message": "a" * 1_000_000}).encode(), {}, 413),
        (b"x" * 1_000_000, {}, 413),
        (zlib.compress(b'"' + b"a" * 50_000_000), {"Content-Encoding": "deflate"}, 413),
        (b"not deflate at all", {"Content-Encoding": "deflate"}, 400),
        (json.dumps(GOOD).encode(), {"Content-Type": "application/json; charset=martian"}, 400),
    ],
    ids=lambda value: f"{value[:20]!r}" if isinstance(value, bytes) else "",
)
async def test_a_body_that_is_no_message_costs_nothing(
    gateway: Gateway, rasa: FakeRasa, data: bytes, headers: dict[str, str], status: int
) -> None:
    url = f"{gateway.url}{WEBHOOK}"
    async with gateway.session.post(url, data=data, headers=headers) as response:
        assert response.status == status
        error = (await response.json())["error"]
    assert error["message"].startswith("body: ") or "message: " in error["message"]
    assert rasa.asked == []


async def test_inflate_bombs_do_not_fill_the_memory(gateway: Gateway) -> None:
    bomb = zlib.compress(b'"' + b"a" * 100_000_000)
    before = resident_megabytes()
    for _ in range(4):
        url = f"{gateway.url}{WEBHOOK}"
        headers = {"Content-Encoding": "deflate"}
        async with gateway.session.post(url, data=bomb, headers=headers) as response:
            assert response.status == 413
    assert resident_megabytes() - before < 50


def resident_megabytes() -> float:
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096 / 1e6


async def test_strange_but_harmless_text_is_cleaned_and_answered(
    gateway: Gateway, rasa: FakeRasa
) -> None:
    await gateway.send("宽\x00带\ud800坏了\x1b[31m")
    assert rasa.asked[0]["text"] == "宽带?坏了[31m"


@pytest.mark.parametrize("sender", [12345, "12345"])
async def test_a_number_is_a_fine_sender(gateway: Gateway, sender: object) -> None:
    response = await gateway.post({"sender": sender, "message": "好"})
    assert (await response.json())[0]["recipient_id"] == "12345"


SLASHES = ("/", "／", "⁄", "∕", "⧸")
HIDDEN = ("", " ", "\n", "\u200b", "\ufeff", "\u2066", "\u00ad", "　", "\u061c", "\u202e", "\x00")
COMMANDS = [
    *[f"{hidden}{slash}restart" for slash in SLASHES for hidden in HIDDEN],
    "//restart",
    "/ /restart",
    "\u200b/\u200b/restart",
    "／/restart",
    '/inform{"phone": "13800000001"}',
    '/EXTERNAL: x{"a": 1}',
    "/session_start",
]


async def test_no_slash_reaches_rasa_as_a_command(gateway: Gateway, rasa: FakeRasa) -> None:
    assert len(COMMANDS) >= 60
    await asyncio.gather(
        *(gateway.send(text, f"s-{number}") for number, text in enumerate(COMMANDS))
    )
    assert len(rasa.asked) == len(COMMANDS)
    for asked in rasa.asked:
        first = asked["text"].lstrip()[0]
        assert first.isprintable(), ascii(asked["text"])
        assert first not in SLASHES, ascii(asked["text"])


async def test_a_slash_inside_a_sentence_stays(gateway: Gateway, rasa: FakeRasa) -> None:
    await gateway.send("下载只有 1/2 的速度")
    assert rasa.asked[0]["text"] == "下载只有 1/2 的速度"


# -- who may, and how much -------------------------------------------------------------------------


async def test_who_sends_too_fast_is_told_when_to_come_back(make_gateway: MakeGateway) -> None:
    gateway = await make_gateway(messages_per_minute=3)
    for _ in range(3):
        await gateway.send("好")
    response = await gateway.post(GOOD | {"sender": "wang"})
    assert response.status == 429
    assert 1 <= int(response.headers["Retry-After"]) <= 20
    assert await gateway.send("好", "li")


async def test_a_flood_is_stopped_after_twenty(make_gateway: MakeGateway) -> None:
    gateway = await make_gateway(messages_per_minute=60, messages_at_once=20)
    answers = await asyncio.gather(
        *(gateway.post(GOOD | {"sender": "wang", "message": f"好{n}"}) for n in range(60))
    )
    passed = [response.status for response in answers].count(200)
    # One more is earned every second, however long sixty take.
    assert 20 <= passed < 60
    assert {response.status for response in answers} == {200, 429}
    assert await gateway.send("好", "li")


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ({"Authorization": "Bearer geheim"}, 200),
        ({}, 401),
        ({"Authorization": "Bearer wrong"}, 401),
        ({"Authorization": "Bearer 中文"}, 401),
        ({"Authorization": "Basic geheim"}, 401),
    ],
)
async def test_the_bearer_token_is_asked_for_when_set(
    make_gateway: MakeGateway, rasa: FakeRasa, header: dict[str, str], status: int
) -> None:
    gateway = await make_gateway(rest_token="geheim")
    response = await gateway.post(GOOD, headers=header)
    assert response.status == status
    url = f"{gateway.url}/webhooks/rest/messages?sender=w"
    async with gateway.session.get(url, headers=header) as fetched:
        assert fetched.status == status
    assert len(rasa.asked) == (status == 200)


async def test_a_header_that_is_no_text_is_no_server_error(make_gateway: MakeGateway) -> None:
    gateway = await make_gateway(rest_token="geheim")
    reader, writer = await asyncio.open_connection("127.0.0.1", gateway.port)
    writer.write(b"GET /webhooks/rest/messages?sender=w HTTP/1.1\r\nHost: x\r\n")
    writer.write(b"Authorization: Bearer \xff\xfe\r\nConnection: close\r\n\r\n")
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    assert answer.split()[1] in (b"400", b"401")


# -- fetching what a person says later -------------------------------------------------------------


async def fetch(gateway: Gateway, **query: str) -> tuple[int, dict[str, Any]]:
    url = f"{gateway.url}/webhooks/rest/messages"
    async with gateway.session.get(url, params=query) as response:
        return response.status, await response.json()


async def test_reading_on_after_an_id(gateway: Gateway) -> None:
    await gateway.send("一")
    _, first = await fetch(gateway, sender="wang")
    assert [m["text"] for m in first["messages"]] == ["您说：一"]
    await gateway.send("二")
    _, rest = await fetch(gateway, sender="wang", after=str(first["last_id"]))
    assert [m["text"] for m in rest["messages"]] == ["您说：二"]
    _, nothing = await fetch(gateway, sender="wang", after=str(rest["last_id"]))
    assert nothing == {"messages": [], "last_id": rest["last_id"]}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({}, "sender"),
        ({"sender": ""}, "sender"),
        ({"sender": "\x00"}, "sender"),
        ({"sender": "w", "after": "-1"}, "after"),
        ({"sender": "w", "after": "nan"}, "after"),
        ({"sender": "w", "after": "inf"}, "after"),
        ({"sender": "w", "after": "1e99"}, "after"),
        ({"sender": "w", "after": "two"}, "after"),
        ({"sender": "w", "wait": "-0.1"}, "wait"),
        ({"sender": "w", "wait": "NaN"}, "wait"),
    ],
)
async def test_a_wrong_number_is_named(gateway: Gateway, query: dict[str, str], field: str) -> None:
    status, body = await fetch(gateway, **query)
    assert status == 400
    assert body["error"]["message"].startswith(f"{field}: ")


# -- the edges of the application ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/webhooks/rest/", 200),
        ("GET", "/health", 200),
        ("GET", "/nothing", 404),
        ("GET", WEBHOOK, 405),
        ("PUT", WEBHOOK, 405),
        ("GET", "/static/../app.py", 404),
        ("GET", "/static/%2e%2e/app.py", 404),
    ],
)
async def test_every_answer_has_its_headers_and_errors_are_json(
    gateway: Gateway, method: str, path: str, status: int
) -> None:
    async with gateway.session.request(method, f"{gateway.url}{path}") as response:
        assert response.status == status
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert "default-src 'self'" in response.headers["Content-Security-Policy"]
        assert "frame-ancestors 'self'" in response.headers["Content-Security-Policy"]
        if status >= 400:
            assert set((await response.json())["error"]) == {"code", "message"}


async def test_production_asks_for_a_token(make_gateway: MakeGateway) -> None:
    closed = await make_gateway(mode="production", sms_url="http://127.0.0.1:9/sms")
    assert (await closed.post({"sender": "wang", "message": "你好"})).status == 401
    history = f"{closed.url}/webhooks/rest/messages?sender=wang"
    async with closed.session.get(history) as response:
        assert response.status == 401


async def test_a_page_of_another_site_cannot_speak_for_a_customer(gateway: Gateway) -> None:
    body = {"sender": "wang", "message": "你好"}
    foreign = await gateway.post(body, headers={"Origin": "http://evil.example"})
    assert foreign.status == 403
    assert (await gateway.post(body, headers={"Origin": gateway.url})).status == 200
