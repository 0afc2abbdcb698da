"""Real sentence vectors for tests: the articles' are made once per machine, not once per test."""

import shutil
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from desk.ports.embedding import Vectors
from desk.settings import ROOT
from desk.store.sentence_vectors import KeptVectors, LocalEmbedding

_MANY = 64


class SharedEmbedding:
    """One model per process; the long list of article sentences comes from a file under var/."""

    name = LocalEmbedding.name

    def __init__(self) -> None:
        self._model = LocalEmbedding()
        self._folder = ROOT / "var" / "test-cache" / "knowledge"
        self._kept = KeptVectors(self._model, self._folder)

    def vectors(self, texts: Sequence[str]) -> Vectors:
        return (self._kept if len(texts) >= _MANY else self._model).vectors(texts)

    def keep_in(self, folder: Path) -> None:
        """Take along what is there already; what is missing is made by whoever needs it."""
        if self._folder.exists():
            shutil.copytree(self._folder, folder, dirs_exist_ok=True)


@cache
def shared_embedding() -> SharedEmbedding:
    return SharedEmbedding()
