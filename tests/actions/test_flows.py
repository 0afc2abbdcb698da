"""Diagnosis, packages, work orders, hand-off and small talk against the real desk."""

import pytest
from rasa_sdk.interfaces import ActionExecutionRejection


def test_diagnosis_relays_prompts_until_the_run_ends(dialogue):
    said = dialogue.says("宽带断了", "report_broadband_fault", "diagnosis_form")
    assert dialogue.form == "diagnosis_form" and dialogue.replies[-1]["buttons"]
    said = dialogue.says("好了 能上网了", "inform_fixed", "diagnosis_form")
    assert said and dialogue.form is None
    assert dialogue.desk.diagnosis.current(dialogue.conversation_id) is None


def test_diagnosis_repair_order(dialogue):
    dialogue.says("宽带断了", "report_broadband_fault", "diagnosis_form")
    dialogue.says("灯都不亮", "inform", "diagnosis_form")
    dialogue.says("还是不亮", "inform_not_fixed", "diagnosis_form")
    said = dialogue.says("13900001111", "inform", "diagnosis_form", phone="13900001111")
    assert "哪个区" in said[-1] and dialogue.form == "diagnosis_form"
    said = dialogue.says("等师傅电话约", "inform", "diagnosis_form")
    assert "BX" in said[-1] and dialogue.form is None


@pytest.mark.parametrize(
    ("intent", "confidence", "interrupts"),
    [
        ("browse_packages", 0.9, True),
        ("browse_packages", 0.3, False),
        ("file_complaint", 0.9, True),
        ("request_human", 0.9, True),
        ("report_iptv_fault", 0.9, False),
        ("out_of_scope", 0.9, False),
        ("affirm", 0.9, False),
    ],
)
def test_what_interrupts_a_diagnosis(dialogue, intent, confidence, interrupts):
    dialogue.says("宽带断了", "report_broadband_fault", "diagnosis_form")
    dialogue.hears("说了什么", intent, confidence)
    if interrupts:
        with pytest.raises(ActionExecutionRejection):
            dialogue.run("diagnosis_form")
    else:
        assert dialogue.run("diagnosis_form")


def test_declined_resumption_stops_the_run(dialogue):
    dialogue.says("宽带断了", "report_broadband_fault", "diagnosis_form")
    dialogue.slots["open_offer"], dialogue.form = "resume:diagnosis_form", None
    dialogue.says("不用了", "deny", "action_decline_offer")
    assert dialogue.desk.diagnosis.current(dialogue.conversation_id) is None


def test_open_run_is_resumed_by_a_new_report(dialogue):
    dialogue.says("宽带断了", "report_broadband_fault", "diagnosis_form")
    dialogue.form = None
    said = dialogue.says("还是没网", "report_broadband_fault", "action_start_diagnosis")
    assert said == ["utter_resume_diagnosis"] and dialogue.slots["next_flow"] == "diagnosis_form"


@pytest.mark.parametrize("action", ["action_query_package", "action_query_usage"])
def test_account_data_needs_identity(dialogue, action):
    assert dialogue.says("查一下", "query_package", action) == []
    assert dialogue.slots["after_identity"] == action
    assert dialogue.slots["next_flow"] == "identity_form"


def test_usage_rows(dialogue):
    dialogue.verify()
    assert dialogue.says("流量", "query_usage", "action_query_usage") == ["utter_inform_usage"]
    assert "剩余 12.6GB（共 40GB，已用 27.4GB）" in dialogue.replies[0]["rows"]


def test_offers_need_no_identity(dialogue):
    assert dialogue.says("套餐", "browse_packages", "action_browse_packages") == [
        "utter_inform_offers"
    ]
    assert "59元/月" in dialogue.replies[0]["rows"]


def test_work_order_by_number_and_unknown_numbers(dialogue):
    number = "BX261121483920"
    for expected in ("utter_reject_work_order", "utter_reject_work_order"):
        said = dialogue.says(
            number, "query_work_order", "work_order_form", work_order_number=number
        )
        assert said == [expected] and dialogue.form == "work_order_form"
    said = dialogue.says(number, "inform", "work_order_form", work_order_number=number)
    assert said == ["utter_reject_work_order_finally"]
    assert dialogue.form is None and dialogue.slots["open_offer"] == "person"


def test_my_work_orders_need_identity(dialogue):
    dialogue.says("我的工单", "query_work_order", "work_order_form")
    assert dialogue.slots["next_flow"] == "identity_form"
    assert dialogue.slots["after_identity"] == "work_order_form"


@pytest.mark.parametrize("form", ["diagnosis_form", "complaint_form", "work_order_form"])
def test_a_person_ends_every_form(dialogue, form):
    dialogue.says("我要投诉", "file_complaint", form)
    said = dialogue.says("转人工", "request_human", "action_request_human")
    assert said[0].startswith("utter_confirm_handoff")
    assert dialogue.form is None and not dialogue.slots.get("suspended_flows")


def test_asking_for_a_person_twice_with_one_message_queues_once(dialogue):
    dialogue.says("转人工", "request_human", "action_request_human")
    first = dialogue.replies
    dialogue.run("action_request_human")
    assert dialogue.replies == first


def test_an_offer_stands_for_one_answer_only(dialogue):
    dialogue.says("补卡", "replace_sim", "action_offer_person")
    assert dialogue.slots["open_offer"] == "person"
    dialogue.says("谢谢", "thank", "action_acknowledge_thanks")
    assert dialogue.slots["open_offer"] is None
    assert dialogue.says("好的", "affirm", "action_accept_offer") == ["utter_ask_need"]


