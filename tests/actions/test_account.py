"""Account queries as actions: identity first, the named month, reasons in words, cards."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest

from actions.format import reason_rows
from actions.months import named_month

QUERIES = [
    "action_query_balance",
    "action_query_bill",
    "action_query_recharge",
    "action_query_subscriptions",
    "action_query_points",
    "action_query_contract",
]
TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("查上个月账单", (2026, 10)),
        ("上上个月的呢", (2026, 9)),
        ("前两个月的账单", (2026, 9)),
        ("9月账单", (2026, 9)),
        ("十月份扣了多少", (2026, 10)),
        ("12月的话费", (2025, 12)),
        ("十二月的话费", (2025, 12)),
        ("这个月怎么这么多", (2026, 11)),
        ("本月账单", (2026, 11)),
        ("账单", None),
        ("查3个月账单", None),
        ("月租怎么变了", None),
    ],
)
def test_named_month(text, expected):
    found = named_month(text, TODAY)
    assert (found and (found.year, found.month)) == expected


@pytest.mark.parametrize("action", QUERIES)
def test_identity_first(dialogue, action):
    assert dialogue.says("查一下", "query_bill", action) == []
    assert dialogue.slots["after_identity"] == action
    assert dialogue.slots["next_flow"] == "identity_form"


def test_the_month_survives_the_identity_check(dialogue):
    dialogue.says("查上个月账单", "query_bill", "action_query_bill")
    dialogue.verify()
    dialogue.hears("938517", "inform")
    dialogue.run("identity_form")
    said = dialogue.run("action_query_bill")
    assert said == ["utter_inform_bill", "utter_explain_bill_more"]
    assert dialogue.replies[0]["total"] == "158"
    assert dialogue.slots["query_draft"] is None


def test_reasons_in_words_and_a_card(dialogue):
    dialogue.verify("13800000005")
    dialogue.says("这个月怎么扣这么多", "query_bill", "action_query_bill")
    bill, why = dialogue.replies
    assert bill["response"] == "utter_inform_bill_running"
    rows = bill["custom"]["card"]["rows"]
    assert [row["label"] for row in rows] == ["套餐月费", "视频会员月包", "套外流量费"]
    assert bill["rows"].count("· ") == len(rows)
    assert why["difference"] == "33.00 元"
    assert "套外流量费 +18.00 元（上月没有）" in why["reasons"]
    assert "视频会员月包 +15.00 元" in why["reasons"] and "通过手机营业厅弹窗订购" in why["reasons"]


def test_a_month_without_bill(dialogue):
    dialogue.verify()
    said = dialogue.says("查1月账单", "query_bill", "action_query_bill")
    assert said == ["utter_inform_no_bill"] and "年1月" in dialogue.replies[0]["month"]


def test_balance_and_arrears(dialogue):
    dialogue.verify()
    assert dialogue.says("余额", "query_balance", "action_query_balance") == [
        "utter_inform_balance"
    ]
    assert dialogue.replies[0]["balance"] == "56.3"
    dialogue.verify("13800000002")
    assert dialogue.says("余额", "query_balance", "action_query_balance") == [
        "utter_inform_arrears_suspended"
    ]
    assert dialogue.replies[0]["owed"] == "86"


def test_recharge_not_credited_is_offered_to_a_person(dialogue):
    dialogue.verify("13800000004")
    said = dialogue.says("充值没到账", "query_recharge", "action_query_recharge")
    assert said == ["utter_inform_recharges", "utter_offer_trace_recharge"]
    assert dialogue.replies[0]["custom"]["card"]["rows"][0]["tone"] == "warn"
    assert dialogue.slots["open_offer"] == "resume:change_form"


def test_all_credited_but_one_is_missed(dialogue):
    dialogue.verify()
    said = dialogue.says("充的钱没到", "query_recharge", "action_query_recharge")
    assert said == ["utter_inform_recharges", "utter_offer_recharge_person"]
    said = dialogue.says("查充值记录", "query_recharge", "action_query_recharge")
    assert said == ["utter_inform_recharges"]


def test_subscriptions_with_buttons_to_cancel(dialogue):
    dialogue.verify()
    said = dialogue.says("订了什么", "query_subscriptions", "action_query_subscriptions")
    assert said == ["utter_inform_subscriptions"]
    reply = dialogue.replies[0]
    assert reply["count"] == 2 and reply["monthly"] == "11"
    assert "短信回复订购" in reply["rows"]
    assert "退订视频彩铃 6 元包" in [b["payload"] for b in reply["buttons"]]


def test_no_subscriptions(dialogue):
    dialogue.verify("13800000004")
    said = dialogue.says("订了什么", "query_subscriptions", "action_query_subscriptions")
    assert said == ["utter_inform_no_subscriptions"]


def test_points_and_contract(dialogue):
    dialogue.verify()
    assert dialogue.says("积分", "query_points", "action_query_points") == [
        "utter_inform_points_expiring"
    ]
    assert dialogue.says("合约", "query_contract", "action_query_contract") == [
        "utter_inform_contract"
    ]
    assert dialogue.replies[0]["months"] > 0 and dialogue.replies[0]["share"] == 30
    dialogue.verify("13800000004")
    assert dialogue.says("合约", "query_contract", "action_query_contract") == [
        "utter_inform_no_contract"
    ]


def test_usage_bars(dialogue):
    dialogue.verify()
    dialogue.says("流量", "query_usage", "action_query_usage")
    rows = dialogue.replies[0]["custom"]["card"]["rows"]
    assert rows[0]["share"] == 0.685 and rows[0]["value"] == "剩 12.6GB"
    dialogue.verify("13800000004")
    assert dialogue.says("流量", "query_usage", "action_query_usage") == ["utter_inform_usage_none"]


@pytest.mark.parametrize(
    ("address", "response"),
    [
        ("和平路18号", "utter_inform_coverage"),
        ("青山村", "utter_inform_coverage_none"),
        ("月亮路1号", "utter_inform_coverage_unknown"),
    ],
)
def test_coverage_at_once_and_asked(dialogue, address, response):
    said = dialogue.says(f"{address}能装吗", "query_coverage", "coverage_form", address=address)
    assert said == [response] and dialogue.form is None
    assert dialogue.says("能装宽带吗", "query_coverage", "coverage_form") == [
        "utter_ask_coverage_address"
    ]
    assert dialogue.says("你好", "ask_wait", "coverage_form") == ["utter_wait_patiently"]
    assert dialogue.says(address, "inform", "coverage_form") == [response]
    assert dialogue.form is None


def test_coverage_can_be_left(dialogue):
    dialogue.says("能装宽带吗", "query_coverage", "coverage_form")
    assert dialogue.says("算了", "cancel", "coverage_form") == ["utter_cancel_coverage"]
    assert dialogue.form is None


def test_a_way_in_called_an_order_is_not_ordered_twice():
    change = SimpleNamespace(
        name="视频彩铃 6 元包",
        difference=Decimal(6),
        ordered_on=date(2026, 10, 5),
        ordered_by="短信回复订购",
    )
    assert reason_rows([change]) == "视频彩铃 6 元包 +6.00 元（10月5日通过短信回复订购）"
