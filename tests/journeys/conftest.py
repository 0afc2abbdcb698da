"""One installation for all journeys, a real browser, staff who sign in."""

import os
import shutil
import subprocess
import sys
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
_TEST_SECONDS = 120
_TRAIN_SECONDS = 900
HERE = Path(__file__).resolve().parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test has its own time; installing and training have limits of theirs."""
    for item in items:
        if HERE in item.path.parents and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(_TEST_SECONDS, func_only=True))


@pytest.fixture(scope="session")
def trained() -> Path:
    """A folder with the model of the present data, kept between runs.

    Trained before anything is timed: each installation would else train the same again.
    """
    folder = ROOT / "var" / "test-cache" / "installation"
    _take_newer(ROOT / "var" / "models", folder / "models")
    own = {
        "XIAOTONG_DATA_DIR": str(folder),
        "XIAOTONG_SECRETS_FILE": str(folder / "secrets.toml"),
    }
    done = subprocess.run(
        [sys.executable, "-m", "xiaotong", "train"],
        cwd=ROOT,
        env={**os.environ, **own},
        capture_output=True,
        text=True,
        timeout=_TRAIN_SECONDS,
        check=False,
    )
    # A model that the gate refuses leaves the one before: that is what would be served.
    model = folder / "models" / "current.tar.gz"
    assert model.exists(), f"training failed:\n{done.stdout}{done.stderr}"
    return folder


def _take_newer(source: Path, target: Path) -> None:
    """The developer's own model, when it was trained after the one kept here."""
    mark = "current.tar.gz.fingerprint"
    if not (source / mark).exists():
        return
    kept = target / mark
    if not kept.exists() or kept.stat().st_mtime < (source / mark).stat().st_mtime:
        shutil.copytree(source, target, dirs_exist_ok=True)


def fresh_installation(folder: Path, trained: Path, **settings: str) -> Installation:
    """Not started yet, with a model that fits."""
    shutil.copytree(trained / "models", folder / "models")
    # The vectors of the articles too: making them takes longer than all the rest of a start.
    shared_embedding().keep_in(folder / "knowledge")
    return Installation(folder, **settings)


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory, trained: Path) -> Iterator[Installation]:
    (site,) = free_ports(1)
    running = fresh_installation(
        tmp_path_factory.mktemp("installation"),
        trained,
        XIAOTONG_ALLOWED_ORIGINS=f'["http://localhost:{site}"]',
    )
    running.foreign_port = site
    running.start()
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
    yield signed_in(context, installation, "lixiao")
    context.close()


def signed_in(context: BrowserContext, installation: Installation, username: str) -> Page:
    """The console of one agent, at the queue."""
    context.set_default_timeout(_PATIENCE_MS)
    page = context.new_page()
    page.goto(installation.console)
    page.get_by_test_id("login-username").fill(username)
    page.get_by_test_id("login-password").fill(installation.passwords[username])
    page.get_by_test_id("login-submit").click()
    expect(page.get_by_test_id("box-queued")).to_be_visible()
    return page
