"""`python -m bot.choose_thresholds`: choose from the training data when to act and when to ask.

Every sentence is judged by a model that has seen neither it nor one nearly like it (sentences alike
stay in one fold); the numbers chosen go to bot/nlu/decision.yml. The tests in tests/nlu are not
looked at, or measuring with them would measure nothing.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np
import yaml
from scipy.sparse.csgraph import connected_components
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.nlu.encoder import shared_encoder
from bot.nlu.intent_model import DECISION, Calibration, IntentModel, read_calibration
from bot.nlu.regression import softmax
from bot.training_sentences import prepared_sentences

NEIGHBOURS = (0.0, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0)
# From this likeness of letters on, two sentences may not lie in different folds.
ALIKE = 0.72
SHARPNESSES = tuple(np.round(np.arange(0.4, 3.01, 0.1), 2).tolist())
ACTS = tuple(np.round(np.arange(0.30, 1.0, 0.01), 2).tolist())
MARGINS = (0.0, 0.05, 0.1, 0.15, 0.2, 0.3)
UNKNOWNS = tuple(np.round(np.arange(0.04, 0.31, 0.01), 2).tolist())
# Held-out sentences carry one label even where two would do, and have lost all that are like them:
# these overstate the errors (a blind test set showed half as many).
WRONG_WHEN_ACTED = 0.10
WRONG_WHEN_QUICK = 0.04
RIGHT_IN_THREE_WHEN_UNKNOWN = 0.5


@dataclass(frozen=True)
class Votes:
    """What the voices said about sentences they had not seen, and the truth."""

    spelling: np.ndarray
    both: np.ndarray
    near: np.ndarray
    truth: np.ndarray

    def quick(self, sharpness: float) -> np.ndarray:
        """Probabilities by spelling alone."""
        return softmax(self.spelling * sharpness)

    def joint(self, neighbours: float, sharpness: float) -> np.ndarray:
        """Probabilities of the joint vote."""
        return softmax((self.both + neighbours * self.near) * sharpness)


def alike(texts: Sequence[str]) -> np.ndarray:
    """A number for each sentence, the same for those that are nearly alike in their letters."""
    rows = TfidfVectorizer(analyzer="char", ngram_range=(1, 2)).fit_transform(texts)
    likeness = rows @ rows.T
    likeness.data[likeness.data < ALIKE] = 0
    likeness.eliminate_zeros()
    return np.asarray(connected_components(likeness, directed=False)[1])


def split(group: np.ndarray, truth: np.ndarray, folds: int, seed: int) -> np.ndarray:
    """The fold of each sentence: groups stay whole, every intent is spread over all folds."""
    members: dict[int, list[int]] = defaultdict(list)
    for place, number in enumerate(group):
        members[int(number)].append(place)
    order = sorted(members, key=lambda number: -len(members[number]))
    chance = np.random.default_rng(seed).random((len(group), folds)) * 0.01
    filled = np.zeros((folds, int(truth.max()) + 1))
    fold = np.empty(len(group), dtype=int)
    for number in order:
        places = members[number]
        main = np.bincount(truth[places]).argmax()
        target = int((filled[:, main] + filled.sum(axis=1) * 1e-5 + chance[number]).argmin())
        fold[places] = target
        np.add.at(filled[target], truth[places], 1)
    return fold


def collect_votes(folds: int, seed: int = 7) -> Votes:
    """Train once per fold and let each model judge the sentences left out."""
    texts, labels = prepared_sentences()
    vectors = shared_encoder().encode_all(texts)
    intents, truth = np.unique(labels, return_inverse=True)
    fold = split(alike(texts), truth, folds, seed)
    said = [np.zeros((len(texts), len(intents)), dtype=np.float32) for _ in range(3)]
    for number in range(folds):
        seen, unseen = np.flatnonzero(fold != number), np.flatnonzero(fold == number)
        model = IntentModel.train(
            [texts[i] for i in seen], vectors[seen], [labels[i] for i in seen], read_calibration()
        )
        for i in unseen:
            said[0][i] = model.spelling_scores(texts[i])
            said[1][i] = model.both_scores(texts[i], vectors[i])
            said[2][i] = model.neighbour_scores(vectors[i])
        print(f"fold {number + 1} of {folds}", flush=True)
    return Votes(*said, truth)


def loss(probabilities: np.ndarray, truth: np.ndarray) -> float:
    """Mean negative log probability of the truth: lowest when honest."""
    return float(-np.log(probabilities[np.arange(len(truth)), truth] + 1e-9).mean())


def choose(votes: Votes) -> Calibration:
    """Weights and sharpness by honesty, thresholds by the share of wrong actions they allow."""
    pairs = [(n, s) for n in NEIGHBOURS for s in SHARPNESSES]
    neighbours, sharpness = min(pairs, key=lambda p: loss(votes.joint(*p), votes.truth))
    quick_sharpness = min(SHARPNESSES, key=lambda s: loss(votes.quick(s), votes.truth))
    spelled = votes.quick(quick_sharpness)
    quick = _least(spelled, votes.truth, 0.0, WRONG_WHEN_QUICK)
    found = votes.joint(neighbours, sharpness)
    sure = spelled.max(axis=1) >= quick
    found[sure] = spelled[sure]
    options = [(_least(found, votes.truth, m, WRONG_WHEN_ACTED), m) for m in MARGINS]
    act, margin = max(options, key=lambda o: _acted(found, *o).mean())
    return Calibration(
        neighbours, sharpness, quick_sharpness, quick, act, margin, _unknown(found, votes.truth)
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
    found, spelled = (
        votes.joint(chosen.neighbours, chosen.sharpness),
        votes.quick(chosen.quick_sharpness),
    )
    quick = spelled.max(axis=1) >= chosen.quick
    found[quick] = spelled[quick]
    right = found.argmax(axis=1) == votes.truth
    acted = _acted(found, chosen.act, chosen.margin)
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
