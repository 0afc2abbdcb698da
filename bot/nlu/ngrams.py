"""Letters, sounds and words with tf-idf weights: the spelling half of the classifier's input.

Kept as plain words and numbers (JSON and npz) instead of a pickled object, so that loading a
model archive never runs code from it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
from scipy.sparse import csr_matrix

from bot.nlu.pinyin import sounds
from bot.nlu.tokenizer import shared_segmenter

SHORTEST, LONGEST = 1, 3
SOUND_LENGTHS = (2, 3)
# Which phone or order number it is says nothing about the matter.
LONG_NUMBER = re.compile(r"\d{5,}")


def ngrams(text: str) -> Iterator[str]:
    """Character n-grams with marked edges, n-grams of syllables (`p:`), words and pairs (`w:`)."""
    text = LONG_NUMBER.sub("#", text)
    padded = f" {text.lower()} "
    for size in range(SHORTEST, LONGEST + 1):
        for start in range(len(padded) - size + 1):
            gram = padded[start : start + size]
            if gram.strip():
                yield gram
    heard = ["^", *sounds(text), "$"]
    for size in SOUND_LENGTHS:
        for start in range(len(heard) - size + 1):
            yield "p:" + "-".join(heard[start : start + size])
    words = [word.lower() for word, _ in shared_segmenter().words(text)]
    yield from (f"w:{word}" for word in words)
    yield from (f"w:{a}_{b}" for a, b in zip(words, words[1:], strict=False))


class NgramVectorizer:
    """Sentences → sparse unit rows over a learned vocabulary."""

    def __init__(self, vocabulary: Sequence[str], idf: np.ndarray) -> None:
        """Use a known vocabulary; see `fit` for learning one."""
        if len(vocabulary) != len(idf):
            raise ValueError("n-gram vocabulary and weights differ in length")
        self.vocabulary = list(vocabulary)
        self.idf = np.asarray(idf, dtype=np.float32)
        self._index: dict[str, int] = {gram: i for i, gram in enumerate(self.vocabulary)}

    @classmethod
    def fit(cls, texts: Sequence[str], min_count: int = 2) -> NgramVectorizer:
        """Learn the n-grams that occur in at least `min_count` sentences."""
        seen: Counter[str] = Counter()
        for text in texts:
            seen.update(set(ngrams(text)))
        vocabulary = sorted(gram for gram, count in seen.items() if count >= min_count)
        counts = np.array([seen[gram] for gram in vocabulary], dtype=np.float32)
        return cls(vocabulary, np.log((1 + len(texts)) / (1 + counts)) + 1)

    def row(self, text: str) -> tuple[list[int], np.ndarray]:
        """Columns and unit-length values of one sentence (empty when nothing is known)."""
        counts = Counter(i for g in ngrams(text) if (i := self._index.get(g)) is not None)
        columns = list(counts)
        values = (1 + np.log(np.array(list(counts.values()), dtype=np.float32))) * self.idf[columns]
        length = float(np.sqrt((values**2).sum())) or 1.0
        return columns, values / np.float32(length)

    def transform(self, texts: Sequence[str]) -> csr_matrix:
        """Return one unit row per sentence (all zero when nothing is known)."""
        columns: list[int] = []
        values: list[np.ndarray] = [np.zeros(0, dtype=np.float32)]
        ends = [0]
        for text in texts:
            found, weights = self.row(text)
            columns.extend(found)
            values.append(weights)
            ends.append(len(columns))
        shape = (len(texts), len(self.vocabulary))
        return csr_matrix((np.concatenate(values), columns, ends), shape=shape)
