"""SMS: to a real HTTP gateway in production, never into the open tray."""

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from desk.app import Desk
from desk.model.errors import BadData
from desk.ports.http_sms import HttpSms
from desk.settings import Settings
from tests.conftest import test_secrets

NOW = datetime(2026, 11, 21, tzinfo=UTC)


class SmsGateway(HTTPServer):
    """Keeps what it was sent; answers with `status`."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.status = 200
        self.received: list[tuple[str | None, dict[str, str]]] = []


class _Handler(BaseHTTPRequestHandler):
    server: SmsGateway

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.append((self.headers["Authorization"], json.loads(body)))
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def gateway() -> Iterator[SmsGateway]:
    with SmsGateway() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_a_message_is_posted_with_the_token(gateway: SmsGateway) -> None:
    url = f"http://127.0.0.1:{gateway.server_port}/send"
    HttpSms(url, "secret").send_sms("13800000001", "您的验证码是 123456", NOW)
    expected = {"phone": "13800000001", "text": "您的验证码是 123456"}
    assert gateway.received == [("Bearer secret", expected)]


def test_a_refusal_is_an_error_that_the_outbox_sees(gateway: SmsGateway) -> None:
    gateway.status = 503
    url = f"http://127.0.0.1:{gateway.server_port}/send"
    with pytest.raises(OSError, match="503"):
        HttpSms(url, "secret").send_sms("13800000001", "…", NOW)


def test_production_does_not_start_with_the_tray(tmp_path: Path) -> None:
    settings = Settings(mode="production", database_url=f"sqlite:///{tmp_path / 'x.db'}")
    with pytest.raises(BadData, match="sms_url"):
        Desk.open(settings, secrets=test_secrets())
