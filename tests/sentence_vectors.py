"""Real sentence vectors for tests: the articles' are made once per machine, not once per test."""

from collections.abc import Sequence
from functools import cache

from desk.ports.embedding import Vectors
from desk.settings import ROOT
from desk.store.sentence_vectors import KeptVectors, LocalEmbedding

_MANY = 64


class SharedEmbedding:
    """One model per process; the long list of article sentences comes from a file under var/."""

    name = LocalEmbedding.name

    def __init__(self) -> None:
        self._model = LocalEmbedding()
        self._kept = KeptVectors(self._model, ROOT / "var" / "test-cache" / "knowledge")

    def vectors(self, texts: Sequence[str]) -> Vectors:
        return (self._kept if len(texts) >= _MANY else self._model).vectors(texts)


@cache
def shared_embedding() -> SharedEmbedding:
    return SharedEmbedding()
