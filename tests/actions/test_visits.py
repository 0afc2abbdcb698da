"""改上门时间 and 片区故障 against the real desk."""

import pytest


def with_visit(dialogue, phone="13800000004"):
    """An order with a visit tomorrow (or today, in the small hours), chosen with 可以."""
    dialogue.verify(phone)
    dialogue.says("宽带断了", "report_broadband_fault", "diagnosis_form")
    dialogue.says("还是红灯", "inform_not_fixed", "diagnosis_form")
    said = dialogue.says("可以", "affirm", "diagnosis_form")
    assert "BX" in said[-1] and dialogue.form is None
    return dialogue


def test_a_visit_is_moved_after_a_second_yes(dialogue):
    with_visit(dialogue)
    said = dialogue.says("改上门时间", "reschedule_visit", "visit_form")
    assert said == ["utter_inform_visit", "utter_ask_visit_slot"]
    label = dialogue.replies[-1]["buttons"][1]["title"]
    assert dialogue.says(label, "inform", "visit_form") == ["utter_ask_visit_confirmation"]
    assert dialogue.replies[0]["slot"] == label
    assert dialogue.says("可以", "affirm", "visit_form") == ["utter_confirm_visit"]
    assert dialogue.form is None
    (planned,) = dialogue.desk.visits.mine(dialogue.conversation_id)
    assert planned.label == label


def test_the_first_sentence_may_hold_the_time(dialogue):
    with_visit(dialogue)
    offered = dialogue.desk.visits.mine(dialogue.conversation_id)[0]
    slots = dialogue.desk.visits.offer(dialogue.conversation_id, offered.order_number).slots
    day = slots[-1].day.isoformat()
    said = dialogue.says(
        "改到那天下午三点", "reschedule_visit", "visit_form", date=day, visit_slot="15:00"
    )
    assert said == ["utter_inform_visit", "utter_ask_visit_confirmation"]


def test_a_time_nobody_comes_gets_the_nearest(dialogue):
    with_visit(dialogue)
    dialogue.says("改上门时间", "reschedule_visit", "visit_form")
    said = dialogue.says("半夜", "inform", "visit_form", visit_slot="23:00")
    assert said == ["utter_offer_other_slots"]
    assert len(dialogue.replies[0]["buttons"]) >= 3


def test_soonest_is_the_first_offered(dialogue):
    with_visit(dialogue)
    dialogue.says("改上门时间", "reschedule_visit", "visit_form")
    first = dialogue.replies[-1]["buttons"][0]["title"]
    dialogue.says("越快越好", "inform", "visit_form")
    assert dialogue.replies[0]["slot"] == first


def test_the_visit_stays_when_nothing_is_chosen(dialogue):
    with_visit(dialogue)
    before = dialogue.desk.visits.mine(dialogue.conversation_id)
    dialogue.says("改上门时间", "reschedule_visit", "visit_form")
    assert dialogue.says("算了", "cancel", "visit_form") == ["utter_keep_visit"]
    assert dialogue.desk.visits.mine(dialogue.conversation_id) == before


def test_without_a_visit_a_stranger_is_asked_who_it_is(dialogue):
    assert dialogue.says("改上门时间", "reschedule_visit", "visit_form") == []
    assert dialogue.slots["after_identity"] == "visit_form"
    assert dialogue.slots["next_flow"] == "identity_form"


def test_a_customer_without_a_visit_is_told(dialogue):
    dialogue.verify("13800000006")
    said = dialogue.says("改上门时间", "reschedule_visit", "visit_form")
    assert said == ["utter_inform_no_visit"]
    assert dialogue.slots["open_offer"] == "person"


# -- outages ---------------------------------------------------------------------------------------


def test_an_outage_of_the_named_area(dialogue):
    said = dialogue.says("高新区是不是断网了", "ask_outage", "outage_form", area="高新区")
    assert said == ["utter_inform_outage"] and dialogue.form is None
    assert "光缆" in dialogue.replies[0]["text"] or "光缆" in str(dialogue.replies[0])


@pytest.mark.parametrize("said", ["高新区", "我在高新区", "高新"])
def test_the_area_is_asked_for_once(dialogue, said):
    first = dialogue.says("是不是片区故障", "ask_outage", "outage_form", area="是不是片区")
    assert first == ["utter_ask_outage_area"]
    assert dialogue.says(said, "nlu_fallback", "outage_form") == ["utter_inform_outage"]


def test_the_verified_customers_own_area(dialogue):
    dialogue.verify("13800000003")
    assert dialogue.says("是不是停网了", "ask_outage", "outage_form") == ["utter_inform_outage"]


def test_no_outage_leads_to_diagnosis(dialogue):
    said = dialogue.says("城东区电视都看不了吗", "ask_outage", "outage_form", area="城东区")
    assert said == ["utter_inform_no_outage"]
    dialogue.says("好的", "affirm", "action_accept_offer")
    assert dialogue.slots["next_flow"] == "action_start_diagnosis"
    dialogue.run("action_start_diagnosis")
    assert dialogue.slots["diagnosis_state"]["product"] == "iptv"


# -- diagnosis of other services -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "intent", "product"),
    [
        ("电视看不了", "report_iptv_fault", "iptv"),
        ("手机没信号", "report_mobile_fault", "mobile"),
        ("座机没声音", "report_landline_fault", "landline"),
        ("网太慢了", "report_broadband_fault", "broadband_slow"),
        ("wifi连不上", "report_broadband_fault", "wifi"),
    ],
)
def test_every_report_starts_its_tree(dialogue, text, intent, product):
    dialogue.says(text, intent, "action_start_diagnosis")
    assert dialogue.slots["diagnosis_state"] == {"product": product, "report": text}
    assert dialogue.slots["next_flow"] == "identity_form"


def test_another_fault_is_noted_and_offered_afterwards(dialogue):
    dialogue.says("宽带断了", "report_broadband_fault", "diagnosis_form")
    said = dialogue.says("电视也看不了", "report_iptv_fault", "diagnosis_form")
    assert said[0] == "utter_note_other_fault"
    dialogue.says("好了 能上网了", "inform_fixed", "diagnosis_form")
    assert dialogue.slots["open_offer"] == "second:report_iptv_fault"
    dialogue.says("好的", "affirm", "action_accept_offer")
    assert dialogue.slots["diagnosis_state"] == {"product": "iptv"}


def test_the_words_before_a_clarification_are_the_report(dialogue):
    dialogue.hears("打游戏延迟高", "nlu_fallback")
    dialogue.run("action_ask_clarification")
    dialogue.says("宽带上不了网", "report_broadband_fault", "action_start_diagnosis")
    assert dialogue.slots["diagnosis_state"]["product"] == "broadband_slow"


def test_words_that_answer_are_no_interruption(dialogue):
    dialogue.says("网太慢了", "report_broadband_fault", "diagnosis_form")
    dialogue.says("都慢", "nlu_fallback", "diagnosis_form")
    said = dialogue.says("快多了", "urge_work_order", "diagnosis_form")
    assert "恢复正常" in said[-1] and dialogue.form is None


def test_still_broken_without_any_diagnosis_asks_which(dialogue):
    assert dialogue.says("还是不行", "inform_not_fixed", "action_start_diagnosis") == [
        "utter_ask_fault"
    ]
