"""Line tests over HTTP against a local server: read, unknown, broken, too slow."""

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from desk.app import Desk
from desk.ports.http_line_test import HttpLineTest
from desk.settings import Settings
from tests.conftest import Moment, seeded_chance, test_secrets
from tests.desk.test_diagnosis import talk, told

NOW = datetime(2026, 11, 21, tzinfo=UTC)
LOS = {"measured": {"powered": True, "power_dbm": None, "online": False, "other": 1}}


class NetworkSystem(ThreadingHTTPServer):
    """The operator's line-test system: answers with `status` and `body`, or not at all."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.status, self.body = 200, json.dumps(LOS)
        self.asked: list[tuple[str | None, dict[str, Any]]] = []
        self.hangs = threading.Event()
        self.hangs.set()


class _Handler(BaseHTTPRequestHandler):
    server: NetworkSystem

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append((self.headers["Authorization"], json.loads(body)))
        self.server.hangs.wait(10)
        self.send_response(self.server.status)
        self.end_headers()
        self.wfile.write(self.server.body.encode())

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def system() -> Iterator[NetworkSystem]:
    with NetworkSystem() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.hangs.set()
        server.shutdown()
        thread.join()


def adapter(system: NetworkSystem, timeout: float = 5) -> HttpLineTest:
    return HttpLineTest(f"http://127.0.0.1:{system.server_port}/test", "key", timeout)


def test_one_test_is_one_post_with_the_token(system: NetworkSystem) -> None:
    assert adapter(system).measure("broadband", "PON-1", NOW) == LOS["measured"]
    assert system.asked == [("Bearer key", {"service": "broadband", "line": "PON-1"})]


@pytest.mark.parametrize(
    ("status", "body"),
    [(404, ""), (500, ""), (200, "no json"), (200, "[]"), (200, '{"measured": 3}'), (200, "{}")],
)
def test_what_cannot_be_tested_is_asked_instead(
    system: NetworkSystem, status: int, body: str
) -> None:
    system.status, system.body = status, body
    assert adapter(system).measure("broadband", "PON-1", NOW) is None


def test_a_test_that_hangs_is_given_up(system: NetworkSystem) -> None:
    system.hangs.clear()
    assert adapter(system, timeout=0.1).measure("broadband", "PON-1", NOW) is None


def test_nobody_listens() -> None:
    assert HttpLineTest("http://127.0.0.1:9/test", "key").measure("iptv", "PON-1", NOW) is None


def test_the_desk_tests_lines_where_the_setting_says(
    system: NetworkSystem, sqlite_template: Path, tmp_path: Path, moment: Moment
) -> None:
    secrets = test_secrets().model_copy(update={"line_test_token": SecretStr("key")})
    settings = Settings(
        data_dir=tmp_path,
        database_url=f"sqlite:///{sqlite_template}",
        line_test_url=f"http://127.0.0.1:{system.server_port}/test",
    )
    file = tmp_path / "desk.db"
    file.write_bytes(sqlite_template.read_bytes())
    settings = settings.model_copy(update={"database_url": f"sqlite:///{file}"})
    desk = Desk.open(settings, clock=moment.clock(), chance=seeded_chance(), secrets=secrets)
    assert "收不到光信号" in told(talk(desk, "王芳").starts())
    assert system.asked[0][1] == {"service": "broadband", "line": "PON-0101"}
    desk.close()
