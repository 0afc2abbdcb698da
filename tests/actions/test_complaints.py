"""The complaint form against the real desk."""

import pytest
from rasa_sdk.interfaces import ActionExecutionRejection

FORM = "complaint_form"


@pytest.fixture
def opened(dialogue):
    assert dialogue.says("我要投诉", "file_complaint", FORM) == [
        "utter_apologize_complaint",
        "utter_ask_description",
    ]
    return dialogue


@pytest.fixture
def read_back(opened):
    opened.says("师傅约好了没来还骂人", "file_complaint", FORM)
    opened.says("可以", "affirm", FORM)
    opened.says("要求道歉", "inform", FORM)
    said = opened.says("13900001111", "inform", FORM, phone="13900001111")
    assert said == ["utter_ask_complaint_confirmation"]
    return opened


def test_all_parts_then_receipt(read_back):
    shown = read_back.replies[0]
    assert shown["description"] == "师傅约好了没来还骂人" and shown["phone"] == "139****1111"
    assert read_back.says("确认提交", "affirm", FORM) == ["utter_confirm_complaint"]
    receipt = read_back.replies[0]
    assert receipt["number"].startswith("TS") and "月" in receipt["first_result_by"]
    assert read_back.form is None and read_back.slots["complaint_draft"] is None
    order = read_back.desk.work_orders.progress(read_back.conversation_id, receipt["number"])
    assert order.number == receipt["number"]


def test_filing_twice_with_the_same_message_files_once(read_back):
    before = dict(read_back.slots)
    read_back.says("确认提交", "affirm", FORM)
    first = read_back.replies[0]["number"]
    read_back.slots, read_back.form = before, FORM
    read_back.events = [e for e in read_back.events if e["event"] != "action"]
    read_back.run(FORM)
    assert read_back.replies[0]["number"] == first


@pytest.mark.parametrize(
    ("change", "step"),
    [
        ("改投诉内容", "description"),
        ("改类别", "category"),
        ("诉求要改", "wish"),
        ("电话错了", "phone"),
    ],
)
def test_any_part_may_be_changed(read_back, change, step):
    read_back.says("改一下", "correct_value", FORM)
    assert read_back.slots["requested_slot"] == "part"
    read_back.says(change, "correct_value", FORM)
    assert read_back.slots["requested_slot"] == step


@pytest.mark.parametrize("yes", ["没错 提交吧", "没问题", "确认", "不用改了 提交"])
def test_ways_to_agree(read_back, yes):
    assert read_back.says(yes, "affirm", FORM) == ["utter_confirm_complaint"]


def test_opening_sentence_counts_as_description(dialogue):
    said = dialogue.says("宽带修了三次都没修好我要投诉", "file_complaint", FORM)
    assert said[1:] == ["utter_confirm_description", "utter_ask_category"]


@pytest.mark.parametrize("text", ["投诉", "我要投诉", "我想投诉一下", "帮我投诉"])
def test_bare_wish_is_no_description(dialogue, text):
    assert "utter_ask_description" in dialogue.says(text, "file_complaint", FORM)


def test_fault_sentence_is_the_description(opened):
    said = opened.says("我家宽带上不了网三天了", "report_broadband_fault", FORM)
    assert said == ["utter_ask_category"]


@pytest.mark.parametrize(
    ("text", "intent"),
    [("转人工", "request_human"), ("有什么套餐", "browse_packages"), ("谢谢", "thank")],
)
def test_short_side_remarks_interrupt(opened, text, intent):
    opened.hears(text, intent)
    with pytest.raises(ActionExecutionRejection):
        opened.run(FORM)


def test_long_sentences_do_not_interrupt_the_description(opened):
    said = opened.says("打了十几个电话转人工转了半小时都没有人接", "request_human", FORM)
    assert said == ["utter_ask_category"]


def test_unsure_guess_does_not_interrupt(opened):
    opened.says("营业厅乱来", "file_complaint", FORM)
    opened.hears("嗯…", "browse_packages", 0.3)
    assert opened.run(FORM) == ["utter_ask_category"]


def test_after_an_interruption_the_question_comes_again(opened):
    opened.says("师傅没来骂人", "file_complaint", FORM)
    opened.says("谢谢", "thank", "action_acknowledge_thanks")
    assert opened.run(FORM) == ["utter_ask_category"]


