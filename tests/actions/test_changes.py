"""办理 as a form: choose, read back, confirm; corrections, side questions, giving up, undoing."""

import pytest

from actions.change_words import agrees, gives_up, nth, stated_months, wants_other, wants_undo

FORM = "change_form"
CONFIRM = "utter_ask_change_confirmation"


@pytest.mark.parametrize(
    ("text", "affirmed", "expected"),
    [
        ("好的", True, True),
        ("确认办理", True, True),
        ("确认退订", False, True),
        ("办吧", True, True),
        ("好的，换成129的", True, False),
        ("先别办", True, False),
        ("等一下再确认", True, False),
        ("确认要收费吗", True, False),
        ("好吧不办了", True, False),
        ("流量用完了", False, False),
    ],
)
def test_consent_is_clear_or_none(text, affirmed, expected):
    assert agrees(text, affirmed=affirmed) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("不办了", True), ("算了", True), ("先不换", True), ("先别急", False), ("换一个", False)],
)
def test_giving_up(text, expected):
    assert gives_up(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("不是这个，是129的", True), ("选错了", True), ("换一个", True), ("好的", False)],
)
def test_another_choice(text, expected):
    assert wants_other(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("撤销刚才的办理", True),
        ("取消刚刚办的套餐", True),
        ("撤回上一个业务", True),
        ("把刚才的报修取消", False),
        ("撤销工单", False),
        ("取消彩铃", False),
    ],
)
def test_undoing_is_about_a_change(text, expected):
    assert wants_undo(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("停三个月", 3), ("半年", 6), ("停1年", 12), ("2个月", 2), ("停机", None)],
)
def test_months(text, expected):
    assert stated_months(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("第二个", 1), ("2", 1), ("第1款", 0), ("20", None), ("二", None)]
)
def test_place_in_the_list(text, expected):
    assert nth(text) == expected


@pytest.fixture
def wang(dialogue):
    dialogue.verify()
    return dialogue


def says(dialogue, text, intent, **entities):
    return dialogue.says(text, intent, FORM, **entities)


def test_identity_first_and_what_was_said_is_kept(dialogue):
    assert says(dialogue, "我要换成199的套餐", "change_package", package="199") == []
    assert dialogue.form is None
    assert dialogue.slots["after_identity"] == FORM
    dialogue.verify()
    dialogue.hears("938517", "inform")
    dialogue.run("identity_form")
    assert dialogue.run(FORM) == [CONFIRM]
    assert "畅享融合 199 套餐" in dialogue.replies[0]["rows"]


def test_a_package_by_button_and_confirmed(wang):
    assert says(wang, "我要换套餐", "change_package") == ["utter_ask_package"]
    titles = [b["title"] for b in wang.replies[0]["buttons"]]
    assert "畅聊 59 套餐" in titles and "畅享融合 129 套餐" not in titles
    assert says(wang, "畅享融合 199 套餐", "nlu_fallback") == [CONFIRM]
    for duty in ("办理：", "费用：", "生效：", "撤销："):
        assert duty in wang.replies[0]["rows"]
    assert says(wang, "确认办理", "affirm") == ["utter_confirm_change_undoable"]
    assert wang.form is None and wang.slots["change_draft"] is None
    assert wang.replies[0]["number"].startswith("YW")


def test_corrected_at_the_confirmation(wang):
    says(wang, "换成畅享融合199", "change_package", package="199")
    assert says(wang, "不是这个，是99的", "nlu_fallback") == [CONFIRM]
    assert "5G 尊享 99 套餐" in wang.replies[0]["rows"]
    assert says(wang, "好的换成59的", "affirm", package="59") == [CONFIRM]
    assert "畅聊 59 套餐" in wang.replies[0]["rows"]
    assert says(wang, "不对，换一个", "correct_value") == ["utter_ask_package"]
    assert says(wang, "第一个", "nlu_fallback") == [CONFIRM]


def test_a_cheaper_one(wang):
    assert says(wang, "换个便宜点的套餐", "change_package") == ["utter_ask_package"]
    names = [b["title"] for b in wang.replies[0]["buttons"]]
    assert "畅享融合 199 套餐" not in names and "轻享 29 套餐" in names


def test_the_same_package_is_refused_and_asked_again(wang):
    said = says(wang, "换129套餐", "change_package", package="129")
    assert said == ["utter_refuse_change_same_package", "utter_ask_package"]
    said = says(wang, "129的", "nlu_fallback", package="129")
    assert said == ["utter_refuse_change_same_package"] and wang.form is None


