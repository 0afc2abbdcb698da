"""How the bot treats people, whatever they came for."""

import pytest
from rasa_sdk.interfaces import ActionExecutionRejection

USAGE = ("还剩多少流量", "query_usage", "action_query_usage")
OFFERS = ("有什么套餐", "browse_packages", "action_browse_packages")


# -- greeting -------------------------------------------------------------------------------------


def test_the_first_reply_of_a_conversation_greets(new_dialogue):
    assert new_dialogue.says(*OFFERS) == ["utter_greet_first", "utter_inform_offers"]
    assert new_dialogue.says(*OFFERS) == ["utter_inform_offers"]


def test_a_greeting_is_not_greeted_twice(new_dialogue):
    assert new_dialogue.says("你好", "greet", "action_greet_customer") == ["utter_greet"]
    assert new_dialogue.says(*OFFERS) == ["utter_inform_offers"]


def test_another_day_begins_with_a_greeting_but_not_inside_a_flow(dialogue):
    dialogue.says("宽带断了", "report_broadband_fault", "diagnosis_form")
    dialogue.slots["greeted_on"] = "2020-01-01"
    assert "utter_greet_first" not in dialogue.says("灯都是绿的", "inform", "diagnosis_form")
    dialogue.form = None
    assert dialogue.says(*OFFERS)[0] == "utter_greet_first"


# -- abuse ----------------------------------------------------------------------------------------


def test_abuse_is_answered_calmly_once_then_by_a_person(dialogue):
    first = dialogue.says("傻逼机器人 有什么套餐", "browse_packages", "action_browse_packages")
    assert first == ["utter_calm", "utter_inform_offers"]
    second = dialogue.says("滚蛋", "out_of_scope", "action_decline_topic")
    assert second[0] == "utter_inform_person_for_angry"
    assert second[1].startswith("utter_confirm_handoff")
    assert dialogue.desk.handoff.position(dialogue.conversation_id) == 1


@pytest.mark.parametrize(
    "text",
    [
        "老收到垃圾短信",
        "垃圾电话太多了",
        "我要投诉你们服务太差了",
        "我妈的手机没信号",
        "屏幕一滚动就卡",
    ],
)
def test_what_only_sounds_like_abuse(dialogue, text):
    assert "utter_calm" not in dialogue.says(text, "report_spam", "action_offer_person")


def test_abuse_inside_a_flow_goes_on_with_the_flow(dialogue):
    dialogue.says("宽带断了", "report_broadband_fault", "diagnosis_form")
    said = dialogue.says("他妈的都是绿的", "inform", "diagnosis_form")
    assert said[0] == "utter_calm" and dialogue.form == "diagnosis_form"


def test_a_declined_message_is_counted_once(dialogue):
    dialogue.says("宽带断了", "report_broadband_fault", "diagnosis_form")
    dialogue.hears("废物 有什么套餐", "browse_packages")
    with pytest.raises(ActionExecutionRejection):
        dialogue.run("diagnosis_form")
    dialogue.events.append({"event": "action_execution_rejected", "name": "diagnosis_form"})
    assert dialogue.run("action_browse_packages")[0] == "utter_calm"
    assert dialogue.slots["abuse"] == 1
    assert "utter_calm" not in dialogue.run("diagnosis_form")


# -- somebody in distress ----------------------------------------------------------------


@pytest.mark.parametrize("text", ["我不想活了", "再这样扣钱我真的活不下去了", "我要跳楼"])
def test_somebody_in_distress_gets_care_and_a_person(dialogue, text):
    dialogue.says("宽带断了", "report_broadband_fault", "diagnosis_form")
    said = dialogue.says(text, "out_of_scope", "diagnosis_form")
    assert said[0] == "utter_care" and dialogue.form is None
    assert dialogue.desk.handoff.position(dialogue.conversation_id) == 1


@pytest.mark.parametrize("text", ["网卡死了", "气死我了", "我要死机的手机能退吗", "跳楼价套餐有吗"])
def test_what_is_only_a_manner_of_speaking(dialogue, text):
    assert "utter_care" not in dialogue.says(text, "browse_packages", "action_browse_packages")


# -- the same question again ---------------------------------------------------------------------


def test_the_same_question_three_times_brings_a_person(dialogue):
    dialogue.verify()
    assert dialogue.says(*USAGE) == ["utter_inform_usage"]
    assert dialogue.says("流量剩多少啊到底", *USAGE[1:]) == ["utter_inform_usage"]
    assert dialogue.says(*USAGE)[0] == "utter_inform_person_for_repeated"
    assert dialogue.desk.handoff.position(dialogue.conversation_id) == 1


def test_something_else_in_between_begins_anew(dialogue):
    dialogue.verify()
    for _ in range(2):
        dialogue.says(*USAGE)
        dialogue.says(*USAGE)
        dialogue.says(*OFFERS)
    assert dialogue.desk.handoff.position(dialogue.conversation_id) == 0


def test_different_questions_of_one_kind_are_not_the_same(dialogue):
    for text in ("有什么套餐", "有没有便宜点的", "流量多的有吗", "一百块以内呢"):
        assert dialogue.says(text, *OFFERS[1:]) == ["utter_inform_offers"]
    assert dialogue.says("一百块以内的吗？", *OFFERS[1:]) == ["utter_inform_offers"]
    assert dialogue.says("一百块以内呢", *OFFERS[1:])[0] == "utter_inform_person_for_repeated"


# -- elderly ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["我年纪大了", "我七十多了不会弄", "字太小看不清", "切换长辈版", "我是老人家"]
)
def test_the_elderly_get_a_person_in_one_step(dialogue, text):
    said = dialogue.says(text, "inform", "action_receive_information")
    assert said[0] == "utter_confirm_elderly"
    assert {"mode": "elderly"} in [r.get("custom") for r in dialogue.replies]
    dialogue.says(*OFFERS)
    assert dialogue.replies[-1]["buttons"][-1] == {"title": "转人工", "payload": "转人工"}
    assert dialogue.slots["elderly"] is True
    assert dialogue.says("转人工", "request_human", "action_request_human")
    assert not dialogue.replies[-1].get("buttons")


def test_the_button_in_the_middle_of_a_flow_asks_the_open_question_again(dialogue):
    dialogue.says("宽带断了", "report_broadband_fault", "diagnosis_form")
    question = dialogue.replies[-1]
    said = dialogue.says("切换长辈版", "out_of_scope", "diagnosis_form")
    assert said == ["utter_confirm_elderly", question["text"]]
    offered = [b["payload"] for b in dialogue.replies[-1]["buttons"]]
    assert offered == [b["payload"] for b in question["buttons"]] + ["转人工"]
    assert dialogue.form == "diagnosis_form" and not dialogue.slots["misunderstood"]


def test_back_to_the_usual_way(dialogue):
    dialogue.says("长辈版", "inform", "action_receive_information")
    said = dialogue.says("退出长辈版", "inform", "action_receive_information")
    assert said[0] == "utter_confirm_elderly_off" and not dialogue.slots["elderly"]
    dialogue.says(*OFFERS)
    assert not dialogue.replies[-1].get("buttons")
