"""Measures the knowledge search on questions with known answers, and chooses its figures.

A file of questions: `question<TAB>article[,acceptable…]`, or `-` where no article answers. A
question whose first answer is for some customers only is asked as such a customer.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from desk.model.errors import BadData
from desk.model.knowledge import Article, Asker, KnowledgeAnswer, Library, Move
from desk.services.knowledge import Knowledge

NOTHING = "-"
REFUSED = (Move.UNKNOWN, Move.VAGUE, Move.ENDED)


@dataclass(frozen=True)
class Question:
    text: str
    right: frozenset[str]
    asker: Asker


@dataclass(frozen=True)
class Judged:
    question: Question
    answer: KnowledgeAnswer
    ms: float

    @property
    def refused(self) -> bool:
        return self.answer.move in REFUSED

    @property
    def found(self) -> list[str]:
        """What the customer is given or can pick from, best first; nothing when refused."""
        return [] if self.refused else [a.id for a in self.answer.articles]

    @property
    def first_right(self) -> bool:
        return bool(self.found) and self.found[0] in self.question.right

    @property
    def among_three(self) -> bool:
        return bool(self.question.right.intersection(self.found))


def read_questions(path: Path, library: Library) -> list[Question]:
    """Raises `BadData` for a line without an answer or with an unknown article."""
    questions = []
    for number, line in enumerate(path.read_text(encoding="utf8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        text, *rest = line.split("\t")
        if len(rest) != 1:
            raise BadData(path.name, f"line {number}", "expected question<TAB>article or -")
        right = [] if rest[0].strip() == NOTHING else [r.strip() for r in rest[0].split(",")]
        for article in right:
            if article not in library.articles:
                raise BadData(path.name, f"line {number}", f"no article {article}")
        asker = customer_of(library.articles[right[0]]) if right else Asker()
        questions.append(Question(text.strip(), frozenset(right), asker))
    return questions


def customer_of(article: Article) -> Asker:
    """Somebody the article is meant for."""
    return Asker(min(article.areas, default=None), min(article.packages, default=None))


def judge(knowledge: Knowledge, questions: Iterable[Question]) -> list[Judged]:
    judged = []
    for question in questions:
        started = time.perf_counter()
        answer = knowledge.search(question.text, question.asker)
        judged.append(Judged(question, answer, (time.perf_counter() - started) * 1000))
    return judged


def figures(judged: list[Judged]) -> dict[str, float | int]:
    """What the goals are stated in. A refused question that has an answer counts as wrong."""
    answerable = [j for j in judged if j.question.right]
    unanswerable = [j for j in judged if not j.question.right]
    given = [j for j in judged if j.answer.move is Move.GIVE]
    times = np.array([j.ms for j in judged])
    return {
        "n": len(judged),
        "first": _share([j.first_right for j in answerable]),
        "among_three": _share([j.among_three for j in answerable]),
        "refused": _share([j.refused for j in unanswerable]),
        "given": _share([j.answer.move is Move.GIVE for j in answerable]),
        "wrong_when_given": _share([not j.first_right for j in given]),
        "p50_ms": round(float(np.percentile(times, 50)), 1),
        "p95_ms": round(float(np.percentile(times, 95)), 1),
    }


def _share(hits: list[bool]) -> float:
    return round(sum(hits) / len(hits), 4) if hits else 0.0


def day_of(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadData("--on", "date", f"expected a day such as 2026-11-21, got {text}") from None