@pytest.mark.parametrize(
    ("text", "intent"),
    [("不办了", "cancel"), ("算了不换了", "deny"), ("不用了", "deny"), ("不要了", "nlu_fallback")],
)
@pytest.mark.parametrize("step", ["choice", "confirm"])
def test_giving_up_at_each_step(wang, text, intent, step):
    says(wang, "我要换套餐", "change_package")
    if step == "confirm":
        says(wang, "换成畅享融合199", "change_package", package="199")
    assert says(wang, text, intent) == ["utter_cancel_change"]
    assert wang.form is None
    assert wang.desk.changes.undoable(wang.conversation_id) is None


@pytest.mark.parametrize("text", ["流量用完了吗", "嗯这个", "多少"])
def test_only_consent_confirms(wang, text):
    says(wang, "换成畅享融合199", "change_package", package="199")
    assert says(wang, text, "nlu_fallback") == ["utter_ask_change_yes_no", CONFIRM]
    assert wang.desk.changes.undoable(wang.conversation_id) is None


def test_a_side_question_and_back(wang):
    says(wang, "换成畅享融合199", "change_package", package="199")
    wang.hears("我还剩多少流量", "query_usage")
    with pytest.raises(Exception, match="interrupted"):
        wang.run(FORM)
    wang.events.append({"event": "action_execution_rejected", "name": FORM})
    wang.run("action_query_usage")
    assert wang.run(FORM) == [CONFIRM]
    assert says(wang, "确认", "affirm") == ["utter_confirm_change_undoable"]


def test_a_change_of_mind_starts_the_other_matter(wang):
    says(wang, "我要换套餐", "change_package")
    assert says(wang, "算了，我要充值50元", "recharge", amount=50.0) == [CONFIRM]
    assert "充值 50 元" in wang.replies[0]["rows"]
    assert says(wang, "我要挂失", "suspend_line") == [CONFIRM]
    assert "挂失停机" in wang.replies[0]["rows"]


def test_cancelling_by_name_and_undoing(wang):
    says(wang, "退订视频彩铃", "unsubscribe_service", service="视频彩铃")
    assert "退订视频彩铃 6 元包" in wang.replies[0]["rows"]
    assert says(wang, "确认退订", "unsubscribe_service") == ["utter_confirm_change_undoable"]
    assert says(wang, "撤销刚才的办理", "unsubscribe_service") == ["utter_ask_undo"]
    assert says(wang, "确认撤销", "affirm") == ["utter_confirm_undo"]
    assert says(wang, "撤销刚才的办理", "unsubscribe_service") == ["utter_inform_nothing_to_undo"]


def test_undoing_can_be_left(wang):
    says(wang, "退订视频彩铃", "unsubscribe_service", service="视频彩铃")
    says(wang, "确认", "affirm")
    says(wang, "撤销刚才的办理", "unsubscribe_service")
    assert says(wang, "不撤了", "deny") == ["utter_keep_change"]
    assert wang.desk.changes.undoable(wang.conversation_id) is not None


def test_all_at_once_by_fee_and_what_is_not_held(wang):
    says(wang, "全部退订", "unsubscribe_service")
    assert "来电显示、视频彩铃 6 元包" in wang.replies[0]["rows"]
    says(wang, "不办了", "cancel")
    says(wang, "把那个6块钱的取消", "unsubscribe_service", amount=6.0)
    assert "视频彩铃" in wang.replies[0]["rows"]
    says(wang, "不办了", "cancel")
    said = says(wang, "退订视频会员", "unsubscribe_service", service="视频会员")
    assert said == ["utter_refuse_change_not_held", "utter_ask_service_to_cancel"]
    assert says(wang, "来电显示", "nlu_fallback", service="来电显示") == [CONFIRM]


def test_nothing_to_cancel(dialogue):
    dialogue.verify("13800000004")
    assert says(dialogue, "退订业务", "unsubscribe_service") == ["utter_inform_nothing_to_cancel"]
    assert dialogue.form is None


def test_a_pack_among_several(wang):
    said = says(wang, "我要开通流量加油包", "subscribe_service", service="加油包")
    assert said == ["utter_ask_service"]
    assert [b["title"] for b in wang.replies[0]["buttons"]] == [
        "流量加油包 10GB",
        "流量加油包 30GB",
    ]
    assert says(wang, "流量加油包 30GB", "nlu_fallback", service="加油包") == [CONFIRM]
    assert "50 元" in wang.replies[0]["rows"]
    assert says(wang, "好的", "affirm") == ["utter_confirm_change"]


