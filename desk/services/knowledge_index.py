"""Which articles are near a question: meaning and words side by side. Pure, no I/O.

Every example question and title is one row. Three measures per article – the nearest row by
meaning, the mean of the nearest three, and words found anywhere in the article (BM25) – are summed
with weights chosen by `xiaotong knowledge tune`. Some rows are near to everything; how near a row
is to rows of other articles is taken from its nearness. Words are letter groups of one to three:
for short Chinese questions they do what a dictionary does and survive typos.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from desk.model.knowledge import Article, Library
from desk.ports.embedding import Vectors

MEASURES = ("meaning", "meaning_of_three", "words")
_LONGEST_GROUP = 3
_NEAREST = 3
_PAIR = 2
_NEIGHBOURS = 10
_NEAR_ROWS = 10
_BLOCK = 256
_K1, _B = 1.2, 0.75
_NOT_TEXT = re.compile(r"[\s\W_]+")

type Numbers = npt.NDArray[np.float64]
type Postings = dict[str, tuple[npt.NDArray[np.intp], Numbers]]


class Reader:
    """Reads a sentence through the operator's list of other words."""

    def __init__(self, library: Library) -> None:
        self._terms = {said.lower(): term for said, term in library.synonyms}
        own = {term.lower(): term for _, term in library.synonyms}
        words = sorted({**own, **self._terms}, key=len, reverse=True)
        self._terms = {**self._terms, **own}
        self._words = _alternatives(words)
        self._generic = _alternatives(sorted(library.generic, key=len, reverse=True))

    def read(self, text: str) -> str:
        """In our own terms."""
        if self._words is None:
            return text
        return self._words.sub(lambda m: self._terms[m.group().lower()], text)

    def is_vague(self, text: str) -> bool:
        """Whether no matter is named: 怎么办理, 我想咨询."""
        rest = self._generic.sub("", text) if self._generic else text
        return not _NOT_TEXT.sub("", rest)


def _alternatives(words: Sequence[str]) -> re.Pattern[str] | None:
    return re.compile("|".join(map(re.escape, words)), re.IGNORECASE) if words else None


def groups(text: str) -> Counter[str]:
    """Letter groups of one to three."""
    letters = _NOT_TEXT.sub("", text.lower())
    return Counter(
        letters[start : start + length]
        for length in range(1, _LONGEST_GROUP + 1)
        for start in range(len(letters) - length + 1)
    )


@dataclass(frozen=True)
class Measured:
    """A question against all articles: one column per article, one row per measure."""

    values: Numbers
    unknown: float  # the share of the question that stands in no article
    uncovered: Numbers  # per article: the share of the question, by rarity, that it does not hold
    near: npt.NDArray[np.intp]  # whose the nearest rows by meaning are, nearest first


class KnowledgeIndex:
    """Columns are the articles in their order, then the themes no article answers."""

    def __init__(
        self, articles: Sequence[Article], themes: Sequence[Sequence[str]], reader: Reader
    ) -> None:
        self.articles = tuple(articles)
        self._reader = reader
        texts = [*((*a.questions, a.title) for a in self.articles), *themes]
        rows = [(place, reader.read(text)) for place, some in enumerate(texts) for text in some]
        self._bodies = [*((a.title, a.body) for a in self.articles), *(() for _ in themes)]
        self.row_texts = [text for _, text in rows]
        self._owner = np.array([place for place, _ in rows], dtype=np.intp)
        self._starts = np.searchsorted(self._owner, np.arange(len(texts)))
        self._vectors: Vectors = np.empty((0, 0), dtype=np.float32)
        self._crowding: Numbers = np.empty(0)
        self._count_words()

    def set_vectors(self, vectors: Vectors) -> None:
        """Those of `row_texts`."""
        self._vectors = vectors
        self._crowding = self._crowded(vectors)

    def _crowded(self, vectors: Vectors) -> Numbers:
        """How near each row is to rows of other articles: some are near to everything."""
        crowding = np.zeros(len(vectors))
        for start in range(0, len(vectors), _BLOCK):
            block = slice(start, start + _BLOCK)
            near = vectors[block] @ vectors.T
            near[self._owner[block, None] == self._owner[None, :]] = -1.0
            crowding[block] = np.partition(near, -_NEIGHBOURS, axis=1)[:, -_NEIGHBOURS:].mean(
                axis=1
            )
        return crowding

    def read(self, question: str) -> str:
        return self._reader.read(question)

    def is_vague(self, question: str) -> bool:
        return self._reader.is_vague(question)

    def measures(self, question: str, vector: Vectors) -> Measured:
        """`question` as `read` gives it, and its vector."""
        counts = groups(question)
        meaning = 2 * (self._vectors @ vector).astype(np.float64) - self._crowding
        nearest = [np.sort(part)[-_NEAREST:].mean() for part in np.split(meaning, self._starts[1:])]
        values = np.stack(
            [np.maximum.reduceat(meaning, self._starts), np.array(nearest), self._bm25(counts)]
        )
        order = np.argsort(-meaning)[:_NEAR_ROWS]
        return Measured(
            values, self._unknown_share(counts), self._uncovered(counts), self._owner[order]
        )

    # -- words ------------------------------------------------------------------------------
    def _count_words(self) -> None:
        documents: list[Counter[str]] = [Counter() for _ in self._bodies]
        for place, row in zip(self._owner.tolist(), self.row_texts, strict=True):
            documents[place].update(groups(row))
        for place, body in enumerate(self._bodies):
            for text in body:
                documents[place].update(groups(self._reader.read(text)))
        total = len(documents)
        frequency = Counter(word for document in documents for word in document)
        self._idf = {
            word: math.log(1 + (total - seen + 0.5) / (seen + 0.5))
            for word, seen in frequency.items()
        }
        self._unknown = math.log(1 + total)
        lengths = [sum(document.values()) for document in documents]
        mean = sum(lengths) / max(total, 1)
        self._bm25_postings = _postings(
            {
                word: self._idf[word]
                * times
                * (_K1 + 1)
                / (times + _K1 * (1 - _B + _B * length / mean))
                for word, times in document.items()
            }
            for document, length in zip(documents, lengths, strict=True)
        )

    def _unknown_share(self, counts: Counter[str]) -> float:
        pairs = [word for word in counts if len(word) == _PAIR]
        return sum(word not in self._idf for word in pairs) / max(len(pairs), 1)

    def _uncovered(self, counts: Counter[str]) -> Numbers:
        """Near misses share the subject, but not the word the question is about."""
        pairs = [word for word in counts if len(word) == _PAIR]
        total = sum(self._idf.get(word, self._unknown) for word in pairs)
        held = np.zeros(len(self._bodies))
        for word in pairs:
            if word in self._bm25_postings:
                held[self._bm25_postings[word][0]] += self._idf[word]
        return 1 - held / (total or 1.0)

    def _bm25(self, counts: Counter[str]) -> Numbers:
        """As a share of what a perfect match would have."""
        best = sum(self._idf.get(word, self._unknown) for word in counts) * (_K1 + 1)
        total = np.zeros(len(self._bodies))
        for word in counts:
            if word in self._bm25_postings:
                places, values = self._bm25_postings[word]
                total[places] += values
        return total / (best or 1.0)


def _postings(documents: Iterable[dict[str, float]]) -> Postings:
    places: defaultdict[str, list[int]] = defaultdict(list)
    values: defaultdict[str, list[float]] = defaultdict(list)
    for place, document in enumerate(documents):
        for word, value in document.items():
            places[word].append(place)
            values[word].append(value)
    return {w: (np.array(p, dtype=np.intp), np.array(values[w])) for w, p in places.items()}
