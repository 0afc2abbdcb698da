"""domain.yml and actions/ name the same things."""

import re
from pathlib import Path

import pytest
import yaml

from actions.registry import ACTIONS
from actions.understanding import intent_labels

ROOT = Path(__file__).resolve().parents[2]
DOMAIN = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
# Their punctuation belongs to patterns that read customers, not to sentences said to them.
PATTERN_FILES = ("change_words.py", "complaints.py", "complaint_words.py")
SOURCES = {f.name: f.read_text(encoding="utf-8") for f in (ROOT / "actions").glob("*.py")}


def test_actions_of_the_domain_are_the_classes():
    assert DOMAIN["actions"] == sorted(a.action_name for a in ACTIONS)


def test_forms_are_actions():
    assert set(DOMAIN["forms"]) <= set(DOMAIN["actions"])


def test_every_response_used_is_worded_and_every_wording_is_used():
    used = set(re.findall(r'"(utter_\w+)"', "".join(SOURCES.values())))
    prefixes = set(re.findall(r'f"(utter_\w+_)\{', "".join(SOURCES.values())))
    worded = set(DOMAIN["responses"])
    assert used <= worded
    unused = {r for r in worded - used if not r.startswith(tuple(prefixes))}
    assert not unused


def test_slots_the_actions_write_exist():
    named = set(re.findall(r'^[A-Z_]+ = "([a-z_]+)"$', SOURCES["turn.py"], re.M))
    named |= set(re.findall(r'_slot = "([a-z_]+)"', "".join(SOURCES.values())))
    assert named - {"requested_slot", "person"} <= set(DOMAIN["slots"])


RULES = "".join(
    file.read_text(encoding="utf-8") for file in (ROOT / "desk" / "services").glob("change*.py")
)


def test_every_refusal_of_a_change_is_worded_and_every_wording_is_used():
    reasons = set(re.findall(r'NotEligible\(\s*"(\w+)"', RULES))
    prefix = "utter_refuse_change_"
    worded = {r.removeprefix(prefix) for r in DOMAIN["responses"] if r.startswith(prefix)}
    assert reasons == worded


def test_placeholders_are_given():
    """Every {placeholder} of a response is passed by keyword where the response is said."""
    source = "".join(SOURCES.values()) + RULES
    for name, variants in DOMAIN["responses"].items():
        for placeholder in re.findall(r"\{(\w+)\}", variants[0]["text"]):
            assert re.search(rf"\b{placeholder}=", source), (name, placeholder)


def test_buttons_send_plain_chinese():
    for name, variants in DOMAIN["responses"].items():
        for button in variants[0].get("buttons", []):
            assert re.match(r"[\u4e00-\u9fff]", button["payload"]), name


def test_no_wording_in_actions():
    """Sentences belong into domain.yml: no Chinese sentence end in the code outside docstrings."""
    for name, text in SOURCES.items():
        code = re.sub(r'"""[\s\S]*?"""', "", text)
        assert not re.search(r"[。！？]", code) or name in PATTERN_FILES, name


def test_every_intent_label_is_an_intent():
    intents = {next(iter(i)) for i in DOMAIN["intents"]}
    assert set(intent_labels()) <= intents


def test_no_action_imports_rasa_or_the_desks_inside():
    for name, text in SOURCES.items():
        for module in re.findall(r"^(?:from|import) ([\w.]+)", text, re.M):
            assert not module.startswith(("rasa.", "desk.store", "desk.services")), (name, module)
            assert module not in ("rasa", "sqlalchemy"), (name, module)


@pytest.mark.parametrize("name", [name for name in DOMAIN["responses"] if "_handoff" in name])
def test_who_waits_for_a_person_sees_the_place_and_the_way_out(name):
    variant = DOMAIN["responses"][name][0]
    assert "您当前排在第 {position} 位" in variant["text"]
    assert [button["payload"] for button in variant["buttons"]] == ["登记回电", "取消排队"]
