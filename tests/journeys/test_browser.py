"""A customer's day in a real browser, through all the real processes."""

import re

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys.chat import Chat
from tests.journeys.conftest import signed_in
from tests.journeys.installation import Installation
from tests.photos import drawing, photo


def test_fault_package_complaint_and_a_person(
    visitor: BrowserContext, staff: Page, installation: Installation
) -> None:
    chat = Chat.opens(visitor, installation.gateway)
    repair = reports_a_fault(chat)
    chat.says("你们有什么套餐")
    chat.hears("畅享融合 129 套餐")
    complaint = complains(chat)
    chat.says("我的工单")
    chat.hears(repair)
    chat.says("转人工")
    chat.hears("转接人工")
    expect(chat.page.get_by_test_id("state")).to_contain_text("排队")
    agent_takes(staff, repair, complaint)
    chat.hears("我是客服李晓")
    expect(chat.page.get_by_test_id("state")).to_contain_text("李晓")
    talk_both_ways(chat, staff)
    agent_closes(staff)
    chat.hears("本次人工服务已结束")
    chat.says("你好")
    chat.hears(re.compile("(上午|中午|下午|晚上|早上)好|您好"))


def reports_a_fault(chat: Chat) -> str:
    chat.says("宽带上不了网")
    chat.hears("手机号")
    chat.taps("跳过")
    chat.hears("指示灯")
    chat.taps("灯都是绿的")
    chat.hears("10 秒")
    chat.says("已经重启过了，没用")
    chat.hears("网线")
    chat.says("都不行")
    chat.hears("错误代码")
    chat.says("没有代码")
    chat.hears("登记上门维修")
    chat.says("13912345678")
    chat.hears("哪个区")
    chat.taps("城西区")
    chat.hears("最早能约到")
    chat.taps("点")
    return chat.number("BX")


def complains(chat: Chat) -> str:
    chat.says("我要投诉")
    chat.hears("发生了什么")
    chat.says("上周装机师傅态度很差，还迟到了三个小时")
    chat.hears("“服务”类投诉")
    chat.taps("可以")
    chat.hears("希望我们怎么处理")
    chat.says("道歉就行")
    chat.hears("联系您的电话")
    chat.says("13912345678")
    chat.hears("核对")
    chat.taps("确认提交")
    return chat.number("TS")


def agent_takes(staff: Page, *known: str) -> None:
    row = staff.get_by_test_id("conversation-row").filter(has_text="客户要求人工服务")
    row.first.click()
    for number in known:
        expect(staff.get_by_test_id("context")).to_contain_text(number)
    packet = staff.get_by_test_id("packet")
    for part in ("建议下一步", "未核验", "错误代码", "说过的事", "要求人工"):
        expect(packet).to_contain_text(part)
    staff.get_by_test_id("take").click()


def talk_both_ways(chat: Chat, staff: Page) -> None:
    staff.get_by_test_id("agent-input").fill("已经帮您加急，师傅今晚上门。")
    staff.get_by_test_id("agent-send").click()
    chat.hears("已经帮您加急")
    # A sentence the bot would answer at once: now it is silent.
    chat.says("好的，宽带上不了网太急了")
    expect(staff.get_by_test_id("message").filter(has_text="太急了").last).to_be_visible()
    expect(chat.page.get_by_test_id("state")).to_contain_text("李晓")
    assert "太急了" in chat.texts()[-1]


def agent_closes(staff: Page) -> None:
    staff.get_by_test_id("close").click()
    staff.get_by_test_id("disposition-ordered").click()
    staff.get_by_test_id("wrap-up").fill("已加急派单")
    staff.get_by_test_id("close-confirm").click()


