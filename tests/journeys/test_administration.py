"""Keeping the system in a real browser; and that no word of a customer or colleague ever runs."""

import os
from collections.abc import Iterator
from typing import Literal

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page, expect

from desk.settings import ROOT
from desk.store.tables import agents_table, customers_table
from tests.desk.talking import Customer, agent
from tests.journeys.office import Office, open_office
from tests.journeys.test_console import faults, refused_by_policy, seen_by_all

LEVELS = ROOT / "data" / "policies" / "service_levels" / "2026-01-01.yml"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("XIAOTONG_")}
    with open_office(tmp_path_factory.mktemp("office"), kept) as opened:
        yield opened


def test_people_and_policies(browser: Browser, office: Office) -> None:
    page = office.page_of(browser, "guanli")
    refused = refused_by_policy(page)
    expect(page.get_by_role("heading", name="管理")).to_be_visible()
    expect(page.get_by_test_id("nav-conversations")).to_have_count(0)
    seen_by_all(page, "people")
    page.get_by_test_id("account-new").click()
    page.get_by_label("用户名", exact=True).fill("qianxin")
    page.get_by_label("姓名", exact=True).fill("钱新")
    page.get_by_test_id("account-create").click()
    office.passwords["qianxin"] = page.get_by_test_id("first-password").inner_text()
    assert faults(page) == []
    page.get_by_test_id("account-create").click()
    theirs = office.page_of(browser, "qianxin")
    page.get_by_test_id("account-qianxin").click()
    expect(page.get_by_test_id("profile-save")).to_be_visible()
    seen_by_all(page, "account")
    page.get_by_label("同时接待").fill("3")
    page.get_by_test_id("profile-save").click()
    expect(page.get_by_text("已保存")).to_be_visible()
    page.get_by_test_id("account-disable").click()
    expect(page.get_by_test_id("account-disable")).to_have_text("重新启用")
    # Whoever is shut out is out at once.
    theirs.reload()
    expect(theirs.get_by_test_id("login-submit")).to_be_visible()
    theirs.context.close()
    page.keyboard.press("Escape")
    page.get_by_title("策略", exact=True).click()
    page.get_by_test_id("policy-identity.yml").click()
    text = page.get_by_test_id("policy-text")
    expect(text).not_to_have_value("")
    text.fill("code_digits: 99")
    page.get_by_test_id("policy-check").click()
    expect(page.get_by_test_id("policy-told")).to_contain_text("identity.yml: code_digits")
    seen_by_all(page, "policy")
    page.keyboard.press("Escape")
    page.get_by_test_id("policy-service_levels/2026-01-01.yml").click()
    expect(text).not_to_have_value("")
    draft = LEVELS.read_text(encoding="utf8")
    text.fill(draft.replace("effective_from: 2026-01-01", "effective_from: 2099-01-01"))
    page.get_by_test_id("policy-activate").click()
    expect(page.get_by_test_id("policy-told")).to_contain_text("service_levels/2099-01-01.yml")
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("policy-service_levels/2099-01-01.yml")).to_be_visible()
    for tab in ("没把握的话", "班组"):
        page.get_by_title(tab, exact=True).click()
        seen_by_all(page, tab)
    assert refused == []
    page.context.close()


@pytest.mark.parametrize(
    ("width", "height", "scheme"), [(820, 1180, "light"), (640, 400, "dark"), (1280, 800, "dark")]
)
def test_every_part_can_be_used_by_everybody(
    browser: Browser, office: Office, width: int, height: int, scheme: Literal["light", "dark"]
) -> None:
    for username, tabs in (("guanli", ("人员", "策略", "没把握的话")), ("shenji", ("审计日志",))):
        page = office.page_of(browser, username)
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        for tab in tabs:
            page.get_by_title(tab, exact=True).click()
            expect(page.get_by_role("region", name=tab)).to_be_visible()
            seen_by_all(page, f"{tab} {scheme}")
        page.context.close()


