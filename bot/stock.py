"""Rasa's stock Chinese pipeline trained on our data: what all the rest has to be better than."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from bot.training_sentences import raw_sentences

ROOT = Path(__file__).resolve().parent.parent
CONFIG = ROOT / "bot" / "stock_config.yml"
KEPT = ROOT / "var" / "nlu" / "stock"


def stock_model() -> Path:
    """The stock model of the present data; training it takes minutes, so it is kept."""
    digest = hashlib.sha256(CONFIG.read_bytes())
    for text, intent in raw_sentences():
        digest.update(f"{text}\t{intent}\n".encode())
    target = KEPT / f"{digest.hexdigest()[:16]}.tar.gz"
    if not target.exists():
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
        from rasa.model_training import train_nlu  # noqa: PLC0415 - TensorFlow

        print("training the stock pipeline, this takes minutes …", flush=True)
        train_nlu(
            str(CONFIG),
            str(ROOT / "data" / "nlu"),
            str(KEPT),
            fixed_model_name=target.name.removesuffix(".tar.gz"),
            domain=str(ROOT / "domain.yml"),
        )
    return target
