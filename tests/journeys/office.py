"""A console of its own for one module: the real process and pages, no dialogue model behind it."""

import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from desk.app import Desk
from desk.clock import Clock
from desk.seed import seed
from desk.settings import ROOT, Settings, load_secrets
from desk.store.schema import migrate
from tests.journeys.installation import free_ports
from tests.sentence_vectors import shared_embedding

_PATIENCE_MS = 20_000


@dataclass
class Office:
    address: str
    desk: Desk
    passwords: dict[str, str]

    def page_of(self, browser: Browser, username: str) -> Page:
        """Signed in, in a browser of their own."""
        context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="zh-CN")
        context.set_default_timeout(_PATIENCE_MS)
        expect.set_options(timeout=_PATIENCE_MS)
        page = context.new_page()
        page.goto(self.address)
        page.get_by_test_id("login-username").fill(username)
        page.get_by_test_id("login-password").fill(self.passwords[username])
        page.get_by_test_id("login-submit").click()
        expect(page.get_by_role("navigation", name="主导航")).to_be_visible()
        return page


@contextmanager
def open_office(folder: Path, environment: dict[str, str]) -> Iterator[Office]:
    (port,) = free_ports(1)
    settings = Settings(data_dir=folder, secrets_file=folder / "secrets.toml", console_port=port)
    desk = Desk.open(
        settings, clock=Clock(), secrets=load_secrets(settings), embedding=shared_embedding()
    )
    migrate(desk.store.engine)
    passwords = seed(desk)
    names = {
        "XIAOTONG_DATA_DIR": str(folder),
        "XIAOTONG_SECRETS_FILE": str(folder / "secrets.toml"),
        "XIAOTONG_CONSOLE_PORT": str(port),
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "console"], cwd=ROOT, env={**environment, **names}
    )
    address = f"http://127.0.0.1:{port}/"
    try:
        _answers(f"{address}health", process)
        yield Office(address, desk, passwords)
    finally:
        # Pages that are still open would hold it up.
        process.kill()
        process.wait(timeout=20)
        desk.close()


def _answers(address: str, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(200):
        assert process.poll() is None, "the console ended"
        try:
            urllib.request.urlopen(address, timeout=2).close()
            return
        except urllib.error.URLError:
            time.sleep(0.1)
    raise AssertionError(f"{address} does not answer")
