"""Plain, compatible and safe mode: what is trusted, what is refused, how it is answered."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from gateway.channels.wechat import payload
from gateway.channels.wechat.crypto import Cipher, signature
from gateway.channels.wechat.envelope import Envelope
from gateway.message import BadMessage

RECORDED = json.loads((Path(__file__).parent / "crypto_vectors.json").read_text("utf8"))
VECTORS = {one["id"]: one for one in RECORDED["vectors"]}
_RANDOM = bytes(range(24))


def _at(one: dict[str, Any], later: float = 0) -> datetime:
    return datetime.fromtimestamp(int(one["timestamp"]) + later, UTC)


def _envelope(one: dict[str, Any], mode: Any) -> Envelope:
    return Envelope(one["token"], mode, Cipher(one["encoding_aes_key"], one["appid"]))


def _query(one: dict[str, Any]) -> dict[str, str]:
    names = ("timestamp", "nonce", "msg_signature", "signature")
    return {name: one[name] for name in names if name in one} | {"encrypt_type": "aes"}


def _safe(one: dict[str, Any]) -> str:
    return f"<xml><ToUserName>gh</ToUserName><Encrypt>{one['encrypt']}</Encrypt></xml>"


def test_the_address_is_verified_with_the_echo_as_it_is() -> None:
    one = VECTORS["doc_get_verify"]
    envelope = Envelope(one["token"], "plain", None)
    query = _query(one) | {"echostr": one["echostr"]}
    assert envelope.verify_address(query, _at(one)) == one["expect_body"]
    for change in ({"nonce": "1"}, {"signature": ""}, {"signature": "é"}, {"timestamp": "x"}):
        with pytest.raises(BadMessage):
            envelope.verify_address(query | change, _at(one))


def test_a_safe_push_is_opened_also_when_its_inside_is_json() -> None:
    one = VECTORS["doc_safe_push_json"]
    opened = _envelope(one, "safe").open(_query(one), _safe(one), _at(one))
    assert opened.fields["debug_str"] == "hello world"
    assert (opened.form, opened.sealed) == ("json", True)


def test_only_the_encrypted_part_of_a_compatible_push_counts() -> None:
    one = VECTORS["tencent_sample_mp_decrypt"]
    body = one["compat_body"].replace("{encrypt}", one["encrypt"]).replace("abcdteT", "forged")
    opened = _envelope(one, "compatible").open(_query(one), body, _at(one))
    assert opened.fields["Content"] == "abcdteT"


def test_a_plain_push_is_refused_where_it_must_be_encrypted() -> None:
    one = VECTORS["tencent_sample_mp_decrypt"]
    query = {"timestamp": one["timestamp"], "nonce": "1"}
    query["signature"] = signature(one["token"], query["timestamp"], "1")
    body = "<xml><Content>hi</Content></xml>"
    plain = Envelope(one["token"], "plain", None)
    assert plain.open(query, body, _at(one)).fields == {"Content": "hi"}
    for mode in ("safe", "compatible"):
        with pytest.raises(BadMessage) as refused:
            _envelope(one, mode).open(query, body, _at(one))
        assert refused.value.status == 400


@pytest.mark.parametrize(
    ("later", "taken"), [(-301, False), (-299, True), (299, True), (301, False)]
)
def test_a_recorded_push_is_refused_after_five_minutes(later: float, taken: bool) -> None:
    one = VECTORS["doc_safe_push_json"]
    envelope = _envelope(one, "safe")
    if taken:
        assert envelope.open(_query(one), _safe(one), _at(one, later)).sealed
        return
    with pytest.raises(BadMessage) as refused:
        envelope.open(_query(one), _safe(one), _at(one, later))
    assert refused.value.status == 403


def test_the_url_signature_does_not_open_an_encrypted_push() -> None:
    one = VECTORS["doc_safe_push_json"]
    query = _query(one) | {"msg_signature": one["signature_url_only"]}
    with pytest.raises(BadMessage) as refused:
        _envelope(one, "safe").open(query, _safe(one), _at(one))
    assert refused.value.status == 403


def test_an_answer_is_sealed_so_that_its_receiver_can_open_it() -> None:
    one = VECTORS["tencent_sample_mp_decrypt"]
    envelope = _envelope(one, "safe")
    opened = envelope.open(_query(one), _safe(one), _at(one))
    outer, form = payload.read(envelope.close(opened, {"Content": "您好"}, _at(one), _RANDOM))
    assert form == "xml" and outer.keys() == {"Encrypt", "MsgSignature", "TimeStamp", "Nonce"}
    words = (outer["TimeStamp"], outer["Nonce"], outer["Encrypt"])
    assert outer["MsgSignature"] == signature(one["token"], *words)
    inside = Cipher(one["encoding_aes_key"], one["appid"]).decrypt(outer["Encrypt"])
    assert payload.read(inside)[0] == {"Content": "您好"}


def test_a_mode_with_encryption_needs_a_key() -> None:
    with pytest.raises(ValueError, match="EncodingAESKey"):
        Envelope("t", "safe", None)