def test_the_audit_log(browser: Browser, office: Office) -> None:
    page = office.page_of(browser, "shenji")
    page.get_by_title("审计日志", exact=True).click()
    page.get_by_test_id("audit-what").fill("SignedIn")
    page.get_by_test_id("audit-who").fill("shenji")
    rows = page.get_by_test_id("audit-row")
    expect(rows.first).to_contain_text("登录")
    expect(rows.first).to_contain_text("审计员")
    page.get_by_test_id("audit-verify").click()
    expect(page.get_by_test_id("audit-verdict")).to_contain_text("行，完整")
    seen_by_all(page, "audit")
    page.context.close()


def test_a_second_step_is_set_up(browser: Browser, office: Office) -> None:
    page = office.page_of(browser, "paidan")
    refused = refused_by_policy(page)
    page.get_by_role("button", name="周派单，设置和退出").click()
    page.get_by_text("设置动态码").click()
    picture = page.get_by_alt_text("动态码二维码")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.complete && image.naturalWidth > 0")
    seen_by_all(page, "second step")
    assert refused == []
    page.context.close()


_RUN = "window.ran=1;alert(1)"
_TAGS = (
    "<script>{}</script>",
    "<SCRIPT>{}</SCRIPT>",
    "<scr<script>ipt>{}</scr</script>ipt>",
    "<script src=//127.0.0.1:9/x.js></script>",
    "<img class=xss src=x onerror='{}'>",
    "<img class=xss src=x onerror={}//",
    "<IMG CLASS=xss SRC=x ONERROR='{}'>",
    "<img class=xss/src=x/onerror='{}'>",
    "<svg class=xss onload='{}'>",
    "<svg class=xss><script>{}</script></svg>",
    "<svg class=xss><animate onbegin='{}' attributeName=x dur=1s>",
    "<svg class=xss><a xlink:href='javascript:{}'><text>x</text></a></svg>",
    "<math class=xss><mi xlink:href='javascript:{}'>x</mi></math>",
    "<body class=xss onload='{}'>",
    "<iframe class=xss src='javascript:{}'></iframe>",
    "<iframe class=xss srcdoc='<script>{}</script>'></iframe>",
    "<object class=xss data='javascript:{}'></object>",
    "<embed class=xss src='javascript:{}'>",
    "<video class=xss><source onerror='{}'></video>",
    "<audio class=xss src=x onerror='{}'>",
    "<details class=xss open ontoggle='{}'>x</details>",
    "<input class=xss autofocus onfocus='{}'>",
    "<select class=xss autofocus onfocus='{}'></select>",
    "<textarea class=xss autofocus onfocus='{}'></textarea>",
    "<marquee class=xss onstart='{}'>x</marquee>",
    "<form class=xss action='javascript:{}'><button>x</button></form>",
    "<button class=xss formaction='javascript:{}'>x</button>",
    "<isindex class=xss type=image src=1 onerror='{}'>",
    "<a class=xss href='javascript:{}'>x</a>",
    "<a class=xss href='data:text/html,<script>{}</script>'>x</a>",
    "<link class=xss rel=stylesheet href='javascript:{}'>",
    "<style class=xss>@import 'javascript:{}';</style>",
    "<meta class=xss http-equiv=refresh content='0;javascript:{}'>",
    "<base class=xss href='javascript:{}//'>",
    "<template class=xss><script>{}</script></template>",
    "<noscript class=xss><p title='</noscript><img src=x onerror={}>'>",
    "<p class=xss style='background:url(javascript:{})'>x</p>",
    "<div class=xss onmouseover='{}' style='position:fixed;inset:0'>x</div>",
    "'><script>{}</script>",
    "\"><img class=xss src=x onerror='{}'>",
    "</title><script>{}</script>",
    "</textarea><script>{}</script>",
    "--><script>{}</script>",
    "]]><script>{}</script>",
    "javascript:{}",
    "JaVaScRiPt:{}",
    "java\tscript:{}",
    "&#106;avascript:{}",
    "vbscript:{}",
    "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
    "http://127.0.0.1:9/'onmouseover='{}'x='",
    'https://127.0.0.1:9/"onclick="{}"',
    "[点这里](javascript:{})",
    "![x](x'onerror='{})",
    "**<img class=xss src=x onerror='{}'>**",
    "{{{{constructor.constructor('{}')()}}}}",
    "${{{}}}",
    "<%= {} %>",
    "＜script＞{}＜/script＞",
    "<img class=xss src=x onerror='{}'>\u202e\u0000",
)
PAYLOADS = [text.format(_RUN) for text in _TAGS]


