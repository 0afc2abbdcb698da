"""The embedded sentence vectors: e5-small inside the process, kept on disk by content.

Nothing is loaded before the first sentence. Articles are embedded once; after that a start reads
one small file. A recently asked question is not embedded twice.
"""

import hashlib
import os
import threading
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from desk.ports.embedding import Embedding, Vectors
from meaning.model import NAME, shared_model

# Its cost grows with length: what matters is said early.
MAX_CHARACTERS = 200
_RECENT = 2048


class LocalEmbedding:
    """multilingual-e5-small in eight bits (`meaning/`), loaded with the first sentence."""

    name = NAME

    def vectors(self, texts: Sequence[str]) -> Vectors:
        return shared_model().vectors([text[:MAX_CHARACTERS] for text in texts])


class KeptVectors:
    """An `Embedding` that remembers: recent sentences in memory, articles in a file."""

    def __init__(self, embedding: Embedding, folder: Path) -> None:
        self.name = embedding.name
        self._embedding = embedding
        tag = hashlib.sha256(self.name.encode()).hexdigest()[:12]
        self._file = folder / f"vectors-{tag}.npz"
        self._recent: OrderedDict[str, Vectors] = OrderedDict()
        self._lock = threading.Lock()

    def vector(self, text: str) -> Vectors:
        """Of one question."""
        key = text[:MAX_CHARACTERS]
        with self._lock:
            if key in self._recent:
                self._recent.move_to_end(key)
                return self._recent[key]
        found: Vectors = self._embedding.vectors([key])[0]
        with self._lock:
            self._recent[key] = found
            if len(self._recent) > _RECENT:
                self._recent.popitem(last=False)
        return found

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """Of the articles; what is no longer asked for leaves the file."""
        keys = [hashlib.sha256(t[:MAX_CHARACTERS].encode()).hexdigest()[:32] for t in texts]
        known = self._read()
        new = {k: t for k, t in zip(keys, texts, strict=True) if k not in known}
        if new:
            rows = self._embedding.vectors(list(new.values()))
            known.update(zip(new, rows, strict=True))
        if new or len(known) > len(set(keys)):
            self._write({k: known[k] for k in dict.fromkeys(keys)})
        return np.stack([known[k] for k in keys])

    def _read(self) -> dict[str, Vectors]:
        if not self._file.exists():
            return {}
        with np.load(self._file, allow_pickle=False) as stored:
            return dict(zip(stored["keys"].tolist(), stored["rows"], strict=True))

    def _write(self, known: dict[str, Vectors]) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        # Written whole and renamed: another process may read it at this moment.
        scratch = self._file.with_name(f".{os.getpid()}-{self._file.name}")
        np.savez(scratch, keys=np.array(list(known)), rows=np.stack(list(known.values())))
        os.replace(scratch, self._file)
