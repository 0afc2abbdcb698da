"""Signatures and encryption: recorded vectors, what must be refused, and another implementation."""

import base64
import json
import struct
import warnings
from pathlib import Path
from random import Random
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher as Aes
from cryptography.hazmat.primitives.ciphers import algorithms, modes

from gateway.channels.wechat.crypto import Cipher, check_signature, signature
from gateway.message import BadMessage

RECORDED = json.loads((Path(__file__).parent / "crypto_vectors.json").read_text("utf8"))
VECTORS = {one["id"]: one for one in RECORDED["vectors"]}
_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
_RANDOM_MESSAGES = 10_000


def _verify(one: dict[str, Any]) -> str | None:
    """Signature and, where there is one, decryption, as a push goes through them."""
    parts = (one["timestamp"], one["nonce"])
    if one["kind"] == "plain_signature":
        check_signature(one["signature"], one["token"], *parts)
        return None
    check_signature(one["msg_signature"], one["token"], *parts, one["encrypt"])
    return Cipher(one["encoding_aes_key"], one["appid"]).decrypt(one["encrypt"])


@pytest.mark.parametrize("name", VECTORS)
def test_recorded_vectors(name: str) -> None:
    one = VECTORS[name]
    assert _verify(one) == one.get("plaintext")
    if one["kind"] != "plain_signature":
        cipher = Cipher(one["encoding_aes_key"], one["appid"])
        assert cipher.encrypt(one["plaintext"], one["random"].encode()) == one["encrypt"]


@pytest.mark.parametrize("case", RECORDED["negative"], ids=lambda case: str(case["change"]))
def test_recorded_negatives_are_refused(case: dict[str, Any]) -> None:
    with pytest.raises(BadMessage) as refused:
        _verify(VECTORS[case["base"]] | case["change"])
    assert refused.value.status in {400, 403}


def test_the_vectors_cover_pads_beyond_a_block_of_sixteen() -> None:
    pads = {one.get("pkcs7_pad") for one in VECTORS.values()}
    assert {1, 17, 19, 22, 30} <= pads
    cipher = Cipher(_KEY, "wx1")
    for length in range(33):  # every pad from 1 to 32 among them
        assert cipher.decrypt(cipher.encrypt("x" * length, b"r" * 16)) == "x" * length


def _sealed(plain: bytes) -> str:
    """Anything encrypted with the right key."""
    key = base64.b64decode(_KEY + "=")
    plain += b"\0" * (-len(plain) % 16)
    encryptor = Aes(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return base64.b64encode(encryptor.update(plain) + encryptor.finalize()).decode()


def test_whatever_is_encrypted_with_our_key_is_a_message_or_refused() -> None:
    chance, cipher = Random(5), Cipher(_KEY, "wx1")
    refused = 0
    for _ in range(3000):
        garbage = chance.randbytes(chance.randrange(0, 96))
        if chance.random() < 0.5:  # valid padding, so that the inside is reached
            pad = 32 - len(garbage) % 32
            garbage += bytes([pad]) * pad
        with pytest.raises(BadMessage) as error:
            cipher.decrypt(_sealed(garbage))
        assert error.value.status == 400
        refused += 1
    assert refused == 3000


@pytest.mark.parametrize(
    "plain",
    [
        b"r" * 16 + struct.pack(">I", 2**32 - 1) + b"text" + b"wx1" + b"\x05" * 5,
        b"r" * 16 + struct.pack(">I", 2) + b"\xff\xfe" + b"wx1" + b"\x0b" * 11,
        b"r" * 16 + struct.pack(">I", 4) + b"text" + b"wx2" + b"\x05" * 5,
        b"r" * 28 + b"\x04\x04\x05\x04",
        b"\x20" * 32,
        b"r" * 31 + b"\x00",
        b"r" * 31 + b"\x21",
    ],
    ids=["length", "utf8", "app id", "pad bytes", "only pad", "pad 0", "pad 33"],
)
def test_each_wrong_inside_is_refused(plain: bytes) -> None:
    with pytest.raises(BadMessage):
        Cipher(_KEY, "wx1").decrypt(_sealed(plain))


@pytest.mark.parametrize("sealed", ["", "!", "AAAA", "A" * 43, "é" * 44])
def test_what_is_no_ciphertext_is_refused(sealed: str) -> None:
    with pytest.raises(BadMessage):
        Cipher(_KEY, "wx1").decrypt(sealed)


@pytest.mark.parametrize("key", ["", "A" * 42, "A" * 44, "A" * 42 + "!"])
def test_a_wrong_key_is_named(key: str) -> None:
    with pytest.raises(ValueError, match="EncodingAESKey"):
        Cipher(key, "wx1")


def _message(chance: Random) -> str:
    alphabet = "abc中文，。<>&]]>\n 0123456789😀ﷺ"
    return "".join(chance.choice(alphabet) for _ in range(chance.randrange(0, 200)))


def test_ten_thousand_messages_both_ways_against_wechatpy() -> None:
    """wechatpy 1.8.18 is the last stable release (2021): good as a second opinion, not to use."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from wechatpy.crypto import PrpCrypto, _get_signature  # noqa: PLC0415
    chance = Random(11)
    for number in range(_RANDOM_MESSAGES):
        raw, app_id = chance.randbytes(32), f"wx{chance.getrandbits(64):016x}"
        key = base64.b64encode(raw).decode()[:43]
        ours, theirs = Cipher(key, app_id), PrpCrypto(raw)
        message = _message(chance)
        assert theirs.decrypt(ours.encrypt(message, chance.randbytes(16)), app_id) == message
        sealed = theirs.encrypt(message, app_id).decode()
        assert ours.decrypt(sealed) == message
        words = (f"t{number}", "1714036504", str(chance.getrandbits(40)), sealed)
        assert signature(*words) == _get_signature(*words)