def test_there_are_sixty() -> None:
    assert len(set(PAYLOADS)) == 60


def nothing_ran(page: Page, where: str, dialogs: list[str]) -> None:
    assert dialogs == [], where
    assert page.evaluate("window.ran") is None, where
    made = ".xss, a[href^='javascript' i], a[href^='data:'], a[href^='vbscript' i]"
    assert page.locator(made).count() == 0, where
    own = "scripts => scripts.filter(s => !s.src.startsWith(location.origin)).length"
    assert page.locator("script").evaluate_all(own) == 0, where


def test_no_word_of_anybody_runs(browser: Browser, office: Office) -> None:
    """B6: in messages, notes, names, orders, views and the audit log."""
    desk, customer = office.desk, Customer(office.desk, "xss")
    here = customer.opens()
    customer.proves_identity(here, "13800000001")
    for text in PAYLOADS:
        customer.hears(customer.says(text), text)
    number = desk.complaints.file(
        here, "网络", PAYLOADS[4], PAYLOADS[0], "13800000001", key="xss"
    ).number
    desk.handoff.request(here, "asked", key="xss-handoff")
    lixiao = agent(desk)
    desk.handoff.take(here, lixiao)
    for text in PAYLOADS:
        desk.workplace.notes.write(here, lixiao, text)
        desk.workplace.orders.note(number, lixiao, text)
    desk.workplace.views.keep(agent(desk, "zhuguan").id, PAYLOADS[4][:20], {"q": PAYLOADS[4]})
    with desk.store.engine.begin() as connection:
        connection.execute(sa.update(customers_table).values(name=PAYLOADS[4]))
        named = agents_table.c.username == "chenyu"
        connection.execute(sa.update(agents_table).where(named).values(name=PAYLOADS[4]))
    page, dialogs = office.page_of(browser, "zhuguan"), list[str]()
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.goto(f"{office.address}#/conversations/all/{here}")
    log = page.get_by_label("消息记录")
    expect(log).to_contain_text(PAYLOADS[-3])
    expect(log).to_contain_text("<script>window.ran=1;alert(1)</script>")
    nothing_ran(page, "conversation", dialogs)
    for hash_, shown in (
        (f"orders/{number}", "说明："),
        ("orders", number),
        ("supervision", "onerror"),
    ):
        page.goto(f"{office.address}#/{hash_}")
        expect(page.get_by_role("main").or_(page.get_by_role("dialog")).first).to_be_visible()
        expect(page.locator("body")).to_contain_text(shown)
        nothing_ran(page, hash_, dialogs)
    page.context.close()
    keeper = office.page_of(browser, "guanli")
    keeper.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    expect(keeper.get_by_role("region", name="人员")).to_contain_text("onerror")
    nothing_ran(keeper, "people", dialogs)
    keeper.context.close()
    auditor = office.page_of(browser, "shenji")
    auditor.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    auditor.get_by_title("审计日志", exact=True).click()
    auditor.get_by_test_id("audit-what").fill("WorkOrderRemarked")
    expect(auditor.get_by_test_id("audit-row").first).to_contain_text("ran=1")
    nothing_ran(auditor, "audit", dialogs)
    auditor.context.close()
