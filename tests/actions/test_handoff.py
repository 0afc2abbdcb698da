"""Why a person is called, and what the dialogue tells the desk when it does."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from desk.model.conversations import HandoffTicket
from desk.store.tables import bss_accounts, handoffs

HUMAN = ("转人工", "request_human", "action_request_human")
BROWSE = ("有什么套餐", "browse_packages", "action_browse_packages")


def shown(dialogue):
    return dialogue.desk.conversation_view.one(dialogue.conversation_id)


def reason(dialogue):
    return shown(dialogue)["conversation"]["reason"]


def packet(dialogue):
    return shown(dialogue)["packet"]


def complains(dialogue, words):
    dialogue.says("我要投诉", "file_complaint", "complaint_form")
    dialogue.says(words, "file_complaint", "complaint_form")
    dialogue.says("可以", "affirm", "complaint_form")
    dialogue.says("要求道歉", "inform", "complaint_form")
    dialogue.says("13900001111", "inform", "complaint_form", phone="13900001111")
    return dialogue.says("确认提交", "affirm", "complaint_form")


@pytest.mark.parametrize(
    ("slots", "why"),
    [
        ({}, "asked"),
        ({"elderly": True}, "elderly"),
        ({"vip": True}, "vip"),
        ({"elderly": True, "vip": True}, "elderly"),
        ({"handoff_reason": "prepared", "vip": True}, "prepared"),
    ],
)
def test_why_who_asks_gets_a_person(dialogue, slots, why):
    dialogue.slots.update(slots)
    assert dialogue.says(*HUMAN)[0].startswith("utter_confirm_handoff")
    assert reason(dialogue) == why
    assert dialogue.slots.get("handoff_reason") is None
    assert packet(dialogue)["wants"] == "要求人工"


@pytest.mark.parametrize(
    "accepts", [("好的", "affirm", "action_accept_offer"), HUMAN], ids=["yes", "person"]
)
@pytest.mark.parametrize("action", ["action_ask_clarification", "action_decline_topic"])
def test_not_understood_twice_is_the_reason(dialogue, action, accepts):
    dialogue.says("嗯嗯那个", "out_of_scope", action)
    assert dialogue.says("就那个嘛", "out_of_scope", action) == ["utter_offer_person"]
    assert dialogue.says(*accepts)[0].startswith("utter_confirm_handoff")
    assert reason(dialogue) == "not_understood"


def test_an_offer_that_was_passed_over_is_no_reason_later(dialogue):
    dialogue.says("补卡", "replace_sim", "action_prepare_matter")
    assert dialogue.slots["handoff_reason"] == "prepared"
    dialogue.says(*BROWSE)
    dialogue.says(*HUMAN)
    assert reason(dialogue) == "asked"


def test_a_severe_complaint_informs_a_person(dialogue):
    said = complains(dialogue, "反映三次了还扣费，再不解决找工信部")
    assert said[:2] == ["utter_confirm_complaint", "utter_inform_person_for_complaint"]
    assert said[2].startswith("utter_confirm_handoff")
    assert (dialogue.form, dialogue.slots["complaint_draft"]) == (None, None)
    assert reason(dialogue) == "serious_complaint"
    number = dialogue.replies[0]["number"]
    assert number in packet(dialogue)["next_step"]
    assert number in [order["number"] for order in packet(dialogue)["orders"]]


def test_a_severe_complaint_out_of_another_flow_offers_nothing_else(dialogue):
    dialogue.says("宽带断了", "report_broadband_fault", "diagnosis_form")
    said = complains(dialogue, "断网十天了，反映三次没人管")
    assert not [reply for reply in said if reply.startswith("utter_offer_resume")]
    assert dialogue.slots["suspended_flows"] is None
    assert packet(dialogue)["tried"][0]["state"] == "进行中"


def test_a_general_complaint_stays_with_the_bot(dialogue):
    assert complains(dialogue, "师傅约好了没来还骂人") == ["utter_confirm_complaint"]
    assert dialogue.desk.handoff.position(dialogue.conversation_id) == 0


def test_a_draft_and_what_was_refused_go_along(dialogue):
    dialogue.slots["verified_phone"] = "13800000001"
    dialogue.says("我要投诉", "file_complaint", "complaint_form")
    dialogue.says("多扣了三十块钱，电话 13911112222", "file_complaint", "complaint_form")
    dialogue.says("可以", "affirm", "complaint_form")
    dialogue.says("退钱", "inform", "complaint_form")
    dialogue.says("不行，换一个", "deny", "complaint_form")
    dialogue.says(*HUMAN)
    (draft,) = packet(dialogue)["drafts"]
    assert draft["title"] == "投诉工单"
    assert ["投诉内容", "多扣了三十块钱，电话 〔手机号〕"] in draft["filled"]
    assert draft["missing"] == ["联系电话"]
    assert "不提供联系电话" in [one["asked"] for one in packet(dialogue)["denied"]]


def test_a_half_done_change_goes_along(dialogue):
    dialogue.says("我要装宽带", "install_broadband", "change_form")
    dialogue.says(*HUMAN)
    (draft,) = packet(dialogue)["drafts"]
    assert draft["title"] == "办理：新装宽带"
    assert draft["missing"][0] == "地址"


@pytest.mark.parametrize(("vip", "offered"), [(True, True), (False, False)])
def test_a_vip_has_a_person_in_one_step(dialogue, vip, offered):
    with dialogue.desk.store.engine.begin() as connection:
        connection.execute(sa.update(bss_accounts).values(vip=vip))
    dialogue.says("查流量", "query_usage", "action_query_usage")
    dialogue.run("identity_form")
    dialogue.says("13800000001", "inform", "identity_form", phone="13800000001")
    dialogue.says(dialogue.code("13800000001"), "inform", "identity_form")
    dialogue.says(*BROWSE)
    buttons = [b["payload"] for b in dialogue.replies[-1].get("buttons") or []]
    assert ("转人工" in buttons) is offered


# -- after a person ------------------------------------------------------------------------------


def ends_with_a_person(dialogue, disposition, hours):
    """Asked for, answered and closed that many hours ago."""
    desk = dialogue.desk
    dialogue.says(*HUMAN)
    (lixiao,) = (one for one in desk.staff.all() if one.username == "lixiao")
    desk.handoff.take(dialogue.conversation_id, lixiao)
    desk.handoff.close(dialogue.conversation_id, lixiao, "好了", disposition)
    with desk.store.engine.begin() as connection:
        closed = desk.clock.now() - timedelta(hours=hours)
        connection.execute(handoffs.update().values(closed_at=closed))


@pytest.mark.parametrize(("hours", "said"), [(0, False), (24, True), (24 * 31, False)])
def test_who_comes_back_later_is_reminded_once(dialogue, hours, said):
    ends_with_a_person(dialogue, "ordered", hours)
    first, second = dialogue.says(*BROWSE), dialogue.says(*BROWSE)
    assert ("utter_recall_person" in first) is said
    assert "utter_recall_person" not in second
    if said:
        assert dialogue.slots["person_result"]["disposition"] == "ordered"


@pytest.mark.parametrize(("disposition", "kept"), [("resolved", False), ("unresolved", True)])
def test_what_a_person_settled_is_not_begun_again(dialogue, disposition, kept):
    dialogue.says("我要投诉", "file_complaint", "complaint_form")
    dialogue.says("多扣了三十块钱没人管", "file_complaint", "complaint_form")
    ends_with_a_person(dialogue, disposition, 0)
    dialogue.says(*BROWSE)
    assert bool(dialogue.slots.get("complaint_draft")) is kept
    said = dialogue.says("继续投诉", "affirm", "action_accept_offer")
    assert ("utter_ask_need" in said) is not kept


def test_what_a_person_settled_leaves_no_form_without_its_draft(dialogue):
    dialogue.says("我要投诉", "file_complaint", "complaint_form")
    ends_with_a_person(dialogue, "resolved", 0)
    # As when the form was begun in the message the person answered.
    dialogue.form = "order_request_form"
    dialogue.slots["order_request_draft"] = {"matter": "note", "number": "BX261121000001"}
    dialogue.slots["requested_slot"] = "note"
    dialogue.says(*BROWSE)
    assert dialogue.slots.get("order_request_draft") is None
    assert dialogue.form is None
    assert dialogue.slots.get("requested_slot") is None


@pytest.mark.parametrize(
    ("ticket", "response"),
    [
        (HandoffTicket(1, 1, 15, 3), "utter_confirm_handoff"),
        (HandoffTicket(1, 1, 15, 15), "utter_confirm_handoff"),
        (HandoffTicket(1, 1, 15, 16), "utter_confirm_handoff_longer"),
        (HandoffTicket(1, 1, 15), "utter_confirm_handoff_unmeasured"),
        (HandoffTicket(1, 0, 15), "utter_confirm_handoff_later"),
        (
            HandoffTicket(1, 0, 15, opens_at=datetime(2026, 11, 22, 1, tzinfo=UTC)),
            "utter_confirm_handoff_closed",
        ),
    ],
)
def test_place_and_wait_are_told_as_far_as_they_are_known(dialogue, monkeypatch, ticket, response):
    asked = type(dialogue.desk.handoff)
    monkeypatch.setattr(asked, "request", lambda *_args, **_kwargs: ticket)
    assert dialogue.says(*HUMAN) == [response]
    told = dialogue.replies[0]
    assert told["position"] == 1
    assert told.get("opens_at", "11月22日 09:00") == "11月22日 09:00"
