"""我没订过这个: record, one go, or a complaint."""

import pytest

FORM = "dispute_form"
CONFIRM = "utter_ask_change_confirmation"


@pytest.fixture
def zhou(dialogue):
    dialogue.verify("13800000005")
    return dialogue


def says(dialogue, text, intent="dispute_charge", **entities):
    return dialogue.says(text, intent, FORM, **entities)


def test_the_record_then_cancelled_and_asked_back_in_one_go(zhou):
    said = says(zhou, "视频会员我没订过", service="视频会员")
    assert said == ["utter_inform_charge_record", CONFIRM]
    record = zhou.replies[0]
    assert record["channel"] == "手机营业厅弹窗" and record["amount"] == "15"
    assert says(zhou, "好的", "affirm") == ["utter_confirm_change_order"]
    held = zhou.desk.account.subscriptions(zhou.conversation_id)
    assert all(s.ends_on is not None for s in held)


@pytest.mark.parametrize(
    ("text", "entities"),
    [("视频会员月包我没订过", {}), ("第1个", {}), ("15块那个", {"amount": 15.0})],
)
def test_chosen_from_the_list_by_name_place_or_sum(zhou, text, entities):
    assert says(zhou, "我没订过这个") == ["utter_ask_charge"]
    said = says(zhou, text, "nlu_fallback", **entities)
    assert said == ["utter_inform_charge_record", CONFIRM]
    assert says(zhou, "不办了", "cancel") == ["utter_cancel_change"]


def test_an_item_of_the_bill(zhou):
    says(zhou, "乱扣费")
    assert says(zhou, "套外流量费不认可") == [CONFIRM]
    assert "核实" in zhou.replies[0]["rows"]
    assert says(zhou, "确认办理", "affirm") == ["utter_confirm_change_order"]


def test_corrected_before_it_is_confirmed(zhou):
    says(zhou, "视频会员我没订过", service="视频会员")
    said = says(zhou, "不是这个，是套外流量费", "correct_value")
    assert said == [CONFIRM] and "套外流量费" in zhou.replies[0]["rows"]
    assert says(zhou, "不对，换一个", "correct_value") == ["utter_ask_charge"]


@pytest.mark.parametrize(("text", "intent"), [("都不是", "deny"), ("这些都不是", "deny")])
def test_none_of_them_becomes_a_complaint(zhou, text, intent):
    says(zhou, "你们乱扣我的钱")
    assert says(zhou, text, intent) == []
    assert zhou.slots["next_flow"] == "complaint_form" and zhou.form is None
    said = zhou.run("complaint_form")
    assert said[0] == "utter_apologize_complaint"
    assert zhou.slots["complaint_draft"]["description"] == "你们乱扣我的钱"


@pytest.mark.parametrize("text", ["押金不退给我", "扣了我违约金不合理", "装机收了我两次钱"])
def test_what_no_bill_answers_for_goes_to_a_complaint_at_once(dialogue, text):
    assert says(dialogue, text) == []
    assert dialogue.slots["next_flow"] == "complaint_form"


def test_identity_first_and_the_opening_words_are_kept(dialogue):
    assert says(dialogue, "视频会员我没订过", service="视频会员") == ["utter_apologize_dispute"]
    assert dialogue.slots["after_identity"] == FORM
    dialogue.verify("13800000005")
    dialogue.hears("938517", "inform")
    dialogue.run("identity_form")
    assert dialogue.run(FORM) == ["utter_inform_charge_record", CONFIRM]


def test_who_does_not_want_to_prove_it_complains(dialogue):
    says(dialogue, "偷偷扣我话费")
    dialogue.run("identity_form")
    said = dialogue.says("不想验证", "deny", "identity_form")
    assert said == ["utter_skip_identity_dispute"]
    assert dialogue.slots["next_flow"] == "complaint_form"
    dialogue.run("complaint_form")
    assert dialogue.slots["complaint_draft"]["description"] == "偷偷扣我话费"


def test_no_charges_at_all(dialogue):
    dialogue.verify("13800000004")
    assert says(dialogue, "乱扣费") == ["utter_inform_no_charges"]
    assert dialogue.slots["next_flow"] == "complaint_form"


def test_another_wish_at_the_list_is_heard_with_its_words(dialogue):
    """Both forms keep their draft in one slot: the open dispute is none of the change."""
    dialogue.verify("13800000005")
    assert says(dialogue, "有一笔我不认可") == ["utter_ask_charge"]
    dialogue.hears("帮我换成199的套餐", "change_package", package="199")
    with pytest.raises(Exception, match="interrupted"):
        dialogue.run(FORM)
    dialogue.events.append({"event": "action_execution_rejected", "name": FORM})
    assert dialogue.run("change_form") == [CONFIRM]
    assert "199" in dialogue.replies[0]["rows"]
    dialogue.hears("不办了", "cancel")
    assert dialogue.run("change_form")[0] == "utter_cancel_change"


def test_a_question_that_gets_no_answer_goes_to_a_person(zhou):
    assert says(zhou, "有一笔我不认可") == ["utter_ask_charge"]
    assert says(zhou, "嗯嗯", "nlu_fallback") == ["utter_ask_charge"]
    assert says(zhou, "稍等", "ask_wait") == ["utter_wait_patiently"]  # no try of an answer
    said = says(zhou, "这是啥", "nlu_fallback")
    assert said[0] == "utter_inform_person_for_stuck"
    assert said[1].startswith("utter_confirm_handoff")
    assert zhou.form is None and "utter_ask_charge" not in said


def test_an_answer_in_between_begins_the_count_anew(zhou):
    says(zhou, "有一笔我不认可")
    says(zhou, "嗯嗯", "nlu_fallback")
    assert says(zhou, "15块那个", "nlu_fallback", amount=15.0)[-1] == CONFIRM
    assert says(zhou, "嗯这个", "nlu_fallback")[-1] == CONFIRM
    assert zhou.form == FORM
