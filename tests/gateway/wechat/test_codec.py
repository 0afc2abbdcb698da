"""Recorded pushes → what they mean; broken ones are refused by field, never with a traceback."""

from pathlib import Path
from random import Random

import pytest

from gateway import placeholders
from gateway.channels.wechat import payload
from gateway.channels.wechat.codec import Kind, Push, parse
from gateway.message import BadMessage

_FOLDER = Path(__file__).parent / "payloads"
_MESSAGE = "m23465760158912345678"

# file → what the bot hears, and the message id where it is not a digest.
SAID = {
    "text": ("宽带上不了网", _MESSAGE),
    "text_menu_tap": ("查工单", f"e{_MESSAGE}"),
    "voice": ("查一下话费", _MESSAGE),
    "voice_unrecognised": (placeholders.VOICE, _MESSAGE),
    "voice_without_recognition": (placeholders.VOICE, _MESSAGE),
    "image": (placeholders.PICTURE, _MESSAGE),
    "video": (placeholders.VIDEO, _MESSAGE),
    "shortvideo": (placeholders.VIDEO, _MESSAGE),
    "location": ("我的位置：城东区建设路 88 号", _MESSAGE),
    "location_without_label": ("我的位置：23.137466,113.352425", _MESSAGE),
    "link": ("［链接］公告 https://example.com/a", _MESSAGE),
    "unknown_type": (placeholders.OTHER, _MESSAGE),
    "blank_text": (placeholders.OTHER, _MESSAGE),
    "subscribe": ("你好", None),
    "subscribe_by_code": ("你好", None),
    "scan": ("你好", None),
    "click": ("查一下我的套餐", None),
}
WITHOUT_A_TURN = {
    "unsubscribe": Kind.LEFT,
    "view": Kind.IGNORED,
    "location_event": Kind.IGNORED,
    "template_result": Kind.REPORT,
    "subscribe_message": Kind.IGNORED,
}


def _recorded(name: str) -> str:
    return (_FOLDER / f"{name}.xml").read_text("utf8")


def _push(body: str) -> Push:
    fields, _ = payload.read(body)
    return parse(fields, 1000)


@pytest.mark.parametrize("name", SAID)
def test_what_a_push_says(name: str) -> None:
    text, message_id = SAID[name]
    push = _push(_recorded(name))
    assert push.kind is Kind.SAID and push.inbound is not None
    assert push.inbound.channel == "wechat"
    assert push.inbound.sender == push.openid == "o9AgO5Kd5ggOC-bXrbNODIiE3bGY"
    assert push.account == "gh_97417a04a28d"
    assert push.inbound.text == text
    if message_id is None:
        assert push.inbound.message_id.startswith("e") and len(push.inbound.message_id) == 41
    else:
        assert push.inbound.message_id == message_id


@pytest.mark.parametrize("name", WITHOUT_A_TURN)
def test_what_has_no_turn(name: str) -> None:
    push = _push(_recorded(name))
    assert (push.kind, push.inbound) == (WITHOUT_A_TURN[name], None)


def test_every_recorded_push_is_in_a_table() -> None:
    assert {file.stem for file in _FOLDER.glob("*.xml")} == SAID.keys() | WITHOUT_A_TURN.keys()


def test_details_that_travel_along() -> None:
    picture = _push(_recorded("image"))
    assert (picture.media_id, picture.picture_url) == ("m2", "http://mmbiz.qpic.cn/x/0")
    assert _push(_recorded("text_menu_tap")).choice == "4"
    assert _push(_recorded("template_result")).report == "failed:user block"


def test_events_of_one_second_differ_by_event_and_key() -> None:
    body = _recorded("click")
    other_key = body.replace("查一下我的套餐", "查工单")
    other_event = body.replace("CLICK", "SCAN")
    later = body.replace("1714112445", "1714112446")
    ids = [p.inbound.message_id for one in (body, other_key, other_event, later)
           if (p := _push(one)).inbound]  # fmt: skip
    assert len(set(ids)) == 4
    again = _push(body).inbound
    assert again is not None and again.message_id == ids[0]


