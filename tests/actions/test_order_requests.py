"""催单, 撤单, 补充 and 骚扰举报 as forms."""

import pytest

FORM, SPAM = "order_request_form", "spam_form"


@pytest.fixture
def number(dialogue):
    receipt = dialogue.desk.complaints.file(
        dialogue.conversation_id, "网络", "宽带断了三天", "修好", "13900001111", key="c"
    )
    return receipt.number


def says(dialogue, text, intent, **entities):
    return dialogue.says(text, intent, FORM, **entities)


def test_the_only_open_order_is_urged_and_then_escalated(dialogue, number):
    assert says(dialogue, "师傅怎么还不来", "urge_work_order") == ["utter_confirm_urge"]
    assert dialogue.replies[0]["number"] == number and dialogue.form is None
    assert says(dialogue, "再催一下", "urge_work_order") == ["utter_confirm_urge_escalated"]
    assert "第 2 次" in dialogue.replies[0]["reason"]


def test_without_an_order_a_number_or_identity(dialogue):
    assert says(dialogue, "催一下", "urge_work_order") == ["utter_ask_order_or_identity"]
    said = says(dialogue, "BX261121483920", "inform", work_order_number="BX261121483920")
    assert said == ["utter_reject_work_order"]
    assert says(dialogue, "不记得单号", "query_work_order") == []
    assert dialogue.slots["after_identity"] == FORM
    dialogue.verify()
    dialogue.hears("938517", "inform")
    dialogue.run("identity_form")
    assert dialogue.run(FORM) == ["utter_inform_no_open_orders"]


def test_one_of_several(dialogue, number):
    desk, here = dialogue.desk, dialogue.conversation_id
    desk.complaints.file(here, "服务", "营业员骂人", "道歉", "13900001111", key="d")
    assert says(dialogue, "催一下", "urge_work_order") == ["utter_ask_which_order"]
    assert says(dialogue, "第二个", "nlu_fallback") == ["utter_confirm_urge"]
    assert dialogue.replies[0]["number"] == number


@pytest.mark.parametrize(
    ("text", "intent", "said"),
    [
        ("确认取消", "nlu_fallback", "utter_confirm_order_cancelled"),
        ("好的", "affirm", "utter_confirm_order_cancelled"),
        ("取消报修", "cancel_work_order", "utter_confirm_order_cancelled"),
        ("取消", "cancel", "utter_confirm_order_cancelled"),
        ("不取消了", "deny", "utter_keep_order"),
        ("算了不取消了", "cancel", "utter_cancel_order_request"),
        ("还是来修吧", "nlu_fallback", "utter_keep_order"),
        ("什么", "nlu_fallback", "utter_ask_cancel_order"),
    ],
)
def test_cancelling_asks_once_more(dialogue, number, text, intent, said):
    assert says(dialogue, "不用派人来了", "cancel_work_order") == ["utter_ask_cancel_order"]
    assert says(dialogue, text, intent) == [said]
    gone = dialogue.desk.work_orders.progress(dialogue.conversation_id, number).open is False
    assert gone is (said == "utter_confirm_order_cancelled")


def test_too_late_to_cancel(dialogue, number):
    for state in ("dispatched", "acknowledged", "in_progress"):
        dialogue.desk.work_orders.move(number, state, actor="lixiao")
    says(dialogue, "取消报修", "cancel_work_order")
    assert says(dialogue, "确认", "affirm") == ["utter_refuse_cancel_order"]
    assert dialogue.slots["open_offer"] == "person"


def test_undoing_a_change_is_no_order(dialogue, number):
    assert says(dialogue, "撤销刚才的办理", "cancel_work_order") == []
    assert dialogue.slots["next_flow"] == "change_form"


@pytest.mark.parametrize(
    ("action", "intent"),
    [
        ("action_receive_information", "inform"),
        ("action_ask_clarification", "nlu_fallback"),
        ("action_decline_offer", "correct_value"),
    ],
)
def test_a_note_after_the_receipt(dialogue, number, action, intent):
    dialogue.says("补充一下，小区门禁密码是1234", intent, action)
    assert dialogue.slots["next_flow"] == FORM
    assert dialogue.run(FORM) in (["utter_confirm_note"], ["utter_ask_note"])


def test_a_note_in_two_messages(dialogue, number):
    dialogue.says("补充一下", "inform", "action_receive_information")
    assert dialogue.run(FORM) == ["utter_ask_note"]
    assert says(dialogue, "光猫在客厅柜子里", "nlu_fallback") == ["utter_confirm_note"]
    steps = dialogue.desk.work_order_view.one(number)["steps"]
    assert steps[-1]["answer"] == "光猫在客厅柜子里"


def test_nuisance_with_and_without_a_number(dialogue):
    said = dialogue.says("举报02087654321", "report_spam", SPAM)
    assert said == ["utter_confirm_spam"] and dialogue.form is None
    assert dialogue.says("举报骚扰电话", "report_spam", SPAM) == ["utter_ask_spam_number"]
    assert dialogue.says("嗯", "nlu_fallback", SPAM) == ["utter_ask_spam_number"]
    assert dialogue.says("不知道号码", "nlu_fallback", SPAM) == ["utter_advise_spam"]


def test_a_nuisance_report_can_be_left(dialogue):
    dialogue.says("老有骚扰短信", "report_spam", SPAM)
    assert dialogue.says("算了", "cancel", SPAM) == ["utter_cancel_spam"]
