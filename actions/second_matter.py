"""The other matter of a message (网断了还要扣我钱): offered once the first is done."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

import yaml

from actions.turn import (
    CHANGE_DRAFT,
    NEXT_FLOW,
    OFFER_PERSON,
    OFFER_SECOND,
    OPEN_OFFER,
    QUERY_DRAFT,
    SECOND_MATTER,
    Turn,
)

# Matters with a flow of their own; the others are honestly passed on to a person.
FLOWS = {
    "file_complaint": "complaint_form",
    "dispute_charge": "dispute_form",
    "replace_sim": "action_prepare_matter",
    "close_account": "action_prepare_matter",
    **dict.fromkeys(
        (
            "change_package",
            "subscribe_service",
            "unsubscribe_service",
            "recharge",
            "suspend_line",
            "restore_line",
            "reset_password",
            "install_broadband",
            "relocate_broadband",
            "renew_broadband",
        ),
        "change_form",
    ),
    "urge_work_order": "order_request_form",
    "cancel_work_order": "order_request_form",
    "report_spam": "spam_form",
    "report_broadband_fault": "action_start_diagnosis",
    "query_balance": "action_query_balance",
    "query_bill": "action_query_bill",
    "query_contract": "action_query_contract",
    "query_coverage": "coverage_form",
    "report_iptv_fault": "action_start_diagnosis",
    "report_mobile_fault": "action_start_diagnosis",
    "report_landline_fault": "action_start_diagnosis",
    "ask_outage": "outage_form",
    "reschedule_visit": "visit_form",
    "query_package": "action_query_package",
    "query_points": "action_query_points",
    "query_recharge": "action_query_recharge",
    "query_subscriptions": "action_query_subscriptions",
    "query_usage": "action_query_usage",
    "query_work_order": "work_order_form",
    "request_human": "action_request_human",
}


@lru_cache(maxsize=1)
def intent_labels() -> dict[str, dict[str, str]]:
    """What each matter is called towards customers, and the sentence a button says for it."""
    content = files("actions").joinpath("intent_labels.yml").read_text(encoding="utf-8")
    labels: dict[str, dict[str, str]] = yaml.safe_load(content)
    return labels


def offer_second_matter(turn: Turn) -> None:
    """Offer it when nothing else is open; a matter is offered once."""
    matter = turn.slot(SECOND_MATTER)
    if not matter or turn.active_form or turn.slot(NEXT_FLOW) or turn.slot(OPEN_OFFER):
        return
    turn.set(SECOND_MATTER, None)
    label = intent_labels().get(matter)
    if label is None:
        return
    button = [(label["label"], label["says"])]
    turn.say_choice("utter_offer_second_matter", button, matter=label["label"])
    turn.offer(OFFER_SECOND + matter)


def take_second_matter(turn: Turn, matter: str) -> None:
    """好的 to the offer: start its flow, or say who can do it."""
    flow = FLOWS.get(matter)
    if flow:
        if product := turn.desk.diagnosis.product_for(matter, ""):
            turn.set("diagnosis_state", {"product": product})
        if flow == "change_form":
            turn.set(CHANGE_DRAFT, {"matter": matter})
        elif flow == "order_request_form":
            matters = {"urge_work_order": "urge", "cancel_work_order": "cancel"}
            turn.set("order_request_draft", {"matter": matters[matter]})
        elif flow == "action_prepare_matter":
            turn.set(QUERY_DRAFT, {"kind": matter})
        turn.go_to(flow)
        return
    turn.say("utter_inform_not_offered", matter=intent_labels()[matter]["label"])
    turn.offer(OFFER_PERSON)
