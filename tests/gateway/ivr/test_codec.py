"""AudioCodes payloads ⇄ what is heard and said. Payloads as the vendor documents them."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from gateway.channels.ivr import codec
from gateway.channels.ivr.heard import Heard, Kind
from gateway.channels.ivr.memory import Memory
from gateway.channels.ivr.spoken import HangUp, Say, Transfer
from gateway.message import BadMessage

PAYLOADS = Path(__file__).parent / "payloads"
CALL = "6f2f7c1a-58d0-4b0f-9d3f-f9c2b3b1a001"
NOW = datetime(2026, 11, 21, 12, 0, 0, 5_000, tzinfo=UTC)


def payload(name: str) -> Any:
    return json.loads((PAYLOADS / f"{name}.json").read_text(encoding="utf8"))


def test_a_call_is_created_with_addresses_below_the_bots() -> None:
    assert codec.parse_create(payload("create")) == CALL
    assert codec.created(CALL, 120) == {
        "activitiesURL": f"conversation/{CALL}/activities",
        "refreshURL": f"conversation/{CALL}/keepalive",
        "disconnectURL": f"conversation/{CALL}/disconnect",
        "expiresSeconds": 120,
    }


@pytest.mark.parametrize(
    ("name", "kind", "text", "caller"),
    [
        ("start", Kind.BEGUN, "", "13800000004"),
        ("start_sip", Kind.BEGUN, "", "13800000004"),
        ("start_withheld", Kind.BEGUN, "", ""),
        ("message", Kind.WORDS, "我想查一下这个月的话费", ""),
        ("nothing_recognised", Kind.SILENCE, "", ""),
        ("placeholder_words", Kind.WORDS, "[图片]", ""),
        ("dtmf", Kind.KEYS, "123456", ""),
        ("dtmf_odd", Kind.KEYS, "123#", ""),
        ("no_user_input", Kind.SILENCE, "", ""),
        ("transfer_failed", Kind.NOT_TRANSFERRED, "", ""),
        ("transfer_answered", Kind.NOTED, "", ""),
    ],
)
def test_what_is_heard(name: str, kind: Kind, text: str, caller: str) -> None:
    (heard,) = codec.parse_activities(payload(name), CALL, 1000)
    assert (heard.kind, heard.text, heard.caller) == (kind, text, caller)
    assert heard.id.startswith("5e7c0b1e-")


def test_every_payload_is_used() -> None:
    used = Path(__file__).read_text(encoding="utf8")
    assert [one.stem for one in PAYLOADS.glob("*.json") if f'"{one.stem}"' not in used] == []


def test_several_keep_their_order() -> None:
    first, second = codec.parse_activities(payload("two"), CALL, 1000)
    assert (first.kind, second.text) == (Kind.NOTED, "转人工")


def test_too_long_words_are_cut() -> None:
    (heard,) = codec.parse_activities(payload("message"), CALL, 5)
    assert heard.text == "我想查一下"


def test_the_end_says_why() -> None:
    assert codec.parse_disconnect(payload("disconnect"), CALL) == "client-disconnected"
    assert codec.parse_disconnect({"reason": "x" * 500}, CALL) == "x" * 100
    assert codec.parse_disconnect({}, CALL) == "client-disconnected"
    with pytest.raises(BadMessage, match="^conversation: "):
        codec.parse_disconnect({"conversation": "other"}, CALL)


@pytest.mark.parametrize(
    ("shown", "number"),
    [
        ("+8613800000004", "13800000004"),
        ("008613800000004", "13800000004"),
        ("8613800000004", "13800000004"),
        ("13800000004", "13800000004"),
        ("tel:+86-138-0000-0004", "13800000004"),
        ("sip:01082345678@pbx", "01082345678"),
        ("86001234", "86001234"),
        ("anonymous", ""),
        ("", ""),
        (None, ""),
        (138, ""),
        ({"a": 1}, ""),
    ],
)
def test_the_number_shown(shown: object, number: str) -> None:
    assert codec.caller_of(shown) == number


ACTS = [
    Say("您好。", 1, 2.5),
    Say("请说。"),
    Transfer("tel:+8610010", (("X-Xiaotong-Reason", "asked"),)),
    HangUp("call-back"),
]


def test_what_is_said() -> None:
    told = codec.activities(Heard("a-1", Kind.WORDS), ACTS, 8, NOW)
    assert len({one.pop("id") for one in told}) == 4
    assert {one.pop("timestamp") for one in told} == {"2026-11-21T12:00:00.005Z"}
    assert told == [
        {
            "type": "message",
            "text": "您好。",
            "activityParams": {"dtmfCollectMaxDigits": 1, "userNoInputTimeoutMS": 2500},
        },
        {"type": "message", "text": "请说。", "activityParams": {"dtmfCollectMaxDigits": 20}},
        {
            "type": "event",
            "name": "transfer",
            "activityParams": {
                "transferTarget": "tel:+8610010",
                "handoverReason": "person-wanted",
                "transferSipHeaders": [{"name": "X-Xiaotong-Reason", "value": "asked"}],
            },
        },
        {"type": "event", "name": "hangup", "activityParams": {"hangupReason": "call-back"}},
    ]


def test_the_beginning_says_how_we_listen_first() -> None:
    told = codec.activities(Heard("a-1", Kind.BEGUN), ACTS[:1], 8, NOW)
    assert [one.get("name") for one in told] == ["config", None]
    assert told[0]["sessionParams"]["userNoInputTimeoutMS"] == 8000


def test_ids_are_the_same_for_the_same_activity_only() -> None:
    ids = [
        [one["id"] for one in codec.activities(Heard(heard, Kind.WORDS), ACTS, 8, NOW)]
        for heard in ("a-1", "a-1", "a-2")
    ]
    assert ids[0] == ids[1] and not set(ids[0]) & set(ids[2])


def test_memory_comes_back_as_it_was_kept() -> None:
    memory = Memory(caller="13800000004", last="您好。", silent=1, choices=[{"title": "a"}])
    memory.answered("a-1", ACTS)
    back = Memory.from_json(json.loads(json.dumps(memory.as_json())))
    assert json.dumps(back.as_json()) == json.dumps(memory.as_json())
    assert back.answer_to("a-1") == ACTS
    assert back.answer_to("a-2") is None
    for number in range(30):
        back.answered(f"b-{number}", [])
    assert back.answer_to("a-1") is None and len(back.answers) == 20
