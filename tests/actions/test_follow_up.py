"""Answers to what was asked beside the conversation: score, proposal, and 留言."""

from datetime import timedelta

import pytest

from actions.follow_up_words import announces_picture, score, verdict
from desk.model.conversations import Reply
from desk.model.work_orders import State
from desk.services import conversations

FIRST = "action_ask_clarification"


class Said:
    """Words alone."""

    def __init__(self, text: str) -> None:
        self.text = text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1", 1),
        ("4", 4),
        ("打2分", 2),
        ("2分", 2),
        ("4，师傅迟到了两个小时", 4),
        ("1 非常满意", 1),
        ("非常满意", 1),
        ("满意", 2),
        ("还可以吧", 2),
        ("一般般", 3),
        ("不满意", 4),
        ("很不满意，等了三天", 4),
        ("5", None),
        ("12", None),
        ("2点以后再来", None),
        ("3个月的账单", None),
        ("13912345678", None),
        ("宽带又断了", None),
        ("4G没信号", None),
        ("3.5元是什么费", None),
        ("1分钟都上不去", None),
        ("2次扣费", None),
        ("一般多久能装好", None),
        ("还可以退订吗", None),
        ("满意度怎么评", None),
        ("很差的信号怎么办", None),
        (
            "满意度调查为什么要发给我，我根本没有办过什么业务，你们是不是搞错了，请帮我查一下到底是怎么回事",
            None,
        ),
    ],
)
def test_what_counts_as_a_score(text, expected):
    assert score(Said(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("接受", True),
        ("我同意这个方案", True),
        ("可以接受，谢谢", True),
        ("好的", True),
        ("不接受", False),
        ("我不能接受，太少了", False),
        ("不行", False),
        ("接受不了", False),
        ("我接受不了这个方案", False),
        ("可以接受别的方案吗", None),
        ("接受短信要钱吗", None),
        ("查一下流量", None),
        ("可以帮我查话费吗", None),
        ("可不可以查一下流量", None),
        ("这样行不行", None),
        ("宽带又不行了", None),
        ("怎么拒绝骚扰电话", None),
        ("拒绝骚扰电话", None),
        ("流量太少了想换套餐", None),
    ],
)
def test_what_counts_as_a_verdict(text, expected):
    assert verdict(Said(text)) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("可以发照片吗", True),
        ("给工单加个图", True),
        ("怎么发图片给你们", True),
        ("微信发不出去图片", False),
        ("怎么发不了图片", False),
        ("彩信收发不了图片", False),
        ("加载不出图片", False),
        ("朋友圈发不了照片", False),
    ],
)
def test_what_announces_a_photo(text, expected):
    assert announces_picture(Said(text)) is expected


def work_on(desk, number):
    """By name: who is on shift depends on the hour these tests run at."""
    desk.work_orders.assign(number, team=None, person="chenyu", actor="zhuguan", why="")
    for step in (State.ACKNOWLEDGED, State.IN_PROGRESS):
        desk.work_orders.move(number, step, actor="chenyu")


def set_clock(desk, moment):
    desk.store.clock = type(desk.clock)(lambda: moment)


@pytest.fixture(autouse=True)
def by_day(dialogue):
    """Ten in the morning in China: at night nobody is told anything that can wait."""
    set_clock(dialogue.desk, (dialogue.desk.clock.now() + timedelta(days=1)).replace(hour=2))


@pytest.fixture
def complaint(dialogue):
    """A complaint with a proposal that was told to the customer."""
    desk = dialogue.desk
    number = desk.complaints.file(
        dialogue.conversation_id, "网络", "网速慢", "修好", "13911112222", key="c"
    ).number
    work_on(desk, number)
    desk.complaint_results.propose(number, "减免 30 元", actor="chenyu")
    return number


def answered(dialogue, text, action, intent="nlu_fallback"):
    """Whatever the model made of it, the words go where they belong."""
    assert dialogue.says(text, intent, FIRST) == []
    assert dialogue.slots["next_flow"] == action
    return dialogue.run(action)


