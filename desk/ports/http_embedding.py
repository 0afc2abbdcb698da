"""Sentence vectors from an OpenAI-compatible endpoint, by the variables the bot reads too."""

import json
import os
import urllib.request
from collections.abc import Sequence

import numpy as np

from desk.model.errors import BadData
from desk.ports.embedding import Embedding, Vectors

URL, MODEL, KEY = "XIAOTONG_EMBEDDING_URL", "XIAOTONG_EMBEDDING_MODEL", "XIAOTONG_EMBEDDING_KEY"
_TIMEOUT_SECONDS = 20.0


class HttpEmbedding:
    """POST {"model", "input"}; implements `desk.ports.embedding.Embedding`."""

    def __init__(self, url: str, model: str, key: str | None) -> None:
        if not url.startswith(("http://", "https://")):
            raise BadData("environment", URL, "must begin with http:// or https://")
        self.name = f"endpoint:{model}"
        self._url, self._model, self._key = url, model, key

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """Raises `OSError` when the endpoint does not answer."""
        body = json.dumps({"model": self._model, "input": list(texts)}).encode()
        request = urllib.request.Request(self._url, body, {"Content-Type": "application/json"})
        if self._key:
            request.add_header("Authorization", f"Bearer {self._key}")
        with urllib.request.urlopen(request, timeout=_TIMEOUT_SECONDS) as answer:
            rows = sorted(json.load(answer)["data"], key=lambda row: int(row["index"]))
        found = np.array([row["embedding"] for row in rows], dtype=np.float32)
        if len(found) != len(texts):
            raise OSError("the embedding endpoint answered another number of vectors")
        return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), dtype=np.float32)


def endpoint_embedding() -> Embedding | None:
    """The endpoint of this installation, if one is set."""
    url = os.environ.get(URL)
    if not url:
        return None
    return HttpEmbedding(url, os.environ.get(MODEL, "default"), os.environ.get(KEY))
