"""From measures to a move: give an article, offer several, or say that it is not known.

Two probabilities are read from the two nearest articles: `known`, that the answer is among the
first three, and `sure`, that it is the first. Figures: data/policies/knowledge.yml.
"""

import math
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from desk.model.knowledge import Article, Asker, Found, KnowledgeAnswer, Move
from desk.policies import Certainty, KnowledgePolicy
from desk.services.knowledge_index import MEASURES, Measured, Numbers

SHOWN = 3
_CROWD = 20
_NEVER = -9.0


@dataclass(frozen=True)
class Ranking:
    """The best places, best first, and what the certainty is read from."""

    places: tuple[int, ...]
    scores: tuple[float, ...]
    features: dict[str, float]
    barred: int | None  # nearer than anything that may be given, but not to be given


class Eligibility:
    """Who may be given what today; a variant for this customer stands in for its article.

    Themes no article answers are never to be given.
    """

    def __init__(
        self, articles: tuple[Article, ...], themes: int, asker: Asker, today: date
    ) -> None:
        place = {article.id: number for number, article in enumerate(articles)}
        allowed = [a.is_valid(today) and a.is_for(asker) for a in articles]
        # Where a row of an article counts: itself, its variant for this customer, its original.
        self.target = np.arange(len(articles) + themes)
        self.allowed = np.array([*allowed, *[False] * themes], dtype=bool)
        for number, article in enumerate(articles):
            if article.instead_of is None:
                continue
            general = place[article.instead_of]
            if allowed[number]:
                self.target[general] = number
                self.allowed[general] = False
            elif article.is_valid(today):
                self.target[number] = general
        self.target = self.target[self.target]
        self.themes_from = len(articles)


def rank(measured: Measured, who: Eligibility, policy: KnowledgePolicy) -> Ranking:
    weights = np.array([getattr(policy.weights, name) for name in MEASURES])
    measures = measured.values
    own = weights @ measures
    scores = np.full(len(own), _NEVER)
    np.maximum.at(scores, who.target, own)
    open_scores = np.where(who.allowed, scores, _NEVER)
    best = np.argsort(-open_scores)[: SHOWN + 1]
    barred_scores = np.where(who.allowed, _NEVER, scores)
    barred = int(barred_scores.argmax())
    first = float(open_scores[best[0]])
    is_barred = float(barred_scores[barred]) > first
    second = float(open_scores[best[1]]) if len(best) > 1 else _NEVER
    found = _source_of(int(best[0]), own, who.target)
    return Ranking(
        places=tuple(int(b) for b in best[:SHOWN] if open_scores[b] > _NEVER),
        scores=tuple(float(open_scores[b]) for b in best[:SHOWN]),
        features={
            "score": first,
            "margin": max(first - second, 0.0),
            # Else a question about an ended offer would look like one about the next.
            "foreign": float(barred_scores[barred]) - first,
            "contrast": first - _crowd(scores),
            "meaning": float(measures[0, found]),
            "words": float(measures[MEASURES.index("words"), found]),
            "unknown": measured.unknown,
            "uncovered": float(measured.uncovered[found]),
            # Rows are many: whether the nearest speak with one voice, and whose it is.
            "agreement": float((who.target[measured.near] == best[0]).mean()),
            "strangers": float((measured.near >= who.themes_from).mean()),
        },
        barred=barred if is_barred else None,
    )


def _crowd(scores: Numbers) -> float:
    """How near the question is to articles that merely share its subject."""
    crowd = np.sort(scores)[-_CROWD:-SHOWN]
    return float(crowd.mean()) if len(crowd) else float(scores.min())


def _source_of(place: int, own: Numbers, target: npt.NDArray[np.intp]) -> int:
    """The article whose rows gave a place its score."""
    sources = np.flatnonzero(target == place)
    return int(sources[own[sources].argmax()])


def probability(how: Certainty, features: dict[str, float]) -> float:
    total = how.bias + sum(getattr(how, name) * value for name, value in features.items())
    return 1 / (1 + math.exp(-max(min(total, 30.0), -30.0)))


def decide(
    ranking: Ranking, articles: tuple[Article, ...], policy: KnowledgePolicy, today: date
) -> KnowledgeAnswer:
    """The move, with the nearest articles that may be given."""
    sure = probability(policy.sure, ranking.features)
    known = probability(policy.known, ranking.features)
    pairs = zip(ranking.places, ranking.scores, strict=False)
    found = tuple(Found(articles[place], score) for place, score in pairs)
    if known < policy.known_from or _asks_for_another_time(ranking, articles, policy, today):
        return _not_known(ranking, articles, sure, today)
    if sure >= policy.give_from or len(found) == 1:
        return KnowledgeAnswer(Move.GIVE, sure, found)
    return KnowledgeAnswer(Move.CHOOSE, sure, found)


def _asks_for_another_time(
    ranking: Ranking, articles: tuple[Article, ...], policy: KnowledgePolicy, today: date
) -> bool:
    """An offer that is over, or is to come, is clearly nearer than any of today's."""
    barred = ranking.barred
    if barred is None or barred >= len(articles) or articles[barred].is_valid(today):
        return False
    return ranking.features["foreign"] >= policy.ended_from


def _not_known(
    ranking: Ranking, articles: tuple[Article, ...], sure: float, today: date
) -> KnowledgeAnswer:
    if ranking.barred is not None and ranking.barred < len(articles):
        barred = articles[ranking.barred]
        if barred.valid_to is not None and barred.valid_to < today:
            return KnowledgeAnswer(Move.ENDED, sure, (Found(barred, 0.0),))
    return KnowledgeAnswer(Move.UNKNOWN, sure)
