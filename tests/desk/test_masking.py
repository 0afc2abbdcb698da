"""What is kept of a customer's words tells nothing of the customer, and stays a sentence."""

import pytest

from desk.model.masking import mask_text, with_stand_ins


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("我的号码是13912345678，查下余额", "我的号码是〔手机号〕，查下余额"),
        ("139 1234 5678没信号", "〔手机号〕没信号"),
        ("139-1234-5678", "〔手机号〕"),
        ("+86 13912345678打不出去", "〔手机号〕打不出去"),
        ("幺三九一二三四五六七八查一下", "〔手机号〕查一下"),
        ("座机0571-88887777没声音", "座机〔电话〕没声音"),
        ("身份证330106199001011234", "身份证〔证件号〕"),
        ("身份证33010619900101123X过期了", "身份证〔证件号〕过期了"),
        ("单号BX261121483920怎么没人管", "单号〔工单号〕怎么没人管"),
        ("验证码是482913", "验证码是〔验证码〕"),
        ("482913", "〔验证码〕"),
        ("服务密码123456错了", "服务密码〔验证码〕错了"),
        ("宽带账号057188997766上不去", "宽带账号〔电话〕上不去"),
        ("我叫王小明，要报修", "我叫〔姓名〕，要报修"),
        ("机主是欧阳丽", "机主是〔姓名〕"),
        ("我姓陈，宽带坏了", "我姓〔姓氏〕，宽带坏了"),
        ("张先生在家", "〔姓氏〕先生在家"),
        ("我在文三路259号2单元301室", "我在〔地址〕"),
        ("住阳光花园3栋2单元501", "住〔地址〕"),
        ("发到wang.xm@example.com", "发到〔邮箱〕"),
        ("卡号6222021234567890123", "卡号〔号码〕"),
    ],
)
def test_what_tells_the_person_is_masked(said: str, kept: str) -> None:
    assert mask_text(said) == kept


@pytest.mark.parametrize(
    "said",
    [
        "59元套餐还有吗",
        "错误691上不了网",
        "打10086一直没人接",
        "这个月扣了我2000块",
        "100M宽带只有20兆",
        "2025年办的合约",
        "我叫什么名字你知道吗",
        "怎么把5G关了",
        "姓名写错了",
        "流量20000M用完了",
        "我们小区都没网",
        "家里的路由器灯不亮",
        "12315投诉你们",
    ],
)
def test_what_is_the_matter_stays(said: str) -> None:
    assert mask_text(said) == said


def test_masking_twice_changes_nothing_more() -> None:
    once = mask_text("我叫王小明，电话13912345678，住阳光花园3栋2单元501")
    assert mask_text(once) == once


def test_stand_ins_make_a_sentence_of_it_again() -> None:
    masked = mask_text("我叫王小明，13912345678没信号")
    assert with_stand_ins(masked) == "我叫张三，13800000000没信号"
