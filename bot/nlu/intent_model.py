"""The trained intent model: (text, meaning) → calibrated probability of each intent. No Rasa here.

Three voices. A regression over spelling, sound and words costs a millisecond and is sure of most
everyday messages. Only when it is not, the sentence vector (several ms) is computed, for a
regression over both and for the training sentences that mean nearly the same. How sharp the voices
are, how much the neighbours count and when the first is sure enough are numbers in `decision.yml`,
chosen by `python -m bot.choose_thresholds` on held-out folds.
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

from bot.nlu.ngrams import NgramVectorizer
from bot.nlu.regression import Block, fit, softmax

DECISION = Path(__file__).with_name("decision.yml")
# Of the dense features beside the unit rows of n-grams, in the regression over both.
VECTOR_WEIGHT = 2.5
OUTSIDE, OUTSIDE_WEIGHT = "out_of_scope", 3.0
STRENGTH, STEPS = 12.0, 120
# How many training sentences are asked, and how much more a nearer one counts.
NEIGHBOURS, NEARNESS = 30, 12.0
_NOBODY = 0.003
_WEIGHTS = ("spelling", "spelling_bias", "both_spelling", "both_meaning", "both_bias")
_ARRAYS = (*_WEIGHTS, "center", "examples", "example_intents", "example_weights")

Vector = Callable[[], np.ndarray]


class ClassifierNotLoadable(RasaException):
    """The stored classifier is missing or damaged; the server must not start with it."""


@dataclass(frozen=True)
class Calibration:
    """How the voices become a probability, and what a probability is good for."""

    neighbours: float  # weight of the neighbours beside the regression over both
    sharpness: float  # of these two together
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
    """Weights of both regressions and the vectors of the training sentences."""

    intents: tuple[str, ...]
    vectorizer: NgramVectorizer
    spelling: np.ndarray  # one row per n-gram
    spelling_bias: np.ndarray
    both_spelling: np.ndarray  # one row per n-gram
    both_meaning: np.ndarray  # one row per intent
    both_bias: np.ndarray
    center: np.ndarray
    examples: np.ndarray  # one unit row per training sentence, around the center
    example_intents: np.ndarray
    example_weights: np.ndarray
    calibration: Calibration
    provider: str

    def __post_init__(self) -> None:
        """Refuse parts that do not fit together."""
        rows, known = len(self.intents), len(self.vectorizer.vocabulary)
        fits = (
            self.spelling.shape == self.both_spelling.shape == (known, rows)
            and self.both_meaning.shape == (rows, len(self.center))
            and self.examples.shape == (len(self.example_intents), len(self.center))
        )
        if rows <= 1 or not fits:
            raise ClassifierNotLoadable("intent classifier: weights do not fit the intents")

    @classmethod
    def train(
        cls,
        texts: Sequence[str],
        vectors: np.ndarray,
        labels: Sequence[str],
        calibration: Calibration,
        provider: str = "",
    ) -> IntentModel:
        """Fit both regressions and keep the vectors."""
        intents, numbers = np.unique(list(labels), return_inverse=True)
        counts = np.bincount(numbers)
        # Square-root balancing: rare intents count more, but do not drown the frequent ones.
        balance = np.sqrt(counts.mean() / counts)
        # What lies outside is endless: whatever we have of it stands for more.
        balance[intents == OUTSIDE] *= OUTSIDE_WEIGHT
        importance = balance[numbers]
        vectorizer = NgramVectorizer.fit(texts)
        # e5 vectors all point the same way; what tells sentences apart is the small rest.
        center = vectors.mean(axis=0)
        rest = vectors - center
        grams = vectorizer.transform(texts)
        nothing = np.zeros((len(texts), 0), dtype=np.float32)
        alone, both = Block(nothing, grams), Block(rest * np.float32(VECTOR_WEIGHT), grams)
        first = fit(alone, numbers, len(intents), importance, STRENGTH, STEPS)
        second = fit(both, numbers, len(intents), importance, STRENGTH, STEPS)
        return cls(
            intents=tuple(str(i) for i in intents),
            vectorizer=vectorizer,
            spelling=np.ascontiguousarray(first.sparse.T),
            spelling_bias=first.bias,
            both_spelling=np.ascontiguousarray(second.sparse.T),
            both_meaning=second.dense * np.float32(VECTOR_WEIGHT),
            both_bias=second.bias,
            center=center.astype(np.float32),
            examples=rest / np.maximum(np.linalg.norm(rest, axis=1, keepdims=True), 1e-6),
            example_intents=numbers,
            example_weights=importance.astype(np.float32),
            calibration=calibration,
            provider=provider,
        )

    def spelling_scores(self, text: str) -> np.ndarray:
        """The voice of letters, sounds and words."""
        columns, values = self.vectorizer.row(text)
        return values @ self.spelling[columns] + self.spelling_bias

    def both_scores(self, text: str, vector: np.ndarray) -> np.ndarray:
        """The voice of spelling and meaning together."""
        columns, values = self.vectorizer.row(text)
        meant = self.both_meaning @ (vector - self.center)
        return values @ self.both_spelling[columns] + meant + self.both_bias

    def neighbour_scores(self, vector: np.ndarray) -> np.ndarray:
        """The voice of the training sentences that mean nearly the same, as log shares."""
        rest = vector - self.center
        likeness = self.examples @ (rest / max(float(np.linalg.norm(rest)), 1e-6))
        many = min(NEIGHBOURS, len(likeness))
        nearest = np.argpartition(-likeness, many - 1)[:many]
        weights = np.exp(NEARNESS * (likeness[nearest] - 1)) * self.example_weights[nearest]
        votes = np.bincount(self.example_intents[nearest], weights, minlength=len(self.intents))
        return np.log(votes / votes.sum() + _NOBODY)

    def quick(self, text: str) -> np.ndarray | None:
        """The probabilities by spelling alone where it is sure enough, else None."""
        found = softmax(self.spelling_scores(text) * self.calibration.quick_sharpness)
        return found if found.max() >= self.calibration.quick else None

    def probabilities(self, text: str, vector: Vector) -> np.ndarray:
        """Return the probability of each of `intents`; `vector` is asked only in doubt."""
        quick = self.quick(text)
        if quick is not None:
            return quick
        meant, how = vector(), self.calibration
        scores = self.both_scores(text, meant) + how.neighbours * self.neighbour_scores(meant)
        return softmax(scores * how.sharpness)

    def write(self, folder: Path) -> None:
        """Store the model as one npz and one JSON file."""
        arrays = {name: getattr(self, name) for name in _ARRAYS}
        # Half precision is enough to find neighbours and halves the archive.
        arrays["examples"] = self.examples.astype(np.float16)
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
                arrays["examples"] = arrays["examples"].astype(np.float32)
                vectorizer = NgramVectorizer(names["vocabulary"], stored["idf"])
            calibration = Calibration(**names["calibration"])
            intents, provider = tuple(names["intents"]), str(names["provider"])
            return cls(intents, vectorizer, **arrays, calibration=calibration, provider=provider)
        except (OSError, ValueError, KeyError, TypeError, EOFError, BadZipFile) as error:
            raise ClassifierNotLoadable(f"intent classifier cannot be loaded: {error}") from error
