"""Sentence meaning as a vector: e5-small inside the process, or an OpenAI-compatible endpoint.

A least-recently-used cache serves repeated sentences; training keeps its vectors on disk, because
embedding thousands of sentences takes longer than everything else together.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
import urllib.request
from collections import OrderedDict
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import numpy as np

from bot.nlu.ngrams import LONG_NUMBER
from meaning.model import NAME, shared_model

CACHE_SIZE = 4096
# The cost grows with length; in a long post the matter is named early and the wish comes last.
MAX_CHARACTERS = 120
KEPT = Path(__file__).resolve().parents[2] / "var" / "nlu"
URL, MODEL, KEY = "XIAOTONG_EMBEDDING_URL", "XIAOTONG_EMBEDDING_MODEL", "XIAOTONG_EMBEDDING_KEY"
_BATCH = 128
_TIMEOUT_SECONDS = 20.0


class Provider(Protocol):
    """Turns sentences into unit vectors. `name` is stored in models trained with it."""

    name: str

    def vectors(self, texts: Sequence[str]) -> np.ndarray:
        """One row per sentence."""


class LocalProvider:
    """multilingual-e5-small in eight bits (`meaning/`), loaded with the first sentence."""

    name = NAME

    def vectors(self, texts: Sequence[str]) -> np.ndarray:
        """Embed in this process."""
        return shared_model().vectors(texts)


class EndpointProvider:
    """POST {url} {"model", "input"} as OpenAI's /v1/embeddings answers it."""

    def __init__(self, url: str, model: str, key: str | None) -> None:
        """Remember where to ask; only http and https are taken."""
        if not url.startswith(("http://", "https://")):
            raise ValueError(f"{URL} must begin with http:// or https://")
        self.name = f"endpoint:{model}"
        self._url, self._model, self._key = url, model, key

    def vectors(self, texts: Sequence[str]) -> np.ndarray:
        """Rows in the order of the sentences, of unit length."""
        batches = [texts[start : start + _BATCH] for start in range(0, len(texts), _BATCH)]
        return np.concatenate([self._ask(batch) for batch in batches])

    def _ask(self, texts: Sequence[str]) -> np.ndarray:
        body = json.dumps({"model": self._model, "input": list(texts)}).encode()
        request = urllib.request.Request(self._url, body, {"Content-Type": "application/json"})
        if self._key:
            request.add_header("Authorization", f"Bearer {self._key}")
        with urllib.request.urlopen(request, timeout=_TIMEOUT_SECONDS) as answer:
            rows = sorted(json.load(answer)["data"], key=lambda row: row["index"])
        found = np.array([row["embedding"] for row in rows], dtype=np.float32)
        if len(found) != len(texts):
            raise ValueError("embedding endpoint answered another number of vectors")
        return found / np.linalg.norm(found, axis=1, keepdims=True)


class SentenceEncoder:
    """Thread-safe sentence → unit vector, with a least-recently-used cache."""

    def __init__(self, cache_size: int = CACHE_SIZE, provider: Provider | None = None) -> None:
        """Remember the cache size; the model is loaded with the first sentence."""
        self._cache: OrderedDict[str, np.ndarray] = OrderedDict()
        self._cache_size = cache_size
        self._lock = threading.Lock()
        self._provider = provider or LocalProvider()

    @property
    def name(self) -> str:
        """Whose vectors these are."""
        return self._provider.name

    def encode(self, text: str) -> np.ndarray:
        """Return the unit vector of a sentence."""
        key = _essence(text)
        with self._lock:
            known = self._cache.get(key)
            if known is not None:
                self._cache.move_to_end(key)
                return known
            vector: np.ndarray = self._provider.vectors([key])[0]
            self._cache[key] = vector
            if len(self._cache) > self._cache_size:
                self._cache.popitem(last=False)
            return vector

    def encode_all(self, texts: Sequence[str], kept: Path = KEPT) -> np.ndarray:
        """Vectors of the training sentences; known ones come from the file of this provider."""
        file = kept / f"vectors-{hashlib.sha256(self.name.encode()).hexdigest()[:12]}.npz"
        known = _read_vectors(file)
        texts = [_essence(text) for text in texts]
        keys = [_digest(text) for text in texts]
        new = {k: t for k, t in zip(keys, texts, strict=True) if k not in known}
        if new:
            known.update(zip(new, self._provider.vectors(list(new.values())), strict=True))
            _write_vectors(file, known)
        return np.stack([known[key] for key in keys]) if keys else np.zeros((0, 0), np.float32)


def _essence(text: str) -> str:
    """What is embedded: without the figures of long numbers, and of a long post both ends."""
    text = LONG_NUMBER.sub("#", text)
    half = MAX_CHARACTERS // 2
    return text if len(text) <= MAX_CHARACTERS else text[:half] + text[-half:]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _read_vectors(file: Path) -> dict[str, np.ndarray]:
    if not file.exists():
        return {}
    with np.load(file, allow_pickle=False) as stored:
        return dict(zip(stored["keys"].tolist(), stored["rows"], strict=True))


def _write_vectors(file: Path, known: dict[str, np.ndarray]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    scratch = file.with_name(f".{os.getpid()}-{file.name}")
    np.savez(scratch, keys=np.array(list(known)), rows=np.stack(list(known.values())))
    os.replace(scratch, file)


@lru_cache(maxsize=1)
def shared_encoder() -> SentenceEncoder:
    """The process's encoder, of the configured provider; training and serving share it."""
    url = os.environ.get(URL)
    if not url:
        return SentenceEncoder()
    endpoint = EndpointProvider(url, os.environ.get(MODEL, "default"), os.environ.get(KEY))
    return SentenceEncoder(provider=endpoint)
