"""Own pipeline and stock pipeline side by side, once both were measured on the same sentences.

Each evaluation leaves its figures in var/nlu/figures-<pipeline>.json, under a digest of the
sentences it was measured on; forty minutes of training the stock pipeline are not repeated for a
look at the table.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.sentences import Sentence
from bot.training_sentences import raw_sentences

PIPELINES = ("own", "stock")
Figures = dict[str, Any]


def tests_digest(sentences: Sequence[Sentence]) -> str:
    """What was measured on, labels included."""
    digest = hashlib.sha256()
    for sentence in sentences:
        digest.update(f"{sentence.text}\t{','.join(sentence.intents)}\n".encode())
    return digest.hexdigest()[:16]


def training_digest() -> str:
    """What was learnt from."""
    digest = hashlib.sha256()
    for text, intent in raw_sentences():
        digest.update(f"{text}\t{intent}\n".encode())
    return digest.hexdigest()[:16]


def keep_figures(
    folder: Path, pipeline: str, sentences: Sequence[Sentence], found: Figures
) -> None:
    """Remember the newest figures of a pipeline on these sentences."""
    file = _file(folder, pipeline)
    kept = _read(file)
    kept[tests_digest(sentences)] = {**found, "training": training_digest()}
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(kept, indent=1), encoding="utf-8")


def side_by_side(folder: Path, sentences: Sequence[Sentence]) -> list[str]:
    """Lines of a table of both pipelines; empty while one of them was not measured on these."""
    digest = tests_digest(sentences)
    rows = {name: _read(_file(folder, name)).get(digest) for name in PIPELINES}
    own, stock = rows["own"], rows["stock"]
    if own is None or stock is None:
        return []
    lines = [
        f"{'pipeline':<10}{'top-1':>8}{'top-3':>8}{'acted':>8}{'wrong/acted':>13}{'p50 ms':>9}"
    ]
    for name, row in (("own", own), ("stock", stock)):
        lines.append(
            f"{name:<10}{row['top1']:>8.1%}{row['top3']:>8.1%}{row['acted']:>8.1%}"
            f"{row['wrong_when_acted']:>13.1%}{row['p50_ms']:>9.1f}"
        )
    errors, theirs = 1 - own["top1"], 1 - stock["top1"]
    share = f"{errors / theirs:.0%} of stock's" if theirs else "stock made none"
    lines.append(f"errors: own {errors:.1%}, stock {theirs:.1%} - {share}")
    if own["training"] != stock["training"]:
        lines.append("(the stock pipeline was trained on another state of the training data)")
    return lines


def _file(folder: Path, pipeline: str) -> Path:
    return folder / f"figures-{pipeline}.json"


def _read(file: Path) -> dict[str, Figures]:
    try:
        return dict(json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}