def test_passed_on_to_a_colleague(
    browser: Browser, visitor: BrowserContext, staff: Page, installation: Installation
) -> None:
    chat = Chat.opens(visitor, installation.gateway)
    chat.says("转人工")
    chat.hears("转接人工")
    row = staff.get_by_test_id("conversation-row").filter(has_text="转接人工")
    row.last.click()
    staff.get_by_test_id("take").click()
    chat.hears("我是客服李晓")
    staff.get_by_test_id("transfer").click()
    staff.get_by_test_id("target-agent:chenyu").click()
    staff.get_by_test_id("transfer-note").fill("客户要查合约")
    staff.get_by_test_id("transfer-confirm").click()
    chat.hears("转给更合适的同事")
    context = browser.new_context(viewport={"width": 1400, "height": 900}, locale="zh-CN")
    colleague = signed_in(context, installation, "chenyu")
    colleague.get_by_test_id("conversation-row").filter(has_text="转给更合适").last.click()
    # Offered to the one it was passed on to; the first still answers for it.
    expect(colleague.get_by_test_id("decline")).to_be_visible()
    expect(colleague.get_by_text("首问负责 李晓")).to_be_visible()
    expect(colleague.get_by_test_id("context")).to_contain_text("客户要查合约")
    colleague.get_by_test_id("take").click()
    chat.hears("我是客服陈宇")
    expect(colleague.get_by_text("首问负责 陈宇")).to_be_visible()
    colleague.get_by_test_id("close").click()
    colleague.get_by_test_id("disposition-answered").click()
    colleague.get_by_test_id("wrap-up").fill("查了合约")
    colleague.get_by_test_id("close-confirm").click()
    chat.hears("本次人工服务已结束")
    context.close()


def test_reload_in_the_middle(visitor: BrowserContext, installation: Installation) -> None:
    chat = Chat.opens(visitor, installation.gateway)
    chat.says("宽带坏了，上不了网")
    chat.hears("手机号")
    chat.taps("跳过")
    chat.hears("指示灯")
    before = chat.texts()
    chat.page.reload()
    chat.hears("指示灯")
    assert chat.texts() == before
    chat.taps("LOS 亮红灯")
    chat.hears("光纤")


def test_two_tabs_are_one_conversation(visitor: BrowserContext, installation: Installation) -> None:
    first = Chat.opens(visitor, installation.gateway)
    first.says("有什么套餐")
    first.hears("轻享 29 套餐")
    second = Chat.opens(visitor, installation.gateway)
    second.hears("轻享 29 套餐")
    second.says("你是谁")
    second.hears("不是真人")
    first.hears("你是谁")
    first.hears("不是真人")
    expect(first.page.get_by_test_id("message")).to_have_count(
        second.page.get_by_test_id("message").count()
    )
    assert first.texts() == second.texts()


def proves_identity(chat: Chat, staff: Page, phone: str) -> None:
    """The code comes from the console's outbox of short messages."""
    chat.hears("手机号")
    chat.says(phone)
    chat.hears("验证码已发送")
    staff.get_by_test_id("nav-sms").click()
    newest = staff.get_by_test_id("sms-row").filter(has_text=phone).first
    chat.says(re.findall(r"验证码是 (\d{6})", newest.inner_text())[0])


def test_account_data_after_the_code_of_the_sms_page(
    visitor: BrowserContext, staff: Page, installation: Installation
) -> None:
    chat = Chat.opens(visitor, installation.gateway)
    chat.says("我这个月流量还剩多少")
    proves_identity(chat, staff, "13800000001")
    chat.hears("12.6")


def test_a_bill_and_a_service_ordered_and_taken_back(
    visitor: BrowserContext, staff: Page, installation: Installation
) -> None:
    chat = Chat.opens(visitor, installation.gateway)
    chat.says("查一下这个月的账单")
    proves_identity(chat, staff, "13800000006")
    chat.hears("合计")
    chat.says("开通来电显示")
    chat.hears("5 元/月")
    # A side question in between: answered, then the reading-back once more.
    chat.says("我的积分有多少")
    chat.hears("260 积分")
    chat.taps("确认办理")
    receipt = chat.number("YW")
    chat.says("退订来电显示")
    chat.hears("下月起")
    chat.taps("不办了")
    chat.hears("什么都没有改变")
    assert receipt == chat.number("YW")