def test_recharge_gives_a_link(wang):
    assert says(wang, "我要充值", "recharge") == ["utter_ask_amount"]
    assert says(wang, "充 9999 元", "recharge", amount=9999.0) == [
        "utter_refuse_change_amount",
        "utter_ask_amount",
    ]
    assert says(wang, "100", "inform") == [CONFIRM]
    assert says(wang, "好的", "affirm") == ["utter_confirm_recharge"]
    assert "/cashier/" in wang.replies[0]["link"]


def test_lost_or_paused(wang):
    assert says(wang, "我要停机", "suspend_line") == ["utter_ask_suspension"]
    assert says(wang, "停机保号", "suspend_line") == ["utter_ask_months"]
    assert says(wang, "停9个月", "suspend_line") == [
        "utter_refuse_change_pause_months",
        "utter_ask_months",
    ]
    assert says(wang, "停 3 个月", "suspend_line") == [CONFIRM]
    assert "每月 5 元" in wang.replies[0]["rows"]
    assert says(wang, "确认", "affirm") == ["utter_confirm_change"]
    assert says(wang, "我要复机", "restore_line") == [CONFIRM]
    assert says(wang, "确认", "affirm") == ["utter_confirm_change"]
    assert says(wang, "我要复机", "restore_line") == ["utter_refuse_change_not_suspended"]


def test_a_lost_phone_receives_no_code_but_a_person(dialogue):
    says(dialogue, "手机丢了挂失", "suspend_line")
    dialogue.run("identity_form")
    said = dialogue.says("收不到短信不方便", "deny", "identity_form")
    assert said == ["utter_cancel_identity_lost"]
    assert dialogue.slots["open_offer"] == "person"


def test_password_by_sms(wang):
    assert says(wang, "密码忘了", "reset_password") == ["utter_ask_password_kind"]
    assert says(wang, "服务密码", "reset_password") == [CONFIRM]
    assert says(wang, "确认", "affirm") == ["utter_confirm_password"]
    assert wang.replies[0]["phone"] == "138****0001"


@pytest.mark.parametrize(
    "text", ["怎么改wifi密码", "无线密码忘了", "路由器密码怎么改", "改 Wi-Fi 密码"]
)
def test_the_password_of_the_own_wireless_network_is_explained(dialogue, text):
    assert says(dialogue, text, "reset_password") == []
    assert dialogue.slots["next_flow"] == "action_answer_question"
    assert dialogue.form is None
    assert dialogue.run("action_answer_question") == ["utter_inform_article"]
    assert "Wi-Fi" in dialogue.replies[0]["body"]


def test_the_password_of_the_line_is_ours(wang):
    assert says(wang, "wifi的宽带密码忘了", "reset_password") == [CONFIRM]


def test_a_new_connection_needs_no_account(dialogue):
    assert says(dialogue, "我要装宽带", "install_broadband") == ["utter_ask_install_address"]
    said = says(dialogue, "幸福花园3栋", "inform", address="幸福花园3栋")
    assert said == ["utter_ask_install_package"]
    assert says(dialogue, "单宽带 300M", "nlu_fallback") == ["utter_ask_install_phone"]
    assert says(dialogue, "13900001111", "inform", phone="13900001111") == [CONFIRM]
    assert "装机调测费一次 100 元" in dialogue.replies[0]["rows"]
    assert says(dialogue, "确认办理", "affirm") == ["utter_confirm_change_order"]


def test_where_fibre_is_missing_another_address_is_asked(dialogue):
    says(dialogue, "我要装宽带", "install_broadband")
    says(dialogue, "青山村2组", "inform", address="青山村2组")
    says(dialogue, "单宽带 300M", "nlu_fallback")
    said = says(dialogue, "13900001111", "inform", phone="13900001111")
    assert said == ["utter_refuse_change_no_coverage", "utter_ask_install_address"]


def test_moving_and_renewing(wang):
    assert says(wang, "宽带移机", "relocate_broadband") == ["utter_ask_new_address"]
    assert says(wang, "幸福花园3栋", "inform", address="幸福花园3栋") == [CONFIRM]
    assert says(wang, "确认", "affirm") == ["utter_confirm_change_order"]
    assert says(wang, "宽带续约", "renew_broadband") == [CONFIRM]
    assert says(wang, "确认", "affirm") == ["utter_confirm_change_undoable"]


def test_confirmed_twice_with_one_message_is_done_once(wang):
    says(wang, "开通视频会员", "subscribe_service", service="视频会员")
    says(wang, "确认", "affirm")
    first = wang.replies
    wang.form, wang.slots["requested_slot"] = FORM, "confirm"
    assert wang.desk.account.subscriptions(wang.conversation_id)
    assert first[0]["number"]