def test_verified_phone_is_offered(dialogue):
    dialogue.slots["verified_phone"] = "13800000001"
    dialogue.says("我要投诉", "file_complaint", FORM)
    dialogue.says("师傅约好了没来", "file_complaint", FORM)
    dialogue.says("可以", "affirm", FORM)
    said = dialogue.says("没有", "deny", FORM)
    assert said[-1] == "utter_ask_contact_phone_verified"
    assert dialogue.says("就用这个", "affirm", FORM) == ["utter_ask_complaint_confirmation"]


def test_cancelling_files_nothing(read_back):
    assert read_back.says("不投诉了", "cancel", FORM) == ["utter_cancel_complaint"]
    assert read_back.form is None and not read_back.slots["complaint_draft"]


def test_waiting_diagnosis_is_offered_afterwards(dialogue):
    dialogue.says("宽带断了", "report_broadband_fault", "diagnosis_form")
    dialogue.says("我要投诉", "file_complaint", FORM)
    assert dialogue.slots["suspended_flows"] == ["diagnosis_form"]
    dialogue.says("算了", "cancel", FORM)
    assert dialogue.slots["open_offer"] == "resume:diagnosis_form"
    dialogue.says("好的", "affirm", "action_accept_offer")
    assert dialogue.slots["next_flow"] == "diagnosis_form"
    dialogue.run("diagnosis_form")
    assert dialogue.form == "diagnosis_form" and dialogue.slots["open_offer"] is None


@pytest.mark.parametrize(
    ("text", "intent"),
    [("就是网断了三天", "report_broadband_fault"), ("打了五次没人来", "urge_work_order")],
)
def test_more_about_the_matter_is_added_not_a_new_matter(opened, text, intent):
    opened.says("师傅约好了没来还骂人", "file_complaint", FORM)
    assert opened.says(text, intent, FORM) == ["utter_confirm_description", "utter_ask_category"]
    assert opened.slots["complaint_draft"]["description"] == f"师傅约好了没来还骂人；{text}"


REFUSALS = [
    "先别提交",
    "不要提交",
    "还没问题吗？",
    "先不提交",
    "等等",
    "等一下再提交",
    "别提交",
    "可以提交了吗",
    "提交了会怎么样",
    "没确认呢",
    "再想想",
    "确认什么",
    "是提交吗?",
    "我不确认",
    "暂时不用提交",
]
AGREEMENTS = [
    "确认提交",
    "没问题",
    "没错",
    "提交吧",
    "可以",
    "好的",
    "没有问题，提交",
    "不用改了 提交",
    "就这样吧",
    "不改了，提交",
    "没什么问题",
    "没有别的了，提交吧",
    "内容没错，提交",
    "差不多，提交吧",
    "确认无误",
]


@pytest.mark.parametrize("intent", ["affirm", "deny", "cancel", "nlu_fallback", "file_complaint"])
@pytest.mark.parametrize("text", REFUSALS)
def test_a_doubt_at_the_read_back_files_nothing(read_back, text, intent):
    assert read_back.says(text, intent, FORM) == ["utter_ask_complaint_confirmation"]
    assert read_back.slots["requested_slot"] == "confirm"
    assert read_back.desk.work_orders.mine(read_back.conversation_id) == ()


@pytest.mark.parametrize("text", AGREEMENTS)
def test_clear_agreement_files(read_back, text):
    assert read_back.says(text, "affirm", FORM) == ["utter_confirm_complaint"]


def test_an_unsure_guess_is_no_agreement(read_back):
    read_back.hears("嗯嗯嗯那个", "affirm", 0.3)
    assert read_back.run(FORM) == ["utter_ask_complaint_confirmation"]


@pytest.fixture
def phone_offered(dialogue):
    dialogue.slots["verified_phone"] = "13800000001"
    dialogue.says("我要投诉", "file_complaint", FORM)
    dialogue.says("师傅约好了没来", "file_complaint", FORM)
    dialogue.says("可以", "affirm", FORM)
    assert dialogue.says("没有", "deny", FORM)[-1] == "utter_ask_contact_phone_verified"
    return dialogue


@pytest.mark.parametrize("intent", ["affirm", "deny", "correct_value", "inform"])
@pytest.mark.parametrize(
    "text", ["不是这个号码", "不对", "别用这个", "换一个", "不可以", "这个不用了"]
)
def test_a_refused_number_is_not_taken(phone_offered, text, intent):
    assert phone_offered.says(text, intent, FORM) == ["utter_ask_contact_phone"]
    assert "phone" not in phone_offered.slots["complaint_draft"]
    assert phone_offered.says("可以", "affirm", FORM) == ["utter_reject_phone"]
    said = phone_offered.says("13922223333", "inform", FORM, phone="13922223333")
    assert said == ["utter_ask_complaint_confirmation"]