def test_television_with_a_visit_that_is_moved(
    visitor: BrowserContext, staff: Page, installation: Installation
) -> None:
    chat = Chat.opens(visitor, installation.gateway)
    chat.says("电视看不了，一直转圈")
    proves_identity(chat, staff, "13800000005")
    chat.hears("机顶盒")
    chat.taps("灯亮了，还是看不了")
    chat.hears("网线")
    chat.taps("还是不行")
    chat.hears("最早能约到")
    chat.page.get_by_test_id("quick-reply").filter(has_text="点").first.click()
    order = chat.number("BX")
    chat.says("改上门时间")
    chat.hears("请问改到什么时间方便")
    chat.page.get_by_test_id("quick-reply").filter(has_text="点").last.click()
    chat.hears("原来的时间就不再保留")
    chat.taps("可以")
    chat.hears("已经约好了")
    assert chat.number("BX") == order


def test_a_question_is_answered_with_its_source(
    visitor: BrowserContext, installation: Installation
) -> None:
    chat = Chat.opens(visitor, installation.gateway)
    chat.says("携号转网要什么条件")
    chat.hears("来源：")
    chat.taps("没帮到我")
    chat.hears("反馈已经记下")


def test_large_and_plain_for_the_elderly(
    visitor: BrowserContext, installation: Installation
) -> None:
    chat = Chat.opens(visitor, installation.gateway)
    size = "parseFloat(getComputedStyle(document.documentElement).fontSize)"
    usual = chat.page.evaluate(size)
    chat.page.get_by_test_id("mode").click()
    chat.hears("我说得简短些")
    assert chat.page.evaluate(size) > usual * 1.2
    chat.page.reload()
    chat.hears("我说得简短些")
    assert chat.page.evaluate(size) > usual * 1.2
    chat.page.set_viewport_size({"width": 320, "height": 568})
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert chat.page.evaluate(overflow) <= 0
    chat.taps("转人工")
    expect(chat.page.get_by_test_id("state")).to_contain_text("排队")
    chat.taps("取消排队")
    expect(chat.page.get_by_test_id("state")).to_contain_text("机器人")


def test_markup_is_text_and_commands_are_words(
    visitor: BrowserContext, installation: Installation
) -> None:
    chat = Chat.opens(visitor, installation.gateway)
    asked: list[str] = []
    chat.page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    chat.says("<img src=x onerror=alert(1)>")
    chat.hears("<img src=x onerror=alert(1)>")
    count = chat.page.locator('[data-author="bot"]').count()
    chat.says("/restart")
    expect(chat.page.locator('[data-author="bot"]').nth(count)).to_be_visible()
    assert asked == []


def test_a_phone_and_large_print(visitor: BrowserContext, installation: Installation) -> None:
    chat = Chat.opens(visitor, installation.gateway)
    chat.says("有什么套餐")
    chat.hears("轻享 29 套餐")
    # 320 px is a small phone, and a 640 px window at 200 % zoom.
    for width, height in ((375, 812), (320, 568)):
        chat.page.set_viewport_size({"width": width, "height": height})
        overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert chat.page.evaluate(overflow) <= 0
        expect(chat.page.get_by_test_id("send")).to_be_in_viewport()


def test_the_widget_on_a_foreign_page(
    visitor: BrowserContext, installation: Installation, foreign_site: str
) -> None:
    page = visitor.new_page()
    page.goto(foreign_site)
    page.get_by_role("button", name="在线客服").click()
    chat = page.frame_locator("iframe")
    chat.get_by_test_id("input").fill("有什么套餐")
    chat.get_by_test_id("send").click()
    expect(chat.get_by_test_id("message").filter(has_text="轻享 29 套餐").last).to_be_visible()
    page.keyboard.press("Escape")
    expect(chat.get_by_test_id("input")).to_be_hidden()


def test_a_photo_goes_with_the_complaint_that_follows(
    visitor: BrowserContext, staff: Page, installation: Installation
) -> None:
    chat = Chat.opens(visitor, installation.gateway)
    chat.sends_photo("灯.jpg", photo(600, 400))
    chat.hears("登记时会把照片一起附上")
    number = complains(chat)
    chat.sends_photo("账单.png", drawing(size=(60, 60)))
    chat.hears(f"照片已放进工单 {number}")
    staff.goto(f"{installation.console}#/orders/{number}")
    kept = staff.get_by_test_id("attachments").locator("img")
    expect(kept).to_have_count(2)
    for shown in (kept.first, chat.pictures().first):
        expect(shown).to_have_js_property("complete", value=True)
        assert shown.evaluate("image => image.naturalWidth") > 0