def test_json_and_xml_say_the_same() -> None:
    body = (
        '{"ToUserName": "gh_97417a04a28d", "FromUserName": "o9AgO5Kd5ggOC-bXrbNODIiE3bGY",'
        '"CreateTime": 1714112445, "MsgType": "text", "Content": "宽带上不了网",'
        '"MsgId": 23465760158912345678}'
    )
    assert _push(body) == _push(_recorded("text"))


def test_a_long_text_is_cut_not_refused() -> None:
    push = _push(_recorded("text").replace("宽带上不了网", "网" * 5000))
    assert push.inbound is not None and push.inbound.text == "网" * 1000


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("FromUserName", "Sender", "FromUserName"),
        ("ToUserName", "To", "ToUserName"),
        ("<CreateTime>1714112445", "<CreateTime>soon", "CreateTime"),
        ("<MsgId>23465760158912345678", "<MsgId>", "MsgId"),
        ("<MsgId>23465760158912345678", "<MsgId>" + "9" * 40, "MsgId"),
        ("MsgType", "Type", "MsgType"),
        ("<![CDATA[宽带上不了网]]>", "<a>1</a>", "Content"),
    ],
)
def test_a_broken_push_is_refused_by_field(old: str, new: str, named: str) -> None:
    with pytest.raises(BadMessage, match=named) as refused:
        _push(_recorded("text").replace(old, new))
    assert refused.value.status == 400


_BILLION = (
    '<!DOCTYPE xml [<!ENTITY a "haha"><!ENTITY b "&a;&a;&a;">]><xml><MsgType>&b;</MsgType></xml>'
)
_OUTSIDE = (
    '<!DOCTYPE xml [<!ENTITY x SYSTEM "file:///etc/passwd">]><xml><MsgType>&x;</MsgType></xml>'
)


@pytest.mark.parametrize(
    "body",
    ["", "<xml>", "success", "[]", "{", "<xml>text</xml>", "{}" * 2, "<a>" * 50 + "</a>" * 50,
     "{" + '"a":{' * 50 + "}" * 51, '<?xml version="1.0" encoding="x-none"?><xml><a/></xml>',
     "<xml>" + "<a/>" * 3000 + "</xml>", "<?php evil?><xml><a/></xml>", _BILLION, _OUTSIDE,
     "\ud800", "<xml>\x00</xml>", '["a"]', "<xml xmlns:a='&b;'/>"],
)  # fmt: skip
def test_what_is_no_push_is_refused(body: str) -> None:
    with pytest.raises(BadMessage) as refused:
        _push(body)
    assert refused.value.status == 400


def test_mutilated_pushes_are_read_or_refused() -> None:
    chance = Random(3)
    bodies = [file.read_text("utf8") for file in sorted(_FOLDER.glob("*.xml"))]
    outcomes = {True: 0, False: 0}
    for _ in range(4000):
        body = list(chance.choice(bodies))
        for _ in range(chance.randrange(1, 4)):
            place = chance.randrange(len(body))
            body[place] = chance.choice(["", "<", ">", "]", "&", "网", "\0", "9", body[place] * 2])
        try:
            _push("".join(body))
            outcomes[True] += 1
        except BadMessage as refused:
            assert refused.status in {400, 413}
            outcomes[False] += 1
    assert min(outcomes.values()) > 100


def test_written_fields_are_read_back() -> None:
    fields = {"Content": "a]]>b<c>&中文😀", "CreateTime": 12, "Inner": {"K": "v"}}
    back, form = payload.read(payload.write(fields, "xml"))
    assert form == "xml"
    assert back == {"Content": "a]]>b<c>&中文😀", "CreateTime": "12", "Inner": {"K": "v"}}
    assert payload.read(payload.write(fields, "json")) == (back, "json")
    assert payload.read(payload.write({"Content": "a\0\ud800\uffffb"}, "xml"))[0]["Content"] == "ab"
