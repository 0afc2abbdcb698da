"""Knowledge: an article, who may be given it and when, and what an answer can be."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

EVERYWHERE = "全国"


class Move(StrEnum):
    """What to do with a question."""

    GIVE = "give"
    CHOOSE = "choose"
    UNKNOWN = "unknown"
    VAGUE = "vague"  # 怎么办理, 我想咨询: about what?
    ENDED = "ended"  # meant is an article that is no longer valid


@dataclass(frozen=True)
class Asker:
    """What is known of who asks; None where nothing is."""

    area: str | None = None
    package: str | None = None


@dataclass(frozen=True)
class Source:
    document: str
    date: date


@dataclass(frozen=True)
class Article:
    """One answer. Empty `areas` and `packages`: for everybody."""

    id: str
    title: str
    topic: str
    body: str
    valid_from: date
    source: Source
    questions: tuple[str, ...]
    valid_to: date | None = None
    areas: frozenset[str] = frozenset()
    packages: frozenset[str] = frozenset()
    instead_of: str | None = None
    buttons: tuple[str, ...] = ()

    def is_valid(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)

    def is_for(self, asker: Asker) -> bool:
        """A restricted article is only for customers known to be meant by it."""
        return (not self.areas or asker.area in self.areas) and (
            not self.packages or asker.package in self.packages
        )


@dataclass(frozen=True)
class Library:
    """All articles, and the operator's other words for its own terms."""

    articles: dict[str, Article]
    synonyms: tuple[tuple[str, str], ...] = ()
    generic: tuple[str, ...] = ()
    # Questions no article answers, by theme.
    elsewhere: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def areas(self) -> frozenset[str]:
        return frozenset(area for a in self.articles.values() for area in a.areas)


@dataclass(frozen=True)
class Found:
    """An article and how near it is to the question."""

    article: Article
    score: float


@dataclass(frozen=True)
class KnowledgeAnswer:
    """GIVE: the first article; CHOOSE: two or three to pick from; ENDED: which one; else none."""

    move: Move
    certainty: float
    found: tuple[Found, ...] = ()

    @property
    def articles(self) -> tuple[Article, ...]:
        return tuple(f.article for f in self.found)


@dataclass(frozen=True)
class Verdict:
    """What a customer said of an answer, for later review."""

    id: int
    at: datetime
    conversation_id: str
    article: str
    question: str
    helpful: bool
