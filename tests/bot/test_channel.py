"""The gateway's channel over HTTP: authentication, shapes, idempotency, failures as failures."""

import json
import socket
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from tests.bot.running import RASA_TOKEN, call

AUTH = {"Authorization": f"Bearer {RASA_TOKEN}"}


def test_health_names_the_model(bot):
    status, body = call(f"{bot.url}/")
    assert status == 200 and body["status"] == "ok" and body["model_id"]


def test_parse_touches_no_conversation(bot):
    before = bot.memory._engine.execute("select count(*) from conversation_memory").scalar()
    status, body = call(f"{bot.url}/parse", {"text": "宽带上不了网"})
    assert status == 200
    assert body["intent"]["name"] == "report_broadband_fault" and body["intent_ranking"]
    after = bot.memory._engine.execute("select count(*) from conversation_memory").scalar()
    assert before == after


def test_turn_needs_the_token(bot):
    body = {"conversation_id": "c-1", "message_id": "1", "text": "你好"}
    assert call(f"{bot.url}/turn", body)[0] == 401
    assert call(f"{bot.url}/turn", body, {"Authorization": "Bearer wrong"})[0] == 401


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"text": None}, "text"),
        ({"text": 5}, "text"),
        ({"text": ""}, "text"),
        ({"text": ["你好"]}, "text"),
        ({"text": "好" * 4001}, "text"),
        ({"text": "\ud83d"}, "text"),
        ({"message_id": 7}, "message_id"),
        ({"message_id": "x" * 201}, "message_id"),
        ({"conversation_id": {}}, "conversation_id"),
        ({"metadata": "web"}, "metadata"),
    ],
)
def test_wrong_types_are_named(bot, change, field):
    body = {"conversation_id": "c-1", "message_id": "1", "text": "你好", **change}
    status, answer = call(f"{bot.url}/turn", body, AUTH)
    assert status == 400
    assert answer["error"]["code"] == "bad_request" and field in answer["error"]["message"]


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b'"x"', b"[" * 5000, b"\xff\xfe"])
def test_bodies_that_are_no_object(bot, raw):
    status, answer = call(f"{bot.url}/turn", headers=AUTH, raw=raw)
    assert status == 400 and answer["error"]["code"] == "bad_request"


def test_large_body_is_refused(bot):
    raw = json.dumps({"text": "好" * 40000}).encode()
    assert call(f"{bot.url}/turn", headers=AUTH, raw=raw)[0] == 413


def test_same_message_again_is_the_same_turn(bot):
    customer = bot.customer()
    first = customer.says("你好")
    status, again = bot.turn(customer.conversation, "1", "你好")
    assert status == 200 and again["repeated"] is True and first["repeated"] is False
    assert again["replies"] == first["replies"] and again["intent"] == first["intent"]


SLASHED = [
    prefix + body
    for prefix in (
        "/",
        "／",
        " /",
        "\u200b/",
        "\ufeff／",
        "\u2060 /",
        "//",
        "/／/",
        "\u00a0/",
        "\t/",
    )
    for body in (
        "restart",
        "greet",
        'inform{"phone":"13800138000"}',
        "request_human",
        "affirm@1.0",
        "",
    )
]


@pytest.mark.parametrize("text", SLASHED)
def test_slash_payloads_never_are_an_intent(bot, text):
    assert len(SLASHED) == 60
    status, body = call(f"{bot.url}/parse", {"text": text})
    assert status == 200
    assert body["intent"]["confidence"] < 1.0 and not body["text"].startswith(("/", "／"))
    assert all(e["start"] is not None for e in body["entities"])


class Broken(BaseHTTPRequestHandler):
    """An action server that fails in the way its path says."""

    answers = {
        "/500": (500, b'{"error":"x"}'),
        "/404": (404, b"{}"),
        "/400": (400, b'{"error":{"code":"bad_request"}}'),
        "/html": (200, b"<html>"),
        "/list": (200, b"[]"),
        "/empty": (200, b""),
        "/nothing": (200, b'{"events":[],"responses":[]}'),
        "/event": (200, b'{"events":[{"event":"nonsense"}],"responses":[{"text":"hi"}]}'),
    }

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/hang":
            threading.Event().wait(3)
            return
        status, body = self.answers[self.path]
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Stay quiet."""


@pytest.fixture(scope="module")
def broken_url():
    server = HTTPServer(("127.0.0.1", 0), Broken)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.mark.parametrize("way", [*Broken.answers, "/hang", "refused"])
def test_every_action_failure_fails_the_turn_and_leaves_no_trace(bot, broken_url, way):
    customer = bot.customer()
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        dead = f"http://127.0.0.1:{closed.getsockname()[1]}/"
    bot.use_actions(dead if way == "refused" else broken_url + way, timeout=1.0)
    try:
        status, body = bot.turn(customer.conversation, "1", "你好")
    finally:
        bot.use_desk()
    assert status == 500 and body["error"]["code"] == "turn_failed"
    assert "你好" not in json.dumps(body, ensure_ascii=False)
    status, body = bot.turn(customer.conversation, "1", "你好")
    assert status == 200 and body["repeated"] is False and body["replies"]


def test_failure_in_the_second_action_fails_the_whole_turn(bot, broken_url):
    customer = bot.customer()
    customer.says("宽带断了")
    bot.use_actions(broken_url + "/500")
    try:
        status, _ = bot.turn(customer.conversation, "2", "跳过")
    finally:
        bot.use_desk()
    assert status == 500
    assert "指示灯" in customer.hears("跳过")


def test_unsaved_memory_fails_the_turn(bot, monkeypatch):
    customer = bot.customer()

    def full(*_):
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(bot.memory, "_write", full)
        status, body = bot.turn(customer.conversation, "1", "你好")
    assert status == 500 and body["error"]["code"] == "turn_failed"
    assert customer.says("你好")["repeated"] is False


def test_only_the_channel_is_served(bot):
    base = bot.url.rsplit("/webhooks", 1)[0]
    for path in (
        "/",
        "/status",
        "/model/parse",
        "/webhooks/rest/webhook",
        "/conversations/x/tracker",
    ):
        request = urllib.request.Request(base + path)
        with pytest.raises(urllib.error.HTTPError) as error:
            urllib.request.urlopen(request, timeout=5)
        assert error.value.code == 404