def test_accepted_offer_hands_over(dialogue):
    dialogue.says("补卡", "replace_sim", "action_offer_person")
    said = dialogue.says("好的", "affirm", "action_accept_offer")
    assert said[0].startswith("utter_confirm_handoff")


def test_clarification_then_a_person(dialogue):
    dialogue.hears("那个啥", "nlu_fallback")
    dialogue.message["intent_ranking"] = [
        {"name": n, "confidence": 0.2} for n in ("nlu_fallback", "query_bill", "query_balance")
    ]
    assert dialogue.run("action_ask_clarification") == ["utter_ask_clarification"]
    assert [b["payload"] for b in dialogue.replies[0]["buttons"]] == ["查这个月账单", "查话费余额"]
    dialogue.hears("嗯那个", "nlu_fallback")
    assert dialogue.run("action_ask_clarification") == ["utter_offer_person"]


def test_understood_in_between_resets_the_count(dialogue):
    dialogue.says("呃", "out_of_scope", "action_decline_topic")
    dialogue.says("谢谢", "thank", "action_acknowledge_thanks")
    assert dialogue.says("呃", "out_of_scope", "action_decline_topic") == ["utter_decline_topic"]


def test_greeting_by_time_of_day(dialogue):
    assert dialogue.says("你好", "greet", "action_greet_customer") == ["utter_greet"]
    assert dialogue.replies[0]["day_part"] in ("早上", "中午", "下午", "晚上")


def test_repeat_says_the_last_replies_again(dialogue):
    dialogue.events += [
        {"event": "user", "text": "x"},
        {"event": "bot", "text": "您好", "data": {}},
    ]
    assert dialogue.says("再说一遍", "ask_repeat", "action_repeat_reply") == ["您好"]


def test_who_asks_again_and_again_gets_a_person(dialogue):
    again = ("不太清楚", "ask_repeat", "action_repeat_reply")
    dialogue.events.append({"event": "bot", "text": "请说一下您的地址。", "data": {}})
    assert dialogue.says(*again) == ["请说一下您的地址。"]
    assert dialogue.says(*again) == ["utter_offer_person"]
    assert dialogue.says(*again)[0] == "utter_inform_person_for_repeated"


def test_goodbye_inside_a_form_keeps_the_place_without_pushing(dialogue):
    dialogue.says("宽带断了", "report_broadband_fault", "diagnosis_form")
    assert dialogue.says("再见", "goodbye", "action_say_goodbye") == ["utter_pause_flow"]
    assert dialogue.run("diagnosis_form") == []
    assert dialogue.form == "diagnosis_form"
    assert dialogue.says("等下", "ask_wait", "diagnosis_form")


@pytest.mark.parametrize(("text", "intent"), [("还是不行", "inform_not_fixed"), ("算了", "cancel")])
def test_an_answer_without_a_run_ends_the_form_politely(dialogue, text, intent):
    dialogue.says("宽带断了", "report_broadband_fault", "diagnosis_form")
    dialogue.desk.diagnosis.stop(dialogue.conversation_id, key="behind-its-back")
    said = dialogue.says(text, intent, "diagnosis_form")
    assert said == ["utter_confirm_diagnosis_stopped"]
    assert dialogue.form is None and not dialogue.slots.get("open_offer")


def test_a_side_question_without_a_run_ends_the_form_too(dialogue):
    dialogue.says("宽带断了", "report_broadband_fault", "diagnosis_form")
    dialogue.desk.diagnosis.stop(dialogue.conversation_id, key="behind-its-back")
    dialogue.says("谢谢", "thank", "action_acknowledge_thanks")
    assert dialogue.run("diagnosis_form") == ["utter_confirm_diagnosis_stopped"]
    assert dialogue.form is None


def test_the_fault_reported_again_without_a_run_starts_a_new_one(dialogue):
    dialogue.says("宽带断了", "report_broadband_fault", "diagnosis_form")
    dialogue.desk.diagnosis.stop(dialogue.conversation_id, key="behind-its-back")
    assert dialogue.says("宽带又断了", "report_broadband_fault", "diagnosis_form") == []
    assert dialogue.form is None and dialogue.slots["next_flow"] == "action_start_diagnosis"
    assert dialogue.run("action_start_diagnosis") == ["utter_apologize_fault"]


ENDINGS = [
    ("好了 能上网了", "inform_fixed", "diagnosis_form"),
    ("转人工", "request_human", "action_request_human"),
    ("算了", "cancel", "diagnosis_form"),
]


@pytest.mark.parametrize(("text", "intent", "action"), ENDINGS)
def test_a_withheld_phone_counts_for_this_fault_only(dialogue, text, intent, action):
    dialogue.says("宽带断了", "report_broadband_fault", "action_start_diagnosis")
    dialogue.run("identity_form")
    dialogue.says("跳过", "cancel", "identity_form")
    dialogue.run("diagnosis_form")
    assert dialogue.form == "diagnosis_form" and dialogue.slots["identity_declined"]
    dialogue.says(text, intent, action)
    assert dialogue.form is None
    dialogue.says("宽带又断了", "report_broadband_fault", "action_start_diagnosis")
    assert dialogue.slots["next_flow"] == "identity_form"


def test_a_dropped_diagnosis_forgets_the_withheld_phone(dialogue):
    dialogue.slots["identity_declined"] = True
    dialogue.says("宽带断了", "report_broadband_fault", "diagnosis_form")
    dialogue.slots["open_offer"], dialogue.form = "resume:diagnosis_form", None
    dialogue.says("不用了", "deny", "action_decline_offer")
    assert not dialogue.slots["identity_declined"]


def test_the_place_in_the_queue_is_told(dialogue):
    dialogue.says("转人工", "request_human", "action_request_human")
    assert dialogue.replies[0]["position"] == 1
