"""知识库: finds the article for a question, and keeps what customers thought of it."""

import logging
import re
import threading
from dataclasses import dataclass
from datetime import date, tzinfo
from pathlib import Path

import sqlalchemy as sa

from desk.articles import FOLDER, fingerprint, load_library
from desk.model.errors import BadData
from desk.model.knowledge import Article, Asker, KnowledgeAnswer, Library, Move, Verdict
from desk.policies import KnowledgePolicy
from desk.ports.bss import Bss
from desk.services.identity import IdentityChecks
from desk.services.knowledge_index import KnowledgeIndex, Reader
from desk.services.knowledge_ranking import Eligibility, decide, rank
from desk.store.knowledge_tables import knowledge_verdicts
from desk.store.sentence_vectors import KeptVectors
from desk.store.unit_of_work import Store, Work

logger = logging.getLogger(__name__)

# 流量, 密码了: a topic and no question.
_BARE_TOPIC = 3
_LONG_NUMBER = re.compile(r"\d{5,}")


@dataclass(frozen=True)
class _Shelf:
    """The articles as they were when last read."""

    state: tuple[tuple[str, int, int], ...]
    library: Library
    index: KnowledgeIndex


class Knowledge:
    """Nothing is read before the first question or `warm`; a saved file counts at once."""

    def __init__(
        self,
        store: Store,
        bss: Bss,
        identity: IdentityChecks,
        policy: KnowledgePolicy,
        vectors: KeptVectors,
        zone: tzinfo,
        folder: Path = FOLDER,
    ) -> None:
        self._store, self._bss, self._identity = store, bss, identity
        self._policy, self._vectors, self._zone, self._folder = policy, vectors, zone, folder
        self._kept: _Shelf | None = None
        self._lock = threading.Lock()

    def warm(self) -> int:
        """Read the articles and load the model; returns how many. Raises `BadData`."""
        self._vectors.vector("您好")
        return len(self._shelf().library.articles)

    def ask(self, conversation_id: str, question: str) -> KnowledgeAnswer:
        """For this customer, as far as known."""
        account = self._identity.known_account(conversation_id)
        if account is None:
            return self.search(question)
        holding = self._bss.holding(account.account, self._today())
        package = holding.package.code if holding else None
        return self.search(question, Asker(account.area, package))

    def search(self, question: str, asker: Asker | None = None) -> KnowledgeAnswer:
        """For a customer of whom this is known; an area named in the question counts."""
        asker = asker or Asker()
        shelf, today = self._shelf(), self._today()
        index = shelf.index
        if index.is_vague(question):
            return KnowledgeAnswer(Move.VAGUE, 0.0)
        asker = Asker(_named_area(question, shelf.library) or asker.area, asker.package)
        read = index.read(question)
        measures = index.measures(read, self._vectors.vector(read))
        ranking = rank(
            measures,
            Eligibility(index.articles, len(shelf.library.elsewhere), asker, today),
            self._policy,
        )
        answer = decide(ranking, index.articles, self._policy, today)
        if answer.move is Move.UNKNOWN and len(question.strip()) <= _BARE_TOPIC:
            return KnowledgeAnswer(Move.VAGUE, answer.certainty)
        return answer

    def article(self, article_id: str) -> Article | None:
        """By id, while it may be given."""
        found = self._shelf().library.articles.get(article_id)
        return found if found is not None and found.is_valid(self._today()) else None

    def library(self) -> Library:
        return self._shelf().library

    def is_very_sure(self, answer: KnowledgeAnswer) -> bool:
        """Sure enough to answer although understanding was not."""
        return answer.move is Move.GIVE and answer.certainty >= self._policy.very_sure_from

    # -- what customers thought of it -------------------------------------------------------
    def judge(
        self, conversation_id: str, article_id: str, question: str, helpful: bool, *, key: str
    ) -> Verdict:
        """有帮助 or 没帮到我, kept for those who write the articles."""
        # Account and phone numbers are no business of a review.
        asked = _LONG_NUMBER.sub("*", question)

        def do(work: Work) -> Verdict:
            number = work.session.execute(
                knowledge_verdicts.insert()
                .values(
                    at=work.now,
                    conversation_id=conversation_id,
                    article=article_id,
                    question=asked,
                    helpful=helpful,
                )
                .returning(knowledge_verdicts.c.id)
            ).scalar_one()
            work.emit(
                "KnowledgeJudged",
                actor="customer",
                conversation_id=conversation_id,
                article=article_id,
                question=asked,
                helpful=helpful,
            )
            return Verdict(number, work.now, conversation_id, article_id, asked, helpful)

        return self._store.once(key, Verdict, do)

    def unhelpful(self, limit: int = 100) -> tuple[Verdict, ...]:
        """What did not help, newest first."""
        table = knowledge_verdicts
        query = (
            sa.select(table).where(table.c.helpful.is_(False)).order_by(table.c.id.desc())
        ).limit(limit)
        with self._store.reading() as session:
            return tuple(Verdict(**row) for row in session.execute(query).mappings())

    # -- the articles -----------------------------------------------------------------------
    def _today(self) -> date:
        return self._store.clock.now().astimezone(self._zone).date()

    def _shelf(self) -> _Shelf:
        state = fingerprint(self._folder)
        with self._lock:
            if self._kept is None or self._kept.state != state:
                self._kept = self._read_again(state)
            return self._kept

    def _read_again(self, state: tuple[tuple[str, int, int], ...]) -> _Shelf:
        try:
            library = load_library(self._folder)
        except BadData as error:
            if self._kept is None:
                raise
            # A slip while editing must not take the answers away.
            logger.error("knowledge not read again: %s", error)
            return _Shelf(state, self._kept.library, self._kept.index)
        themes = [questions for _, questions in library.elsewhere]
        index = KnowledgeIndex(tuple(library.articles.values()), themes, Reader(library))
        index.set_vectors(self._vectors.vectors(index.row_texts))
        return _Shelf(state, library, index)


def _named_area(question: str, library: Library) -> str | None:
    named = (a for a in sorted(library.areas) if a in question or a.removesuffix("区") in question)
    return next(named, None)
