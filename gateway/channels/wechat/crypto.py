"""Signatures and the encryption of pushes. Pure: random bytes come in as an argument.

AES-256-CBC, PKCS#7 over blocks of 32 bytes; inside: 16 random bytes, length of the message (4
bytes, big-endian), message in UTF-8, app id.
"""

import base64
import binascii
import hashlib
import hmac
import re
import struct

from cryptography.hazmat.primitives.ciphers import Cipher as Aes
from cryptography.hazmat.primitives.ciphers import algorithms, modes

from gateway.message import BadMessage

_BLOCK = 32
_RANDOM = 16
_LENGTH = 4
_AES_BLOCK = 16
KEY_FORM = re.compile(r"[A-Za-z0-9+/]{43}")


def signature(token: str, *parts: str) -> str:
    """SHA-1 in hex over token and parts, sorted by their bytes and joined."""
    pieces = sorted(part.encode(errors="replace") for part in (token, *parts))
    return hashlib.sha1(b"".join(pieces)).hexdigest()


def check_signature(given: str, token: str, *parts: str) -> None:
    """Raises `BadMessage` (403); takes the same time wherever the difference is."""
    if not hmac.compare_digest(given.encode(errors="replace"), signature(token, *parts).encode()):
        raise BadMessage("bad_signature", "signature: does not match", 403)


class Cipher:
    """One account's key. `app_id` is what the ciphertext must name at its end."""

    def __init__(self, encoding_aes_key: str, app_id: str) -> None:
        """Raises `ValueError` when the key is not 43 characters of base64."""
        if not KEY_FORM.fullmatch(encoding_aes_key):
            raise ValueError("expected an EncodingAESKey of 43 letters and digits")
        # The last character has spare bits that need not be zero: not strict on purpose.
        self._key = base64.b64decode(encoding_aes_key + "=")
        self._app_id = app_id.encode()

    def encrypt(self, message: str, random: bytes) -> str:
        """Base64 of the encrypted message; `random` is 16 fresh bytes."""
        if len(random) != _RANDOM:
            raise ValueError("expected 16 random bytes")
        content = message.encode()
        plain = random + struct.pack(">I", len(content)) + content + self._app_id
        pad = _BLOCK - len(plain) % _BLOCK
        encryptor = self._aes().encryptor()
        sealed = encryptor.update(plain + bytes([pad]) * pad) + encryptor.finalize()
        return base64.b64encode(sealed).decode()

    def decrypt(self, sealed: str) -> str:
        """The message; raises `BadMessage` (400) for anything that was not made with our key."""
        try:
            raw = base64.b64decode(sealed, validate=True)
        except (binascii.Error, ValueError):
            raise _garbage("is not base64") from None
        if not raw or len(raw) % _AES_BLOCK:
            raise _garbage("has a wrong length")
        decryptor = self._aes().decryptor()
        plain = _unpadded(decryptor.update(raw) + decryptor.finalize())
        head = _RANDOM + _LENGTH
        if len(plain) < head:
            raise _garbage("is too short")
        (length,) = struct.unpack(">I", plain[_RANDOM:head])
        content, owner = plain[head : head + length], plain[head + length :]
        if len(content) != length or not hmac.compare_digest(owner, self._app_id):
            raise _garbage("is for another app id or key")
        try:
            return content.decode()
        except UnicodeDecodeError:
            raise _garbage("is not UTF-8") from None

    def _aes(self) -> Aes[modes.CBC]:
        return Aes(algorithms.AES(self._key), modes.CBC(self._key[:_AES_BLOCK]))


def _unpadded(plain: bytes) -> bytes:
    pad = plain[-1]
    if not 1 <= pad <= _BLOCK or plain[-pad:] != bytes([pad]) * pad:
        raise _garbage("has wrong padding")
    return plain[:-pad]


def _garbage(why: str) -> BadMessage:
    return BadMessage("bad_ciphertext", f"Encrypt: {why}")
