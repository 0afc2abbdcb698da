"""照片 in a conversation: onto the order it belongs to, or kept until there is one."""

import pytest

FORM, ACTION = "order_request_form", "action_take_picture"
FIRST = "action_ask_clarification"  # what the model makes of a placeholder


@pytest.fixture
def number(dialogue):
    return filed(dialogue, "宽带断了三天", "c")


def filed(dialogue, what, key):
    return dialogue.desk.complaints.file(
        dialogue.conversation_id, "网络", what, "修好", "13900001111", key=key
    ).number


@pytest.fixture
def dialogue(new_dialogue):
    """A conversation that photos of the same customer go into."""
    accepted = new_dialogue.desk.inbox.accept("rest", "zhang", "你好", "m-1")
    new_dialogue.conversation_id = accepted.conversation_id
    local = new_dialogue.desk.clock.now().astimezone(new_dialogue.desk.settings.zone)
    new_dialogue.slots["greeted_on"] = f"{local:%Y-%m-%d}"
    return new_dialogue


def photos(dialogue, number):
    return len(dialogue.desk.attachments.of(number))


def test_it_goes_to_the_only_open_order(dialogue, number):
    assert dialogue.sends_photo(FIRST) == []
    assert dialogue.slots["next_flow"] == ACTION
    assert dialogue.run(ACTION) == ["utter_confirm_picture"]
    assert dialogue.replies[0]["number"] == number and photos(dialogue, number) == 1


def test_without_an_order_it_waits_for_one(dialogue):
    dialogue.sends_photo(FIRST)
    assert dialogue.run(ACTION) == ["utter_ask_matter_of_picture"]
    assert photos(dialogue, filed(dialogue, "光猫一直红灯", "c")) == 1


def test_of_several_orders_the_customer_chooses(dialogue, number):
    other = filed(dialogue, "营业员骂人", "d")
    dialogue.sends_photo(FIRST)
    assert dialogue.run(ACTION) == []
    assert dialogue.run(FORM) == ["utter_ask_which_order"]
    assert dialogue.says("第二个", "nlu_fallback", FORM) == ["utter_confirm_picture"]
    assert (photos(dialogue, number), photos(dialogue, other)) == (1, 0)
    assert dialogue.form is None


def test_inside_a_form_it_is_kept_and_the_question_stands(dialogue):
    dialogue.says("我要投诉", "file_complaint", "complaint_form")
    asked = dialogue.slots["requested_slot"]
    assert dialogue.sends_photo("complaint_form") == []
    assert dialogue.run(ACTION) == ["utter_confirm_picture_kept"]
    assert dialogue.run("complaint_form")
    assert dialogue.slots["requested_slot"] == asked


@pytest.mark.parametrize("text", ["补充照片", "补充一张图片可以吗", "再补充几张照片"])
def test_who_announces_a_photo_is_asked_for_it(dialogue, number, text):
    assert dialogue.says(text, "nlu_fallback", FORM) == ["utter_ask_picture"]
    dialogue.sends_photo(FORM)
    assert dialogue.run(ACTION) == ["utter_confirm_picture"]
    assert dialogue.form is None and photos(dialogue, number) == 1


def test_a_full_order_says_so(dialogue, number):
    for length in range(20):
        content = b"%PDF-1.7 " + b"x" * length
        dialogue.desk.attachments.add(number, "a", content, actor="lixiao")
    dialogue.sends_photo(FIRST)
    assert dialogue.run(ACTION) == ["utter_reject_picture"]


@pytest.mark.parametrize("text", ["可以发照片吗", "怎么发图片给你们", "我想加一张照片"])
def test_who_asks_whether_a_photo_may_be_sent_is_told_to(dialogue, text):
    dialogue.says(text, "out_of_scope", FIRST)
    assert dialogue.run(ACTION) == ["utter_invite_picture"]
