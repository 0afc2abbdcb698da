"""Recorded items and calls → what the gateway does with them; broken ones name their field."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.model.conversations import Author, Message
from gateway import placeholders
from gateway.channels.wecom import codec
from gateway.channels.wecom.codec import Called, Kind
from gateway.channels.wecom.render import wires
from gateway.message import BadMessage
from tests.conftest import START

_FOLDER = Path(__file__).parent / "payloads"
RECORDED = {file.stem: json.loads(file.read_text("utf8")) for file in _FOLDER.glob("*.json")}
SENDER = "wkAJ2GCAAASSm4_FhToWMFea0xAFfd3Q/wmAJ2GCAAAme1XQRC-NI-q0_ZM9ukoAw"

_SAID = {
    "text": "hello world",
    "menu_tap": "还是红灯",
    "image": placeholders.PICTURE,
    "voice": placeholders.VOICE,
    "video": placeholders.VIDEO,
    "file": placeholders.OTHER,
    "location": "我的位置：广州国际媒体港(广州市海珠区) 广东省广州市海珠区滨江东路",
    "link": "［链接］TITLE https://example.com/a",
    "business_card": placeholders.OTHER,
    "miniprogram": placeholders.OTHER,
}
_EVENTS = {
    "enter_session": Kind.ENTERED,
    "enter_session_without_code": Kind.ENTERED,
    "msg_send_fail": Kind.LOST,
    "session_taken": Kind.TAKEN,
    "session_passed_on": Kind.TAKEN,
    "session_ended": Kind.ENDED,
    "servicer_text": Kind.SERVICER,
    "servicer_status_change": Kind.IGNORED,
    "user_recall_msg": Kind.IGNORED,
}


def test_every_recorded_item_is_tested() -> None:
    assert set(RECORDED) == {*_SAID, *_EVENTS}


@pytest.mark.parametrize("name", _SAID)
def test_what_customers_say(name: str) -> None:
    heard = codec.parse(RECORDED[name], 1000)
    assert heard.kind is Kind.SAID
    assert heard.inbound is not None
    assert (heard.inbound.sender, heard.inbound.text) == (SENDER, _SAID[name])
    assert heard.inbound.message_id == "mfrom_msgid_4622416642169452483"
    assert (heard.media_id is not None) == (name == "image")


@pytest.mark.parametrize("name", _EVENTS)
def test_events(name: str) -> None:
    heard = codec.parse(RECORDED[name], 1000)
    assert heard.kind is _EVENTS[name]
    if heard.kind is not Kind.IGNORED:
        assert heard.sender == SENDER


def test_what_events_carry() -> None:
    assert codec.parse(RECORDED["enter_session"], 9).code == "aaaaaa"
    assert codec.parse(RECORDED["session_ended"], 9).code == "bbbbbb"
    assert codec.parse(RECORDED["servicer_text"], 9).name == "lixiao"
    lost = codec.parse(RECORDED["msg_send_fail"], 9)
    assert (codec.place_of(lost.lost), lost.why) == ((12, 15), 4)
    assert codec.place_of("from_msgid_4622416642169452483") is None


def test_long_words_are_cut() -> None:
    heard = codec.parse({**RECORDED["text"], "text": {"content": "长" * 2000}}, 1000)
    assert heard.inbound is not None
    assert heard.inbound.text == "长" * 1000


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"external_userid": ""}, "external_userid"),
        ({"open_kfid": None}, "open_kfid"),
        ({"msgid": []}, "msgid"),
        ({"text": "hello"}, "text"),
        ({"text": {"content": 5}}, "content"),
        ({"send_time": "now"}, "send_time"),
        ({"msgtype": "image", "image": {}}, "media_id"),
        ({"msgtype": "event", "event": []}, "event"),
    ],
)
def test_what_is_wrong_is_named(change: dict[str, Any], field: str) -> None:
    with pytest.raises(BadMessage, match=field):
        codec.parse({**RECORDED["text"], **change}, 1000)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=8,
)


@given(st.sampled_from(sorted(RECORDED)), st.data())
def test_nothing_else_than_a_bad_message_comes_of_garbage(name: str, data: st.DataObject) -> None:
    item = dict(RECORDED[name])
    item[data.draw(st.sampled_from(sorted(item)))] = data.draw(_JSON)
    try:
        codec.parse(item, 1000)
    except BadMessage as error:
        assert ":" in error.message


def test_calls() -> None:
    fields = {"Event": "kf_msg_or_event", "OpenKfId": "wk1", "Token": "ENC1"}
    assert codec.called(fields) == Called("wk1", "ENC1")
    assert codec.called({"Event": "kf_account_auth_change"}) is None
    with pytest.raises(BadMessage, match="Token"):
        codec.called({"Event": "kf_msg_or_event", "OpenKfId": "wk1"})


def _bot(text: str, *titles: str) -> Message:
    buttons = [{"title": title, "payload": title} for title in titles]
    return Message("c-1", Author.BOT, text, START, buttons=buttons)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=3000), st.integers(0, 14))
def test_whatever_is_said_fits(text: str, choices: int) -> None:
    made = wires([_bot(text, *(f"选择{n}" * 30 for n in range(choices)))], "")
    for wire in made:
        if wire["msgtype"] == "text":
            assert 0 < len(wire["text"]["content"].encode()) <= 2048
            continue
        menu = wire["msgmenu"]
        assert 0 < len(menu["head_content"].encode()) <= 1024
        assert 0 < len(menu["list"]) <= 10
        assert all(len(row["click"]["content"].encode()) <= 128 for row in menu["list"])


def test_choices_come_with_the_question_when_it_is_short() -> None:
    assert [wire["msgtype"] for wire in wires([_bot("选哪个？", "甲", "乙")], "")] == ["msgmenu"]
    long = wires([_bot("很长的说明。" * 100, "甲", "乙")], "")
    assert [wire["msgtype"] for wire in long] == ["text", "msgmenu"]