@pytest.mark.parametrize("text", ["是哪个号码？", "这个是谁的号码"])
def test_a_question_about_the_number_is_no_consent(phone_offered, text):
    assert phone_offered.says(text, "inform", FORM) == ["utter_ask_contact_phone_verified"]


@pytest.mark.parametrize("text", ["就用这个", "没问题，可以", "对", "就这个号码，没错", "不用换"])
def test_consent_to_the_verified_number(phone_offered, text):
    assert phone_offered.says(text, "affirm", FORM) == ["utter_ask_complaint_confirmation"]


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("不是13800000001，是13922223333", "139****3333"),
        ("不用这个，打13922223333", "139****3333"),
    ],
)
def test_the_number_meant_is_taken(phone_offered, text, phone):
    phone_offered.says(
        text, "inform", FORM, phone="13800000001" if "1380" in text else "13922223333"
    )
    assert phone_offered.replies[0]["phone"] == phone


@pytest.mark.parametrize("text", ["12345678", "电话12345678", "1380013800", "23800000001"])
def test_an_invalid_number_is_refused_when_it_is_given(opened, text):
    opened.says("师傅约好了没来还骂人", "file_complaint", FORM)
    opened.says("可以", "affirm", FORM)
    opened.says("要求道歉", "inform", FORM)
    assert opened.says(text, "inform", FORM) == ["utter_reject_phone"]
    assert opened.slots["requested_slot"] == "phone"
    assert "phone" not in opened.slots["complaint_draft"]


@pytest.mark.parametrize(
    ("text", "part", "shown"),
    [
        ("电话改成13922223333", "phone", "139****3333"),
        ("把联系电话换成139 2222 3333", "phone", "139****3333"),
        ("电话错了，应该是13922223333", "phone", "139****3333"),
        ("电话是13922223333", "phone", "139****3333"),
        ("改成13922223333", "phone", "139****3333"),
        ("诉求改成赔我100块", "wish", "赔我100块"),
        ("诉求改成没有", "wish", "（未填写）"),
        ("内容改成：师傅没来还收了我50元。", "description", "师傅没来还收了我50元"),
        ("类别改成资费", "category", "资费"),
        ("应该是资费类", "category", "资费"),
        ("补充一下，他还收了50元", "description", "师傅约好了没来还骂人；他还收了50元"),
    ],
)
@pytest.mark.parametrize("intent", ["correct_value", "inform", "dispute_charge", "affirm"])
def test_a_correction_that_holds_the_value(read_back, text, part, shown, intent):
    assert read_back.says(text, intent, FORM) == ["utter_ask_complaint_confirmation"]
    assert read_back.replies[0][part] == shown
    assert read_back.slots["requested_slot"] == "confirm"


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("电话改成12345678", "utter_reject_phone"),
        ("类别改成不知道", "utter_ask_category"),
        ("内容改成x", "utter_ask_description"),
        ("电话改成别的", "utter_reject_phone"),
    ],
)
def test_a_correction_whose_value_will_not_do_is_asked_for(read_back, text, question):
    assert read_back.says(text, "correct_value", FORM) == [question]


def test_a_correction_at_another_question(phone_offered):
    said = phone_offered.says("诉求改成赔我100块", "correct_value", FORM)
    assert said == ["utter_ask_contact_phone_verified"]
    assert phone_offered.slots["complaint_draft"]["wish"] == "赔我100块"


def test_a_lost_answer_then_agreeing_again_files_once(read_back):
    """The filing went through, its answer did not: the next 确认提交 is another message."""
    before = dict(read_back.slots)
    read_back.says("确认提交", "affirm", FORM)
    first = read_back.replies[0]["number"]
    read_back.slots, read_back.form = before, FORM
    read_back.says("电话改成13922223333", "correct_value", FORM)
    assert read_back.says("确认提交", "affirm", FORM) == ["utter_confirm_complaint"]
    assert read_back.replies[0]["number"] == first
    assert len(read_back.desk.work_orders.mine(read_back.conversation_id)) == 1


