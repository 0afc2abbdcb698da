"""The identity form against the real desk."""

import pytest


@pytest.fixture
def asked(dialogue):
    """The package was asked for; the form waits for a phone."""
    assert dialogue.says("查一下我的套餐", "query_package", "action_query_package") == []
    assert dialogue.slots["next_flow"] == "identity_form"
    dialogue.run("identity_form")
    return dialogue


def test_notice_comes_before_the_first_personal_datum(asked):
    assert [r["response"] for r in asked.replies] == ["utter_inform_privacy", "utter_ask_phone"]
    assert asked.form == "identity_form" and asked.slots["requested_slot"] == "phone"


def test_phone_then_code_then_back_to_what_was_asked(asked):
    said = asked.says("13800000001", "inform", "identity_form", phone="13800000001")
    assert said == ["utter_inform_code_sent"]
    assert asked.replies[0]["phone"] == "138****0001"
    said = asked.says(asked.code("13800000001"), "inform", "identity_form")
    assert said == ["utter_confirm_identity"]
    assert asked.form is None and asked.slots["next_flow"] == "action_query_package"
    assert asked.run("action_query_package") == ["utter_inform_package"]
    assert asked.slots["next_flow"] is None


def test_spaces_inside_the_code_are_fine(asked):
    asked.says("13800000001", "inform", "identity_form", phone="13800000001")
    code = asked.code("13800000001")
    said = asked.says(f"验证码 {code[:3]} {code[3:]}", "inform", "identity_form")
    assert said == ["utter_confirm_identity"]


@pytest.mark.parametrize("text", ["12345", "138000", "23800000001"])
def test_wrong_phone_is_asked_again(asked, text):
    assert asked.says(text, "inform", "identity_form") == ["utter_reject_phone"]
    assert asked.slots["requested_slot"] == "phone"


def test_words_instead_of_a_phone(asked):
    assert asked.says("什么号码", "inform", "identity_form") == ["utter_ask_phone"]


@pytest.mark.parametrize("code_sent", [False, True])
def test_a_question_in_between_is_answered_and_ours_asked_again(asked, code_sent):
    if code_sent:
        asked.says("13800000001", "inform", "identity_form", phone="13800000001")
    asked.hears("流量用完了怎么收费", "nlu_fallback")
    asked.message["decision"] = {"move": "ask", "choices": ["ask_faq", "dispute_charge"]}
    said = asked.run("identity_form")
    assert said == ["utter_inform_article", "utter_ask_code" if code_sent else "utter_ask_phone"]
    assert asked.form == "identity_form"


def test_resend_and_other_phone(asked):
    asked.says("13800000001", "inform", "identity_form", phone="13800000001")
    assert asked.says("没收到", "inform", "identity_form") == ["utter_inform_code_sent"]
    assert asked.says("换个号码", "correct_value", "identity_form") == ["utter_ask_phone"]
    said = asked.says("13800000003", "inform", "identity_form", phone="13800000003")
    assert said == ["utter_inform_code_sent"]


def test_five_wrong_codes_hand_over(asked):
    asked.says("13800000001", "inform", "identity_form", phone="13800000001")
    right = asked.code("13800000001")
    wrong = "000000" if right != "000000" else "000001"
    for left in (4, 3, 2, 1):
        assert asked.says(wrong, "inform", "identity_form") == ["utter_reject_code"]
        assert asked.replies[0]["attempts_left"] == left
    said = asked.says(wrong, "inform", "identity_form")
    assert said[0] == "utter_inform_identity_locked"
    assert said[1].startswith("utter_confirm_handoff") and asked.form is None


def test_too_many_codes_offer_a_person(asked):
    said = asked.says("13800000001", "inform", "identity_form", phone="13800000001")
    for _ in range(10):
        said = asked.says("重新发送", "inform", "identity_form")
        if said != ["utter_inform_code_sent"]:
            break
    assert said == ["utter_reject_code_request"]
    assert asked.form is None and asked.slots["open_offer"] == "person"


@pytest.mark.parametrize("text", ["算了", "跳过", "不方便提供"])
def test_leaving_ends_it(asked, text):
    assert asked.says(text, "cancel", "identity_form") == ["utter_cancel_identity"]
    assert asked.form is None and asked.slots["next_flow"] is None


def test_optional_before_a_diagnosis(dialogue):
    dialogue.says("宽带断了", "report_broadband_fault", "action_start_diagnosis")
    assert dialogue.run("identity_form") == ["utter_inform_privacy", "utter_ask_phone_optional"]
    assert dialogue.says("跳过", "cancel", "identity_form") == ["utter_skip_identity"]
    assert dialogue.slots["next_flow"] == "diagnosis_form"


def test_already_verified_is_not_asked_again(dialogue):
    dialogue.verify()
    assert dialogue.says("查套餐", "query_package", "action_query_package") == [
        "utter_inform_package"
    ]


@pytest.fixture
def fault_reported(dialogue):
    """Broadband is down; the phone is asked for but may be withheld."""
    dialogue.says("宽带上不了网", "report_broadband_fault", "action_start_diagnosis")
    dialogue.run("identity_form")
    assert dialogue.replies[-1]["response"] == "utter_ask_phone_optional"
    return dialogue


@pytest.mark.parametrize(
    "text", ["我不想验证", "不用验证了", "为什么要手机号", "号码忘了", "太麻烦了", "没必要吧"]
)
def test_a_phone_that_is_not_needed_may_be_withheld_in_any_words(fault_reported, text):
    assert fault_reported.says(text, "inform", "identity_form") == ["utter_skip_identity"]
    assert fault_reported.slots["next_flow"] == "diagnosis_form"


def test_who_talks_about_the_fault_instead_is_not_asked_forever(fault_reported):
    said = fault_reported.says("没有啊灯都是绿的", "inform", "identity_form")
    assert said == ["utter_ask_phone_optional"]
    said = fault_reported.says("重启了还是上不了", "inform_not_fixed", "identity_form")
    assert said == ["utter_skip_identity"]
    assert fault_reported.slots["next_flow"] == "diagnosis_form"