def state(dialogue, number):
    return dialogue.desk.work_order_view.one(number)["state"]


@pytest.mark.parametrize(
    ("text", "said", "ends"),
    [
        ("接受", "utter_confirm_proposal_accepted", "closed"),
        ("不接受，太少了", "utter_confirm_proposal_rejected", "dispatched"),
    ],
)
def test_a_proposal_is_answered_in_the_chat(dialogue, complaint, text, said, ends):
    assert answered(dialogue, text, "action_answer_proposal") == [said]
    assert state(dialogue, complaint) == ends


def test_a_plain_yes_is_about_what_was_said_last(dialogue, complaint):
    assert dialogue.says("好的", "affirm", FIRST) == []
    assert dialogue.slots["next_flow"] == "action_answer_proposal"
    desk, here = dialogue.desk, dialogue.conversation_id
    with desk.store.writing() as work:
        conversations.say(work, conversations.get(work, here), Reply("您还剩 3 GB。"))
    assert dialogue.says("好的", "affirm", "action_accept_offer") == ["utter_ask_need"]
    assert state(dialogue, complaint) == "resolved"


@pytest.mark.parametrize("text", ["不接受，再这样我就跳楼", "我不想活了"])
def test_despair_comes_before_everything(dialogue, complaint, text):
    assert dialogue.says(text, "deny", FIRST)[0] == "utter_care"
    assert state(dialogue, complaint) == "resolved"


def test_without_a_proposal_yes_is_just_yes(dialogue):
    assert dialogue.says("接受", "affirm", "action_accept_offer") == ["utter_ask_need"]


def test_inside_a_form_words_are_its_answer(dialogue, complaint):
    dialogue.says("我要投诉", "file_complaint", "complaint_form")
    dialogue.says("不接受你们的服务，师傅骂人", "nlu_fallback", "complaint_form")
    assert state(dialogue, complaint) == "resolved"


@pytest.fixture
def surveyed(dialogue, complaint):
    """Closed, and the question after it has reached the customer."""
    desk = dialogue.desk
    answered(dialogue, "接受", "action_answer_proposal")
    set_clock(desk, desk.store.clock.now() + timedelta(minutes=11))
    desk.notices.sweep()
    assert desk.surveys.waiting(dialogue.conversation_id) is not None
    return complaint


@pytest.mark.parametrize(
    ("text", "said", "ends"),
    [
        ("1", "utter_confirm_score", "closed"),
        ("3", "utter_confirm_score_review", "closed"),
        ("4，根本没解决", "utter_confirm_score_reopened", "dispatched"),
    ],
)
def test_a_score_is_taken_in_the_chat(dialogue, surveyed, text, said, ends):
    assert answered(dialogue, text, "action_take_score") == [said]
    assert state(dialogue, surveyed) == ends
    assert dialogue.desk.surveys.waiting(dialogue.conversation_id) is None


def test_what_the_bot_does_not_know_is_left_for_a_person(dialogue):
    said = dialogue.says("量子加密手机卡怎么预约激活", "ask_faq", "action_answer_question")
    assert said == ["utter_inform_not_known"]
    assert answered(dialogue, "请人回复这个问题", "action_leave_question") == [
        "utter_confirm_question"
    ]
    order = dialogue.desk.work_order_view.one(dialogue.replies[0]["number"])
    assert order["description"] == "量子加密手机卡怎么预约激活"
    desk, number = dialogue.desk, order["number"]
    work_on(desk, number)
    said = "十二月起营业厅可办"
    desk.work_orders.move(number, State.RESOLVED, actor="chenyu", note=said)
    told = desk.conversations.history("webchat", "tab-1")[1][-1].text
    assert said in told


def test_a_question_from_before_is_not_left_later(dialogue):
    dialogue.says("量子加密手机卡怎么预约激活", "ask_faq", "action_answer_question")
    dialogue.says("谢谢", "thank", "action_acknowledge_thanks")
    assert dialogue.slots["unanswered_question"] is None
