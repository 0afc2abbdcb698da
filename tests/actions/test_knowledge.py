"""Questions answered from the knowledge base: answer, choice, honesty, verdict, side question."""

import pytest
from rasa_sdk.interfaces import ActionExecutionRejection

ASK = "action_answer_question"


def buttons(dialogue):
    return [b["payload"] for b in dialogue.replies[-1]["buttons"]]


def ask(dialogue, text):
    return dialogue.says(text, "ask_faq", ASK)


def answered(dialogue):
    return (dialogue.slots.get("answered_article") or {}).get("article")


def test_an_answer_names_its_source_and_what_follows(dialogue):
    assert ask(dialogue, "停机保号多少钱一个月")[-1] == "utter_inform_article"
    said = dialogue.replies[-1]
    assert "每月 5 元" in said["body"]
    assert said["source"] == "《客户服务业务规则汇编》（2025年12月21日）"
    assert said["validity"] == "2026年1月1日起有效"
    assert buttons(dialogue) == ["我要停机保号", "有什么套餐", "有帮助", "没帮到我"]


def test_an_answer_with_an_end_says_so(dialogue):
    article = dialogue.desk.knowledge.library().articles["promo-student"]
    ask(dialogue, article.questions[0])
    assert answered(dialogue) == article.id
    assert dialogue.replies[-1]["validity"].endswith("到2027年7月31日为止")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("你们公司股票代码多少", "utter_inform_not_known"),
        ("怎么办理", "utter_ask_topic"),
        ("国庆充100送30", "utter_inform_article_ended"),
    ],
)
def test_what_cannot_be_answered_is_said(dialogue, text, said):
    assert ask(dialogue, text)[-1] == said
    assert answered(dialogue) is None
    assert dialogue.slots.get("open_offer") == (
        "person" if said == "utter_inform_not_known" else None
    )


def test_near_ones_are_offered_and_a_press_leads_to_just_that_one(dialogue):
    near = "换卡"
    assert ask(dialogue, near)[-1] == "utter_ask_article"
    titles = buttons(dialogue)
    assert 2 <= len(titles) <= 3
    chosen = dialogue.slots["offered_articles"][titles[1]]
    # A title reads like an order to the intent model: whatever it guesses, the article comes.
    dialogue.says(titles[1], "replace_sim", "action_offer_person")
    assert dialogue.replies == [] and dialogue.slots["next_flow"] == ASK
    dialogue.run(ASK)
    assert dialogue.slots["answered_article"] == {"article": chosen, "question": near}


@pytest.mark.parametrize(("text", "place"), [("第一个", 0), ("2", 1), ("选第二个", 1)])
def test_the_place_of_an_offered_article_will_do(dialogue, text, place):
    ask(dialogue, "换卡")
    offered = list(dialogue.slots["offered_articles"].values())
    dialogue.says(text, "inform", "action_receive_information")
    assert dialogue.slots["next_flow"] == ASK
    dialogue.run(ASK)
    assert answered(dialogue) == offered[place]


def test_a_number_later_on_is_not_a_choice(dialogue):
    ask(dialogue, "换卡")
    dialogue.says("谢谢", "thank", "action_acknowledge_thanks")
    dialogue.says("1", "inform", "action_receive_information")
    assert dialogue.slots.get("next_flow") != ASK


@pytest.mark.parametrize("intent", ["inform_not_fixed", "deny", "file_complaint", "nlu_fallback"])
def test_not_helped_is_recorded_whatever_was_understood(dialogue, intent):
    ask(dialogue, "停机保号多少钱一个月")
    dialogue.says("没帮到我", intent, "action_decline_offer")
    assert dialogue.replies == [] and dialogue.slots["next_flow"] == "action_judge_answer"
    said = dialogue.run("action_judge_answer")
    assert said == ["utter_offer_other_articles"]
    assert dialogue.slots["open_offer"] == "person"
    verdicts = dialogue.desk.knowledge.unhelpful()
    assert [(v.article, v.question) for v in verdicts] == [("keep-number", "停机保号多少钱一个月")]
    assert answered(dialogue) is None


def test_an_article_that_was_the_wrong_one_is_not_offered_again(dialogue):
    ask(dialogue, "停机保号多少钱一个月")
    dialogue.says("没帮到我", "deny", "action_judge_answer")
    assert "keep-number" not in dialogue.slots["offered_articles"].values()
    assert 1 <= len(dialogue.slots["offered_articles"]) <= 2


def test_helped(dialogue):
    ask(dialogue, "停机保号多少钱一个月")
    said = dialogue.says("有帮助", "praise", "action_judge_answer")
    assert said == ["utter_acknowledge_helpful"]
    assert dialogue.desk.knowledge.unhelpful() == ()


def test_without_an_answer_before_the_words_mean_what_they_mean(dialogue):
    assert "utter_acknowledge_praise" in dialogue.says(
        "有帮助", "praise", "action_acknowledge_praise"
    )
    assert dialogue.slots.get("next_flow") is None


def test_a_side_question_inside_a_form_and_its_verdict(dialogue):
    dialogue.says("我要投诉", "file_complaint", "complaint_form")
    dialogue.says("宽带老是断 修了三次", "report_broadband_fault", "complaint_form")
    step = dialogue.slots["requested_slot"]
    dialogue.hears("投诉多久有结果", "ask_faq")
    with pytest.raises(ActionExecutionRejection):
        dialogue.run("complaint_form")
    assert dialogue.run(ASK) == ["utter_inform_article"]
    dialogue.run("complaint_form")
    assert dialogue.slots["requested_slot"] == step
    # The button under the answer, pressed while the form waits.
    assert dialogue.says("没帮到我", "inform", "complaint_form") == []
    assert dialogue.slots["next_flow"] == "action_judge_answer"
    dialogue.run("action_judge_answer")
    dialogue.run("complaint_form")
    assert dialogue.form == "complaint_form" and dialogue.slots["requested_slot"] == step
    assert len(dialogue.desk.knowledge.unhelpful()) == 1


def test_a_sure_answer_beats_asking_back(dialogue):
    said = dialogue.says(
        "怎么关掉语音信箱 语音留言怎么听", "nlu_fallback", "action_ask_clarification"
    )
    assert said[-1] == "utter_inform_article" and answered(dialogue) == "voicemail"


def test_when_it_can_only_be_a_question_it_is_looked_up(dialogue):
    dialogue.hears("营业厅里有没有厕所", "nlu_fallback")
    dialogue.message["decision"] = {"move": "ask", "choices": ["ask_faq"]}
    dialogue.run("action_ask_clarification")
    assert dialogue.slots["next_flow"] == ASK
    assert dialogue.run(ASK)[-1] == "utter_inform_not_known"


def test_what_was_not_understood_and_is_not_sure_is_asked_back(dialogue):
    said = dialogue.says("那个东西", "nlu_fallback", "action_ask_clarification")
    assert "utter_inform_article" not in said


def test_the_answer_is_for_this_customer(dialogue):
    dialogue.verify()
    ask(dialogue, "附近的营业厅")
    assert answered(dialogue) == "hall-chengdong"
