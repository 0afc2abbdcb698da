"""`python -m bot.choose_thresholds`: choose from the training data when to act and when to ask.

Every sentence is judged by a model that has not seen it (stratified folds); the numbers chosen go
to bot/nlu/decision.yml. The tests in tests/nlu are not looked at, or measuring with them would
measure nothing.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict, dataclass, replace

import numpy as np
import yaml

from bot.nlu.encoder import shared_encoder
from bot.nlu.intent_model import DECISION, Calibration, IntentModel, read_calibration
from bot.nlu.regression import softmax
from bot.training_sentences import prepared_sentences

MIXES = (0.0, 0.2, 0.3, 0.4, 0.5, 0.7, 0.85, 1.0, 1.2, 1.5)
SHARPNESSES = tuple(np.round(np.arange(0.4, 3.01, 0.1), 2).tolist())
ACTS = tuple(np.round(np.arange(0.30, 1.0, 0.01), 2).tolist())
MARGINS = (0.0, 0.05, 0.1, 0.15, 0.2, 0.3)
UNKNOWNS = tuple(np.round(np.arange(0.04, 0.31, 0.01), 2).tolist())
# Held-out sentences carry one label even where two would do, so these overstate the errors.
WRONG_WHEN_ACTED = 0.08
WRONG_WHEN_QUICK = 0.04
RIGHT_IN_THREE_WHEN_UNKNOWN = 0.5


@dataclass(frozen=True)
class Votes:
    """What both regressions said about sentences they had not seen, and the truth."""

    spelling: np.ndarray
    meaning: np.ndarray
    truth: np.ndarray

    def mixed(self, mix: float, sharpness: float) -> np.ndarray:
        """Probabilities of the joint vote."""
        return softmax((self.spelling + mix * self.meaning) * sharpness)


def collect_votes(folds: int, seed: int = 7) -> Votes:
    """Train once per fold and let each model judge the sentences left out."""
    texts, labels = prepared_sentences()
    vectors = shared_encoder().encode_all(texts)
    intents, truth = np.unique(labels, return_inverse=True)
    place = np.random.default_rng(seed).permutation(len(texts))
    order = place[np.argsort(truth[place], kind="stable")]
    fold = np.empty(len(texts), dtype=int)
    fold[order] = np.arange(len(texts)) % folds
    spelling = np.zeros((len(texts), len(intents)), dtype=np.float32)
    meaning = np.zeros_like(spelling)
    for number in range(folds):
        seen, unseen = np.flatnonzero(fold != number), np.flatnonzero(fold == number)
        model = IntentModel.train(
            [texts[i] for i in seen], vectors[seen], [labels[i] for i in seen], read_calibration()
        )
        for i in unseen:
            spelling[i] = model.spelling_scores(texts[i])
            meaning[i] = model.meaning_scores(vectors[i])
        print(f"fold {number + 1} of {folds}", flush=True)
    return Votes(spelling, meaning, truth)


def loss(probabilities: np.ndarray, truth: np.ndarray) -> float:
    """Mean negative log probability of the truth: lowest when honest."""
    return float(-np.log(probabilities[np.arange(len(truth)), truth] + 1e-9).mean())


def choose(votes: Votes) -> Calibration:
    """Mix and sharpness by honesty, thresholds by the share of wrong actions they allow."""
    pairs = [(m, s) for m in MIXES for s in SHARPNESSES]
    mix, sharpness = min(pairs, key=lambda p: loss(votes.mixed(*p), votes.truth))
    quick_sharpness = min(SHARPNESSES, key=lambda s: loss(votes.mixed(0.0, s), votes.truth))
    quick = _least(votes.mixed(0.0, quick_sharpness), votes.truth, 0.0, WRONG_WHEN_QUICK)
    found = votes.mixed(mix, sharpness)
    options = [(_least(found, votes.truth, m, WRONG_WHEN_ACTED), m) for m in MARGINS]
    act, margin = max(options, key=lambda o: _acted(found, *o).mean())
    return Calibration(
        mix, sharpness, quick_sharpness, quick, act, margin, _unknown(found, votes.truth)
    )


def _acted(found: np.ndarray, act: float, margin: float) -> np.ndarray:
    best = np.sort(found, axis=1)
    return (best[:, -1] >= act) & (best[:, -1] - best[:, -2] >= margin)


def _least(found: np.ndarray, truth: np.ndarray, margin: float, allowed: float) -> float:
    """The lowest threshold from which on the share of errors stays within what is allowed."""
    right = found.argmax(axis=1) == truth
    for act in ACTS:
        acted = _acted(found, act, margin)
        if acted.any() and 1 - right[acted].mean() <= allowed:
            return float(act)
    return float(ACTS[-1])


def _unknown(found: np.ndarray, truth: np.ndarray) -> float:
    """The highest probability below which three buttons would hold the truth less than half."""
    three = (np.argsort(-found, axis=1)[:, :3] == truth[:, None]).any(axis=1)
    best = found.max(axis=1)
    for limit in reversed(UNKNOWNS):
        below = best < limit
        if below.any() and three[below].mean() < RIGHT_IN_THREE_WHEN_UNKNOWN:
            return float(limit)
    return float(UNKNOWNS[0])


def main() -> int:
    """Command line; prints what the choice means on the held-out folds."""
    parser = argparse.ArgumentParser(prog="python -m bot.choose_thresholds")
    parser.add_argument("--folds", type=int, default=3)
    options = parser.parse_args()
    votes = collect_votes(options.folds)
    chosen = choose(votes)
    found = votes.mixed(chosen.mix, chosen.sharpness)
    right = found.argmax(axis=1) == votes.truth
    acted = _acted(found, chosen.act, chosen.margin)
    quick = votes.mixed(0.0, chosen.quick_sharpness).max(axis=1) >= chosen.quick
    DECISION.write_text(
        "# Written by `python -m bot.choose_thresholds`; do not edit by hand.\n"
        + yaml.safe_dump({k: float(v) for k, v in asdict(replace(chosen)).items()}),
        encoding="utf-8",
    )
    print(
        f"held out: top-1 {right.mean():.1%}, acted {acted.mean():.1%}, "
        f"wrong when acted {1 - right[acted].mean():.1%}, without the vector {quick.mean():.1%}"
    )
    print(f"{DECISION.name}: {asdict(chosen)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
