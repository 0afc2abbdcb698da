"""One installation for all journeys, a real browser, staff who sign in."""

import os
import shutil
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from desk.settings import ROOT
from tests.conftest import unavailable
from tests.journeys.installation import Installation, free_ports
from tests.sentence_vectors import shared_embedding

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_PATIENCE_MS = 20_000


def fresh_installation(folder: Path, **settings: str) -> Installation:
    """Not started yet; a model that was trained before is taken along, the trainer checks it."""
    trained = ROOT / "var" / "models"
    if trained.exists():
        shutil.copytree(trained, folder / "models")
    # The vectors of the articles too: making them takes longer than all the rest of a start.
    shared_embedding().keep_in(folder / "knowledge")
    return Installation(folder, **settings)


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    (site,) = free_ports(1)
    running = fresh_installation(
        tmp_path_factory.mktemp("installation"),
        XIAOTONG_ALLOWED_ORIGINS=f'["http://localhost:{site}"]',
    )
    running.foreign_port = site
    running.start()
    keep = ROOT / "var" / "models"
    if not keep.exists():
        shutil.copytree(running.folder / "models", keep)
    yield running
    running.stop()


@pytest.fixture
def foreign_site(installation: Installation) -> Iterator[str]:
    """An operator's own page, on another origin, that embeds the chat."""
    page = f"""<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>营业厅</title>
        <h1>网上营业厅</h1>
        <script src="{installation.gateway}/widget.js" data-title="在线客服"></script></html>"""

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(page.encode())

        def log_message(self, *_: object) -> None:
            """Quiet."""

    with ThreadingHTTPServer(("127.0.0.1", installation.foreign_port), Site) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://localhost:{installation.foreign_port}/"
        server.shutdown()
        thread.join()


def chromium() -> str:
    found = os.environ.get("XIAOTONG_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), "")
    if not found:
        unavailable(f"no browser: none of {', '.join(NAMES)} on PATH, XIAOTONG_CHROMIUM not set")
    return found


# Per module: its event loop must be gone before other tests run theirs.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        yield running
        running.close()


@pytest.fixture
def visitor(browser: Browser) -> Iterator[BrowserContext]:
    """A customer's browser with nothing remembered."""
    context = browser.new_context(viewport={"width": 1100, "height": 800}, locale="zh-CN")
    context.set_default_timeout(_PATIENCE_MS)
    expect.set_options(timeout=_PATIENCE_MS)
    yield context
    context.close()


@pytest.fixture
def staff(browser: Browser, installation: Installation) -> Iterator[Page]:
    """The agent 李晓, signed in to the console."""
    context = browser.new_context(viewport={"width": 1400, "height": 900}, locale="zh-CN")
    context.set_default_timeout(_PATIENCE_MS)
    page = context.new_page()
    page.goto(installation.console)
    page.get_by_test_id("login-username").fill("lixiao")
    page.get_by_test_id("login-password").fill(installation.passwords["lixiao"])
    page.get_by_test_id("login-submit").click()
    expect(page.get_by_test_id("box-queued")).to_be_visible()
    yield page
    context.close()
