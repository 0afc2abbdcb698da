"""Model archives are signed when trained and verified before they are unpacked.

A model archive is data that decides what customers are told, and unpacking a foreign one is how a
machine is taken over. The Ed25519 key lies outside the repository and outside the data folder:
`XIAOTONG_MODEL_KEY`, by default in the user's configuration folder, made at the first training.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

KEY = "XIAOTONG_MODEL_KEY"
SUFFIX = ".sig"
_BLOCK = 1 << 20


class BadSignature(Exception):
    """The archive is not what was trained here; the message says what is wrong."""


def key_file() -> Path:
    """Where the signing key lies."""
    folder = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    return Path(os.environ.get(KEY) or folder / "xiaotong" / "model-signing.pem")


def sign(archive: Path) -> Path:
    """Write the signature beside the archive; make the key when there is none."""
    target = archive.with_name(archive.name + SUFFIX)
    scratch = target.with_name(f".{os.getpid()}{SUFFIX}")
    scratch.write_bytes(_key(make=True).sign(_digest(archive)))
    os.replace(scratch, target)
    return target


def verify(archive: Path) -> None:
    """Raise `BadSignature` unless the archive is exactly what `sign` saw."""
    signature = archive.with_name(archive.name + SUFFIX)
    if not signature.exists():
        raise BadSignature(f"{signature.name} is missing; train again with python -m bot.train")
    try:
        _key(make=False).public_key().verify(signature.read_bytes(), _digest(archive))
    except InvalidSignature:
        raise BadSignature("the archive was changed after training; train again") from None


def _digest(archive: Path) -> bytes:
    digest = hashlib.sha256()
    with archive.open("rb") as content:
        while block := content.read(_BLOCK):
            digest.update(block)
    return digest.digest()


def _key(make: bool) -> Ed25519PrivateKey:
    path = key_file()
    if not path.exists():
        if not make:
            raise BadSignature(f"the signing key is missing ({KEY}); train again")
        _make_key(path)
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError) as error:
        raise BadSignature(f"the signing key cannot be read: {error}") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise BadSignature("the signing key is no Ed25519 key")
    return key


def _make_key(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pem = Ed25519PrivateKey.generate().private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    try:
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(pem)
    except FileExistsError:
        return
