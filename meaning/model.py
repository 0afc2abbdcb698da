"""Sentences → unit vectors, in the process that asks: tokenizer, word table, eight-bit graph.

No prefix: e5's "query: " costs three of twelve pieces and, for sentences of customers compared
with each other, gains nothing (docs/decisions/014).
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from meaning.tokenizer import Tokenizer
from meaning.weights import Weights

# Changes with weights or recipe: vectors of different names are never compared.
NAME = "e5-small-int8-rows"
GRAPH = Path(__file__).resolve().parent.parent / ".tools" / "meaning" / f"{NAME}.onnx"
# Pieces of one run, padding included: larger ones only cost memory.
_PIECES_AT_ONCE = 1024
_WORKERS = 2
_HIDDEN = np.float32(-1e9)


class ModelNotBuilt(Exception):
    """Set-up did not make the graph for this version of the code."""


class SentenceModel:
    """Half a second and 90 MB to load; `vectors` may be called by threads."""

    def __init__(self, graph: Path = GRAPH) -> None:
        """Load; raises `ModelNotBuilt`."""
        import onnxruntime  # noqa: PLC0415 - a tenth of a second, only for those who ask

        if not graph.exists():
            raise ModelNotBuilt(f"{graph} is missing: run `make run` or `make test` once")
        self._weights = Weights()
        self._tokenizer = Tokenizer(self._weights)
        options = onnxruntime.SessionOptions()
        # More threads per sentence are slower when the machine has anything else to do.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._graph: Any = onnxruntime.InferenceSession(str(graph), options)
        width = self._weights.width
        self._position = self._weights.vector("emb.pos").reshape(-1, width)
        self._kind = self._weights.vector("emb.type")[:width]

    def vectors(self, texts: Sequence[str]) -> np.ndarray:
        """One unit row per sentence; many are shared between two threads."""
        cut = [self._tokenizer.numbers(text) for text in texts]
        found = np.zeros((len(texts), self._weights.width), dtype=np.float32)

        def fill(places: list[int]) -> None:
            found[places] = self._run([cut[place] for place in places])

        batches = list(_batches([len(numbers) for numbers in cut]))
        if len(batches) > 1:
            with ThreadPoolExecutor(_WORKERS) as pool:
                list(pool.map(fill, batches))
        elif batches:
            fill(batches[0])
        return found

    def _run(self, cut: list[list[int]]) -> np.ndarray:
        longest, width = max(map(len, cut)), self._weights.width
        words = np.zeros((len(cut), longest, width), dtype=np.float32)
        hidden = np.full((len(cut), 1, 1, longest), _HIDDEN, dtype=np.float32)
        share = np.zeros((len(cut), longest, 1), dtype=np.float32)
        for row, numbers in enumerate(cut):
            size = len(numbers)
            known = self._weights.words(np.array(numbers))
            words[row, :size] = known + self._position[:size] + self._kind
            hidden[row, ..., :size] = 0
            share[row, :size] = 1 / size
        found = self._graph.run(None, {"words": words, "hidden": hidden, "share": share})
        return np.asarray(found[0])


_loading = threading.Lock()


@cache
def _model() -> SentenceModel:
    return SentenceModel()


def shared_model() -> SentenceModel:
    """The process's model, loaded by the first who asks; others wait for it."""
    with _loading:
        return _model()


def _batches(sizes: list[int]) -> Iterable[list[int]]:
    """Places of sentences of like length, so that little is computed for padding."""
    batch: list[int] = []
    for place in sorted(range(len(sizes)), key=sizes.__getitem__):
        if batch and sizes[place] * (len(batch) + 1) > _PIECES_AT_ONCE:
            yield batch
            batch = []
        batch.append(place)
    if batch:
        yield batch
