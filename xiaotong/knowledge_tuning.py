"""`xiaotong knowledge tune`: chooses weights and thresholds of the knowledge search from data.

Judged are the development questions and every article's own questions, each by the other rows of
its article only. `tests/knowledge/questions.tsv` is not looked at, or measuring with it would
measure nothing.
"""

from dataclasses import dataclass, replace
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import yaml

from desk.model.knowledge import Article, Asker, Library
from desk.policies import Certainty, KnowledgePolicy, KnowledgeWeights
from desk.ports.embedding import Vectors
from desk.services.knowledge_index import KnowledgeIndex, Measured, Numbers, Reader
from desk.services.knowledge_ranking import Eligibility, Ranking, probability, rank
from desk.store.sentence_vectors import KeptVectors
from xiaotong.knowledge_eval import Question, customer_of

FEATURES = tuple(name for name in Certainty.model_fields if name != "bias")
THREE = (0.0, 0.25, 0.5, 1.0)
WORDS = (0.2, 0.3, 0.4, 0.6, 0.8, 1.0, 1.3)
FOLDS = 4
# Own questions were written by whoever wrote the article; others tell more.
OWN_WEIGHT = 0.15
# Questions nobody answers, each judged without its theme: there are many of them.
STRANGE_WEIGHT = 0.3
REFUSED = 0.90  # of them: the goal itself
RIGHT_WHEN_GIVEN = 0.95
RIGHT_WHEN_VERY_SURE = 0.985
# Half of what is asked in the words of an ended offer is nearer to it by this much, and four of
# nine thousand questions that an article of today answers.
ENDED_FROM = 0.2
# Sentences that were not understood are mostly no questions at all: no list here has those.
VERY_SURE_AT_LEAST = 0.9
_STEPS, _RIDGE = 60, 0.02
_NOTHING = Certainty(bias=0, **dict.fromkeys(FEATURES, 0.0))


@dataclass(frozen=True)
class Case:
    measured: Measured
    who: Eligibility
    right: frozenset[int]
    weight: float


def tune(
    library: Library, vectors: KeptVectors, questions: list[Question], today: date
) -> tuple[KnowledgePolicy, dict[str, float]]:
    """The chosen figures, and what they mean on the development questions."""
    cases = _collect(library, vectors, questions, today)
    weights = _choose_weights(cases)
    policy = KnowledgePolicy(
        weights=weights,
        known=_NOTHING,
        sure=_NOTHING,
        known_from=0.5,
        give_from=0.5,
        very_sure_from=0.9,
        ended_from=ENDED_FROM,
    )
    ranked = [rank(case.measured, case.who, policy) for case in cases]
    among = np.array([bool(c.right & set(r.places)) for c, r in zip(cases, ranked, strict=True)])
    first = np.array([r.places[0] in c.right for c, r in zip(cases, ranked, strict=True)])
    weight = np.array([case.weight for case in cases])
    known, sure = _fit(ranked, among, weight), _fit(ranked, first, weight)
    p_known = np.array([probability(known, r.features) for r in ranked])
    p_sure = np.array([probability(sure, r.features) for r in ranked])
    answerable = np.array([bool(case.right) for case in cases])
    strangers = ~answerable & (weight >= STRANGE_WEIGHT)
    known_from = float(np.quantile(p_known[strangers], REFUSED))
    kept = p_known >= known_from
    # Thresholds by others' questions only: the articles' own are harder without their row.
    asked = kept * (weight == 1.0)
    chosen = policy.model_copy(
        update={
            "known": known,
            "sure": sure,
            "known_from": known_from,
            "give_from": _least(p_sure, first, asked, RIGHT_WHEN_GIVEN),
            "very_sure_from": max(
                _least(p_sure, first, asked, RIGHT_WHEN_VERY_SURE), VERY_SURE_AT_LEAST
            ),
        }
    )
    told = {
        "cases": float(len(cases)),
        "first": float((first & kept)[answerable & (weight == 1.0)].mean()),
        "among_three": float((among & kept)[answerable & (weight == 1.0)].mean()),
        "refused": float((~kept)[strangers].mean()),
    }
    return chosen, told


def write(policy: KnowledgePolicy, path: Path) -> None:
    rounded: dict[str, Any] = {
        name: {k: round(v, 3) for k, v in value.items()}
        if isinstance(value, dict)
        else round(value, 3)
        for name, value in policy.model_dump().items()
    }
    head = "# Written by `xiaotong knowledge tune`; do not edit by hand.\n"
    path.write_text(head + yaml.safe_dump(rounded, sort_keys=False), encoding="utf8")


