"""Whole conversations over HTTP: real model, real action server, real desk."""

import re

import pytest

# Only the seeded customers get codes, and a phone gets few of them in a while.
PHONES = iter(f"1380000000{n}" for n in (1, 3, 4, 5, 6))


def verify(customer, phone=None):
    phone = phone or next(PHONES)
    assert "验证码已发送" in customer.hears(phone)
    return customer.hears(customer.code_for(phone))


@pytest.fixture
def customer(bot):
    return bot.customer()


def test_fault_identity_diagnosis_solved(customer):
    first = customer.says("我家宽带上不了网")
    assert first["intent"]["name"] == "report_broadband_fault"
    texts = [r["text"] for r in first["replies"]]
    assert "机器人" in texts[0] and "抱歉" in texts[1] and "不会用于其他用途" in texts[2]
    assert "测了您的线路" in verify(customer, "13800000001")
    assert "恢复正常" in customer.hears("好了 能上网了")


def test_fault_without_identity_ends_in_repair_order(customer):
    customer.says("断网了")
    answer = customer.says("跳过")
    assert [b["title"] for b in answer["replies"][-1]["buttons"]][0] == "灯都不亮"
    assert all(not b["payload"].startswith("/") for b in answer["replies"][-1]["buttons"])
    customer.says("灯都不亮")
    customer.says("还是不亮")
    assert "哪个区" in customer.hears("13700002222")
    assert "最早能约到" in customer.hears("城西")
    assert re.search(r"BX\d{12}.*137\*{4}2222", customer.hears("可以"))


def test_side_question_returns_to_the_same_step(customer):
    customer.says("宽带断了")
    question = customer.says("跳过")["replies"][-1]["text"]
    replies = customer.says("有什么套餐")["replies"]
    assert "元/月" in replies[0]["text"] and replies[-1]["text"] == question
    assert customer.says("谢谢")["replies"][-1]["text"] == question


def test_goodbye_inside_a_form_and_back_later(customer):
    customer.says("宽带断了")
    customer.says("跳过")
    assert [r["text"][:4] for r in customer.says("先这样 再见")["replies"]] == ["好的，进"]
    assert "光猫" in customer.hears("灯都不亮")


def test_complaint_inside_diagnosis_then_resumed(customer):
    customer.says("网太卡了")
    question = customer.says("跳过")["replies"][-1]["text"]
    customer.says("我要投诉")
    customer.says("师傅约好了时间没来还骂人")
    customer.says("可以")
    customer.says("道歉")
    customer.says("13900001111")
    filed = customer.hears("确认提交")
    assert re.search(r"TS\d{12}", filed) and "要接着继续吗" in filed
    assert customer.says("好的")["replies"][-1]["text"] == question


def test_complaint_is_corrected_before_filing(customer):
    assert "抱歉" in customer.hears("我要投诉")
    assert "网络" in customer.hears("宽带老是掉线 修了三次都没修好")
    assert "希望我们怎么处理" in customer.hears("服务")
    customer.says("没有")
    read_back = customer.hears("13900001112")
    assert "类别：服务" in read_back and "139****1112" in read_back
    assert "哪一部分" in customer.hears("改一下")
    customer.says("改诉求")
    assert "您的诉求：赔偿一个月月租" in customer.hears("赔偿一个月月租")
    assert "没有提交" in customer.hears("算了不投诉了")


def test_package_and_usage_after_identity(customer):
    customer.says("我还剩多少流量")
    assert "剩余" in verify(customer)
    assert "每月" in customer.hears("查一下我的套餐")


def test_wrong_codes_lead_to_a_person(customer):
    customer.says("查一下我的套餐")
    customer.says("13800000002")
    heard = ""
    for left in (4, 3, 2, 1):
        heard = customer.hears("000000")
        assert f"{left} 次" in heard
    heard = customer.hears("000000")
    assert "输错五次" in heard and "转接人工" in heard


def test_identity_can_be_left(customer):
    customer.says("查一下我的套餐")
    assert "先不核实身份" in customer.hears("算了")
    assert "请问" in customer.hears("好的")


def test_unknown_work_order_three_times_offers_a_person(customer):
    assert "没有查到" in customer.hears("查询工单BX261121483920")
    customer.says("BX261121483921")
    assert "人工" in customer.hears("BX261121483922")
    assert "转接人工" in customer.hears("好的")


def test_filed_complaint_is_found_by_its_number(customer):
    customer.says("投诉")
    for answer in ("营业厅乱收费还态度差", "可以", "没有", "13900001113"):
        customer.says(answer)
    number = re.search(r"TS\d{12}", customer.hears("提交")).group()
    assert number in customer.hears(f"查一下{number}")


@pytest.mark.parametrize("opening", ["断网了", "我要投诉", "查流量", "查一下工单"])
def test_a_person_from_inside_every_form(customer, opening):
    customer.says(opening)
    assert "转接人工" in customer.hears("转人工")


def test_not_understood_twice_offers_a_person(customer):
    customer.says("阿巴阿巴嘟嘟")
    assert "转接人工" in customer.hears("qwerty zxcv")


@pytest.mark.parametrize(
    ("sentence", "first"),
    [
        ("我要换套餐", "核实身份"),
        ("怎么退订彩铃", "核实身份"),
        ("宽带移机", "核实身份"),
        ("我要停机", "核实身份"),
        ("我要销户", "核实身份"),
        ("我要补卡", "身份证原件"),
        ("我要装宽带", "安装地址"),
        ("举报骚扰电话", "号码"),
        ("取消报修", "工单号"),
        ("营业厅几点上班", "9:00"),
    ],
)
def test_every_matter_begins_with_its_own_first_step(customer, sentence, first):
    assert first in customer.hears(sentence)


def test_a_service_is_cancelled_and_kept_after_all(customer):
    customer.says("退订视频彩铃")
    read_out = verify(customer, "13800000001")
    assert "退订视频彩铃 6 元包" in read_out and "确认办理吗" in read_out
    assert re.search(r"办好了.*YW\d{12}", customer.hears("确认办理"))
    assert "要撤销的是" in customer.hears("撤销刚才的办理")
    assert "已经撤销" in customer.hears("确认撤销")


def test_never_ordered_shown_cancelled_and_asked_back(customer):
    customer.says("视频会员我没订过")
    shown = verify(customer, "13800000005")
    assert "手机营业厅弹窗" in shown and "退还已收的 15 元" in shown
    assert re.search(r"YW\d{12}", customer.hears("确认办理"))


def test_a_new_connection_without_an_account(customer):
    customer.says("我要装宽带")
    assert "哪一款" in customer.hears("城东区和平路18号2单元601")
    assert "联系电话" in customer.hears("单宽带 300M")
    assert "装机调测费" in customer.hears("13900002222")
    assert re.search(r"已经为您登记.*YW\d{12}", customer.hears("确认办理"))


def test_conversation_goes_on_after_the_memory_was_reloaded(bot, customer):
    customer.says("宽带断了")
    question = customer.says("跳过")["replies"][-1]["text"]
    bot.memory._cache.clear()
    assert customer.says("谢谢")["replies"][-1]["text"] == question