def test_a_trace_is_offered_and_taken(dialogue):
    dialogue.verify("13800000004")
    dialogue.says("充值没到账", "query_recharge", "action_query_recharge")
    assert dialogue.slots["open_offer"] == "resume:change_form"
    dialogue.says("好的", "affirm", "action_accept_offer")
    assert dialogue.run(FORM) == [CONFIRM]
    assert says(dialogue, "确认办理", "affirm") == ["utter_confirm_change_order"]


@pytest.mark.parametrize(
    ("text", "intent", "title", "said"),
    [
        ("补卡", "replace_sim", "补卡换卡", "utter_inform_prepared"),
        ("我要销户", "close_account", "销户", "utter_inform_prepared_open"),
        ("办过户", "close_account", "过户", "utter_inform_prepared"),
        ("携号转网", "close_account", "携号转网", "utter_inform_prepared_open"),
    ],
)
def test_what_a_person_does_is_prepared(wang, text, intent, title, said):
    assert wang.says(text, intent, "action_prepare_matter") == [said]
    assert wang.replies[0]["title"] == title
    assert wang.slots["open_offer"] == "person"
    wang.says("好的", "affirm", "action_accept_offer")
    assert wang.slots["handoff_reason"] is None


@pytest.mark.parametrize(
    ("text", "intent", "said"),
    [
        ("不装了", "cancel_work_order", "utter_cancel_change"),
        ("不充了", "query_recharge", "utter_cancel_change"),
        ("换一个", "change_package", "utter_ask_service"),
    ],
)
def test_a_short_answer_means_what_is_open(wang, text, intent, said):
    """Whatever understanding takes it for: here it can only be about the open question."""
    says(wang, "开通视频会员", "subscribe_service", service="视频会员")
    assert says(wang, text, intent) == [said]


def after_identity(dialogue):
    """Identity proved as in the form; the change goes on with what was said before."""
    dialogue.verify()
    dialogue.hears("938517", "inform")
    dialogue.run("identity_form")
    return dialogue.run(FORM)


@pytest.mark.parametrize(
    ("text", "entities", "title"),
    [
        ("退订视频彩铃", {"service": "视频彩铃"}, "退订视频彩铃 6 元包"),
        ("把那个6块钱的取消", {"amount": 6.0}, "退订视频彩铃 6 元包"),
        ("全部退订", {}, "退订来电显示、视频彩铃 6 元包"),
    ],
)
def test_what_was_said_before_identity_is_understood_after_it(dialogue, text, entities, title):
    assert says(dialogue, text, "unsubscribe_service", **entities) == []
    assert after_identity(dialogue) == [CONFIRM]
    assert title in dialogue.replies[0]["rows"]


def test_a_wish_said_before_identity_narrows_the_list(dialogue):
    says(dialogue, "换个便宜点的套餐", "change_package")
    assert after_identity(dialogue) == ["utter_ask_package"]
    names = [b["title"] for b in dialogue.replies[0]["buttons"]]
    assert "畅享融合 199 套餐" not in names


def test_every_answer_is_kept_in_a_slot_event(dialogue):
    """Rasa knows only what events say; a part changed in place would be lost."""
    says(dialogue, "我要装宽带", "install_broadband")
    says(dialogue, "幸福花园3栋", "inform", address="幸福花园3栋")
    before = dialogue.slots["change_draft"]
    frozen = repr(before)
    says(dialogue, "单宽带 300M", "nlu_fallback")
    assert repr(before) == frozen
    assert dialogue.slots["change_draft"]["values"]["package"] == "B60"


def test_a_dispute_is_heard_where_its_service_could_be_chosen(wang):
    assert says(wang, "我要开通业务", "subscribe_service")[-1].startswith("utter_ask_service")
    wang.hears("我没订过这个视频会员", "dispute_charge", service="视频会员")
    with pytest.raises(Exception, match="interrupted"):
        wang.run(FORM)


def test_who_comes_back_to_a_change_that_is_gone_is_asked_what_they_want(wang):
    wang.hears("确认", "affirm")
    assert wang.run(FORM) == ["utter_ask_what_to_change"]
    assert wang.form is None


def test_an_undo_takes_the_place_of_the_change_below_it(wang):
    says(wang, "我要换套餐", "change_package")
    wang.hears("撤销刚才的", "cancel_work_order")
    with pytest.raises(Exception, match="interrupted"):
        wang.run(FORM)
    wang.events.append({"event": "action_execution_rejected", "name": FORM})
    wang.run("order_request_form")
    assert wang.run(FORM)[0] == "utter_inform_nothing_to_undo"
    assert not wang.slots.get("suspended_flows")