def _collect(
    library: Library, vectors: KeptVectors, questions: list[Question], today: date
) -> list[Case]:
    articles = tuple(library.articles.values())
    reader = Reader(library)
    themes = [questions for _, questions in library.elsewhere]
    whole = KnowledgeIndex(articles, themes, reader)
    known = dict(zip(whole.row_texts, vectors.vectors(whole.row_texts), strict=True))
    whole.set_vectors(np.stack([known[text] for text in whole.row_texts]))
    place = {article.id: number for number, article in enumerate(articles)}
    cases = []
    for question in questions:
        text = whole.read(question.text)
        measured = whole.measures(text, vectors.vector(text))
        right = frozenset(place[r] for r in question.right)
        who = Eligibility(articles, len(themes), question.asker, today)
        cases.append(Case(measured, who, right, 1.0))
    for fold in range(FOLDS):
        cases += _own_questions(articles, themes, reader, known, fold, today)
        cases += _strangers(articles, themes, reader, known, fold, today)
    return cases


def _strangers(
    articles: tuple[Article, ...],
    themes: list[tuple[str, ...]],
    reader: Reader,
    known: dict[str, Vectors],
    fold: int,
    today: date,
) -> list[Case]:
    """One fold of the themes nobody answers, judged by an index that knows the others only."""
    seen = [theme for number, theme in enumerate(themes) if number % FOLDS != fold]
    index = KnowledgeIndex(articles, seen, reader)
    index.set_vectors(np.stack([known[text] for text in index.row_texts]))
    who = Eligibility(articles, len(seen), Asker(), today)
    cases = []
    for question in (q for theme in themes[fold::FOLDS] for q in theme):
        text = index.read(question)
        measured = index.measures(text, known[text])
        cases.append(Case(measured, who, frozenset(), STRANGE_WEIGHT))
    return cases


def _own_questions(
    articles: tuple[Article, ...],
    themes: list[tuple[str, ...]],
    reader: Reader,
    known: dict[str, Vectors],
    fold: int,
    today: date,
) -> list[Case]:
    """One fold of every article's questions, judged by an index that has not seen them."""
    seen = tuple(
        replace(a, questions=tuple(q for i, q in enumerate(a.questions) if i % FOLDS != fold))
        for a in articles
    )
    index = KnowledgeIndex(seen, themes, reader)
    index.set_vectors(np.stack([known[text] for text in index.row_texts]))
    cases = []
    for number, article in enumerate(articles):
        if not article.is_valid(today) or article.instead_of is not None:
            continue
        who = Eligibility(articles, len(themes), customer_of(article), today)
        for question in article.questions[fold::FOLDS]:
            text = index.read(question)
            measured = index.measures(text, known[text])
            cases.append(Case(measured, who, frozenset([number]), OWN_WEIGHT))
    return cases


def _choose_weights(cases: list[Case]) -> KnowledgeWeights:
    asked = [case for case in cases if case.right]

    def quality(pair: tuple[float, float]) -> float:
        weights = np.array([1.0, *pair])
        total = 0.0
        for case in asked:
            own = weights @ case.measured.values
            scores = np.full(len(own), -9.0)
            np.maximum.at(scores, case.who.target, own)
            best = np.argsort(-np.where(case.who.allowed, scores, -9.0))[:3]
            total += case.weight * (
                (best[0] in case.right) + bool(case.right.intersection(best.tolist()))
            )
        return total

    three, words = max(product(THREE, WORDS), key=quality)
    return KnowledgeWeights(meaning=1.0, meaning_of_three=three, words=words)


def _fit(ranked: list[Ranking], hit: npt.NDArray[np.bool_], weight: Numbers) -> Certainty:
    """Logistic regression by Newton's steps with a small ridge."""
    raw = np.array([[r.features[name] for name in FEATURES] for r in ranked])
    mean, spread = raw.mean(axis=0), raw.std(axis=0) + 1e-9
    x = np.hstack([np.ones((len(raw), 1)), (raw - mean) / spread])
    beta = np.zeros(x.shape[1])
    ridge = np.eye(len(beta)) * _RIDGE
    for _ in range(_STEPS):
        p = 1 / (1 + np.exp(-np.clip(x @ beta, -30, 30)))
        gradient = x.T @ (weight * (hit - p)) - ridge @ beta
        hessian = (x * (weight * p * (1 - p))[:, None]).T @ x + ridge
        beta = beta + np.linalg.solve(hessian, gradient)
    slopes = beta[1:] / spread
    values = dict(zip(FEATURES, slopes.tolist(), strict=True))
    return Certainty(bias=float(beta[0] - slopes @ mean), **values)


def _least(p: Numbers, hit: npt.NDArray[np.bool_], weight: Numbers, share: float) -> float:
    """The lowest threshold from which on this share is right."""
    for threshold in np.arange(0.2, 1.0, 0.01):
        above = weight * (p >= threshold)
        if above.sum() and (above * hit).sum() / above.sum() >= share:
            return float(threshold)
    return 0.99
