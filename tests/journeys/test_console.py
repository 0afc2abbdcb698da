"""An agent's and a supervisor's day at the console, and whether everybody can use its pages."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from desk.settings import ROOT
from tests.journeys.chat import Chat
from tests.journeys.conftest import signed_in
from tests.journeys.installation import Installation

AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
GRAVE = ("serious", "critical")


def faults(page: Page) -> list[str]:
    """What axe finds serious. Injected past the page's policy, as a developer's tool would."""
    page.context.new_cdp_session(page).send(
        "Runtime.evaluate", {"expression": AXE.read_text(encoding="utf8")}
    )
    found: dict[str, Any] = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{one['id']}: {node['target']} {node['failureSummary']}"
        for one in found["violations"]
        if one["impact"] in GRAVE
        for node in one["nodes"]
    ]


def refused_by_policy(page: Page) -> list[str]:
    """Filled with what the content security policy stops from now on."""
    refused: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            refused.append(message.text)

    page.on("console", listen)
    return refused


@pytest.fixture
def talk(visitor: BrowserContext, installation: Installation) -> Iterator[Chat]:
    """A customer who asked for a person, and waits for none once the test is over."""
    chat = Chat.opens(visitor, installation.gateway)
    chat.says("携号转网要什么条件")
    chat.hears("来源：")
    chat.says("转人工")
    chat.hears("转接人工")
    yield chat
    if "排队" in chat.page.get_by_test_id("state").inner_text():
        chat.taps("取消排队")
        expect(chat.page.get_by_test_id("state")).to_contain_text("机器人")


@pytest.fixture
def supervisor(browser: Browser, installation: Installation) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="zh-CN")
    page = signed_in(context, installation, "zhuguan")
    yield page
    signs_out(page)
    context.close()


def signs_out(page: Page) -> None:
    """Or conversations of other tests would be offered to somebody who is not there."""
    page.get_by_role("button", name="张主管，设置和退出").click()
    page.get_by_test_id("sign-out").click()
    expect(page.get_by_test_id("login-submit")).to_be_visible()


def takes(staff: Page) -> None:
    """The newest waiting customer, with the keyboard alone."""
    staff.locator("body").press("1")
    rows = staff.get_by_test_id("conversation-row").filter(has_text="转接人工")
    expect(rows.last).to_be_visible()
    rows.last.focus()
    staff.keyboard.press("Enter")
    expect(staff.get_by_test_id("take")).to_be_visible()
    staff.keyboard.press("t")
    expect(staff.get_by_test_id("agent-input")).to_be_visible()


def closes(page: Page, chat: Chat) -> None:
    page.get_by_test_id("close").click()
    page.get_by_test_id("disposition-answered").click()
    page.get_by_test_id("wrap-up").fill("已处理")
    page.get_by_test_id("close-confirm").click()
    chat.hears("本次人工服务已结束")


def test_a_talk_with_the_keyboard_alone(staff: Page, talk: Chat) -> None:
    takes(staff)
    talk.hears("我是客服李晓")
    staff.keyboard.press("r")
    box = staff.get_by_test_id("agent-input")
    expect(box).to_be_focused()
    staff.keyboard.type("/问候")
    expect(staff.get_by_test_id("canned-greeting")).to_be_visible()
    staff.keyboard.press("Enter")
    expect(box).to_have_value("您好，我是小通电信人工客服李晓，很高兴为您服务。")
    staff.keyboard.press("Enter")
    talk.hears("小通电信人工客服李晓")
    expect(staff.get_by_test_id("seen")).to_be_visible()
    # Typing is seen on both sides.
    staff.keyboard.type("请稍")
    expect(talk.page.get_by_test_id("typing")).to_be_visible()
    talk.page.get_by_test_id("input").press_sequentially("我想")
    expect(staff.get_by_test_id("customer-typing")).to_be_visible()
    # A note is for colleagues.
    staff.keyboard.press("Escape")
    staff.keyboard.press("n")
    staff.get_by_test_id("note-input").press_sequentially("客户要携号转网")
    staff.keyboard.press("Enter")
    expect(staff.get_by_test_id("note").filter(has_text="客户要携号转网")).to_be_visible()
    assert not any("客户要携号转网" in text for text in talk.texts())
    # Knowledge goes into the answer, never past the agent.
    staff.keyboard.press("Escape")
    staff.keyboard.press("r")
    box.fill("")
    staff.keyboard.press("Escape")
    staff.keyboard.press("f")
    staff.keyboard.type("携号转网要什么条件")
    article = staff.get_by_test_id("article").filter(has_text="携号转出").first
    expect(article).to_be_visible()
    article.get_by_test_id("insert").press("Enter")
    expect(box).to_have_value(re.compile("120 天"))
    closes(staff, talk)


def test_an_order_from_opening_to_the_board(staff: Page, talk: Chat) -> None:
    takes(staff)
    staff.keyboard.press("o")
    staff.get_by_test_id("order-description").fill("宽带断断续续")
    staff.get_by_test_id("order-phone").fill("13912345678")
    staff.get_by_test_id("order-submit").click()
    opened = staff.get_by_test_id("order-opened")
    expect(opened).to_be_visible()
    number = re.findall(r"BX\d{12}", opened.inner_text())[0]
    staff.keyboard.press("Escape")
    expect(staff.get_by_test_id("context")).to_contain_text(number)
    staff.get_by_test_id("nav-orders").click()
    staff.get_by_label("搜索工单", exact=True).fill(number)
    row = staff.get_by_test_id("order-row")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("剩")
    staff.get_by_test_id("save-view").click()
    staff.get_by_test_id("view-name").fill("那一单")
    staff.get_by_test_id("view-save").click()
    staff.reload()
    staff.get_by_test_id("saved-view").get_by_text("那一单").click()
    expect(row).to_have_count(1)
    row.get_by_role("link", name=number).click()
    sheet = staff.get_by_test_id("order")
    expect(sheet.get_by_test_id("clock").first).to_contain_text(re.compile("剩|已达成"))
    staff.get_by_test_id("order-note").fill("客户下午在家")
    staff.get_by_test_id("order-note-save").click()
    expect(sheet.get_by_test_id("history")).to_contain_text("说明：客户下午在家")
    staff.keyboard.press("Escape")
    row.get_by_role("checkbox").check()
    staff.get_by_label("流转到", exact=True).click()
    staff.get_by_title("已取消").click()
    staff.get_by_test_id("bulk-apply").click()
    expect(staff.get_by_test_id("bulk-results")).to_contain_text(number)
    staff.keyboard.press("Escape")
    expect(row).to_have_count(0)
    staff.get_by_test_id("nav-conversations").click()
    staff.get_by_test_id("box-mine").click()
    staff.get_by_test_id("conversation-row").first.click()
    closes(staff, talk)


def test_personal_data_needs_a_reason(
    staff: Page, visitor: BrowserContext, installation: Installation
) -> None:
    chat = Chat.opens(visitor, installation.gateway)
    chat.says("查一下这个月的账单")
    chat.hears("手机号")
    before = len(installation.sms_codes("13800000006"))
    chat.says("13800000006")
    chat.hears("验证码已发送")
    chat.says(installation.sms_code("13800000006", after=before))
    chat.hears("合计")
    chat.says("转人工")
    chat.hears("转接人工")
    takes(staff)
    card = staff.get_by_test_id("customer")
    expect(card).to_contain_text("138****0006")
    expect(card).not_to_contain_text("13800000006")
    staff.get_by_test_id("unmask").click()
    staff.get_by_test_id("unmask-confirm").click()
    expect(staff.get_by_text("请写明查看原因")).to_be_visible()
    staff.get_by_test_id("unmask-why").fill("回拨核实")
    staff.get_by_test_id("unmask-confirm").click()
    expect(card).to_contain_text("13800000006")
    closes(staff, chat)


def test_listened_to_whispered_and_taken_over(staff: Page, talk: Chat, supervisor: Page) -> None:
    takes(staff)
    talk.hears("我是客服李晓")
    supervisor.get_by_test_id("nav-supervision").click()
    person = supervisor.locator('[data-testid="person"][data-username="lixiao"]')
    expect(person).to_contain_text("在线")
    supervisor.locator('[data-testid="talk"]').first.get_by_test_id("listen").click()
    expect(supervisor.get_by_label("消息记录")).to_contain_text("我是客服李晓")
    supervisor.get_by_test_id("whisper").fill("先致歉")
    supervisor.get_by_test_id("whisper-send").click()
    expect(staff.get_by_test_id("note").filter(has_text="先致歉")).to_be_visible()
    assert not any("先致歉" in text for text in talk.texts())
    supervisor.get_by_test_id("take-over").click()
    supervisor.get_by_test_id("take-over-confirm").click()
    expect(supervisor.get_by_test_id("agent-input")).to_be_visible()
    talk.hears("我是客服张主管")
    expect(staff.get_by_text("班长接管了您的会话")).to_be_visible()
    expect(staff.get_by_test_id("agent-input")).to_have_count(0)
    closes(supervisor, talk)


def seen_by_all(page: Page, what: str) -> None:
    """No grave fault, and nothing sticks out sideways."""
    assert faults(page) == [], what
    width = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(width) <= 0, what


@pytest.mark.parametrize(
    ("width", "height", "scheme"),
    # A desk, a tablet, and 200 % zoom of a 1280 × 800 window.
    [(1280, 800, "light"), (1280, 800, "dark"), (820, 1180, "light"), (640, 400, "dark")],
)
def test_every_page_can_be_used_by_everybody(
    browser: Browser,
    talk: Chat,
    installation: Installation,
    width: int,
    height: int,
    scheme: Any,
) -> None:
    size: Any = {"width": width, "height": height}
    context = browser.new_context(
        viewport=size, locale="zh-CN", color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    refused = refused_by_policy(page)
    page.goto(installation.console)
    expect(page.get_by_test_id("login-submit")).to_be_visible()
    seen_by_all(page, "sign in")
    page.close()
    page = signed_in(context, installation, "zhuguan")
    refused_later = refused_by_policy(page)
    page.goto(f"{installation.console}#/conversations/all")
    page.get_by_test_id("conversation-row").first.click()
    expect(page.get_by_label("消息记录")).to_be_visible()
    seen_by_all(page, "conversation")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    seen_by_all(page, "shortcuts")
    page.keyboard.press("Escape")
    page.goto(f"{installation.console}#/orders")
    expect(page.get_by_test_id("save-view")).to_be_visible()
    seen_by_all(page, "orders")
    for tab in ("按片区", "片区故障"):
        page.get_by_title(tab, exact=True).click()
        seen_by_all(page, tab)
    page.goto(f"{installation.console}#/supervision")
    expect(page.locator(".chart canvas")).to_be_visible()
    seen_by_all(page, "floor")
    page.get_by_test_id("listen").first.click()
    expect(page.get_by_label("消息记录")).to_be_visible()
    seen_by_all(page, "listening")
    page.keyboard.press("Escape")
    page.goto(f"{installation.console}#/sms")
    expect(page.get_by_role("heading", name="短信发件箱")).to_be_visible()
    seen_by_all(page, "short messages")
    assert refused + refused_later == []
    signs_out(page)
    context.close()