def test_a_second_complaint_is_filed_on_its_own(read_back):
    read_back.says("确认提交", "affirm", FORM)
    first = read_back.replies[0]["number"]
    read_back.says("套餐乱扣费我要投诉", "file_complaint", FORM)
    read_back.says("可以", "affirm", FORM)
    read_back.says("退费", "inform", FORM)
    read_back.says("13900001111", "inform", FORM, phone="13900001111")
    assert read_back.says("确认提交", "affirm", FORM) == ["utter_confirm_complaint"]
    assert read_back.replies[0]["number"] != first


@pytest.mark.parametrize(
    ("text", "intent"), [("继续投诉", "file_complaint"), ("我要投诉", "file_complaint")]
)
def test_a_person_in_between_keeps_the_draft(read_back, text, intent):
    read_back.says("转人工", "request_human", "action_request_human")
    assert read_back.form is None
    said = read_back.says(text, intent, FORM)
    assert said == ["utter_resume_complaint", "utter_ask_complaint_confirmation"]
    assert read_back.replies[1]["description"] == "师傅约好了没来还骂人"


def test_continuing_in_words_that_sound_like_yes(read_back):
    read_back.says("转人工", "request_human", "action_request_human")
    assert read_back.says("继续投诉", "affirm", "action_accept_offer") == []
    assert read_back.slots["next_flow"] == FORM
    assert read_back.run(FORM)[0] == "utter_resume_complaint"


def test_yes_to_nothing_does_not_open_the_draft(read_back):
    read_back.says("转人工", "request_human", "action_request_human")
    assert read_back.says("好的", "affirm", "action_accept_offer") == ["utter_ask_need"]


def test_what_is_told_on_resuming_is_added(opened):
    opened.says("师傅约好了没来还骂人", "file_complaint", FORM)
    opened.says("转人工", "request_human", "action_request_human")
    said = opened.says("打了五次电话也没人来", "file_complaint", FORM)
    assert said == ["utter_resume_complaint", "utter_confirm_description", "utter_ask_category"]
    assert opened.slots["complaint_draft"]["description"].startswith("师傅约好了没来还骂人；")


@pytest.mark.parametrize(
    "text", ["电话不对 13922223333", "不是这个，是13922223333", "打 139 2222 3333"]
)
def test_a_number_after_a_refusal_is_the_new_one(phone_offered, text):
    assert phone_offered.says(text, "inform", FORM) == ["utter_ask_complaint_confirmation"]
    assert phone_offered.replies[0]["phone"] == "139****3333"


@pytest.mark.parametrize("text", ["不要打13922223333", "别用 13922223333", "不是13922223333"])
def test_a_number_that_is_only_refused_is_not_taken(phone_offered, text):
    said = phone_offered.says(text, "inform", FORM, phone="13922223333")
    assert said == ["utter_ask_contact_phone"]


def test_a_number_in_a_story_is_not_the_number_to_call(read_back):
    read_back.says("他后来还一直用13922223333这个号码打电话来骂我", "file_complaint", FORM)
    assert read_back.slots["complaint_draft"]["phone"] == "13900001111"


@pytest.mark.parametrize("text", ["我的套餐被换成了99元的", "号码被他们改成别人的名字"])
def test_what_others_changed_is_no_correction(opened, text):
    opened.says("营业厅的人乱来", "file_complaint", FORM)
    assert opened.says(text, "dispute_charge", FORM)[-1] == "utter_ask_category"
    assert opened.slots["requested_slot"] == "category"


def test_a_correction_in_traditional_characters(read_back):
    read_back.hears("訴求改成賠我100塊", "correct_value")
    read_back.message["text"] = "诉求改成赔我100块"
    assert read_back.run(FORM) == ["utter_ask_complaint_confirmation"]
    assert read_back.replies[0]["wish"] == "赔我100块"


@pytest.mark.parametrize("text", ["换一个", "不是这个号码", "别用这个号", "另一个号码"])
def test_refusing_the_number_is_not_another_matter(phone_offered, text):
    assert phone_offered.says(text, "change_package", FORM) == ["utter_ask_contact_phone"]


@pytest.mark.parametrize("text", ["改套餐", "有什么套餐", "不用了转人工"])
def test_another_matter_at_the_phone_still_interrupts(phone_offered, text):
    phone_offered.hears(text, "request_human" if "人工" in text else "change_package")
    with pytest.raises(ActionExecutionRejection):
        phone_offered.run(FORM)
