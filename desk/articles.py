"""Reads `data/knowledge/<topic>/*.md` into articles; a wrong one is refused with file and key."""

import re
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, RootModel, model_validator

from desk.model.errors import BadData
from desk.model.knowledge import EVERYWHERE, Article, Library, Source
from desk.policies import load_yaml, validate

FOLDER = Path(__file__).resolve().parent.parent / "data" / "knowledge"
WORDS_FILE, ELSEWHERE_FILE = "words.yml", "elsewhere.yml"
MAX_BODY = 170
# libyaml reads 260 files in a tenth of the time, where it was built in.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_FRONT = re.compile(r"\A---\n(.*?)\n---\n(.*)\Z", re.DOTALL)


def _one_line(text: str) -> str:
    if "\n" in text or text != text.strip() or not text:
        raise ValueError("expected one line without spaces around it")
    return text


type Line = Annotated[str, AfterValidator(_one_line)]


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Source(_Data):
    document: Line
    date: date


class _Front(_Data):
    title: Line = Field(max_length=30)
    topic: Line
    valid_from: date
    valid_to: date | None = None
    region: Literal["全国"] | Annotated[list[Line], Field(min_length=1)]
    package: Annotated[list[Line], Field(min_length=1)] = []
    instead_of: Line | None = None
    source: _Source
    questions: Annotated[list[Line], Field(min_length=5)]
    buttons: Annotated[list[Line], Field(max_length=3)] = []

    @model_validator(mode="after")
    def _consistent(self) -> "_Front":
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError("valid_to: expected a day not before valid_from")
        if self.instead_of and self.region == EVERYWHERE and not self.package:
            raise ValueError("instead_of: expected a region or package it is for")
        if len(set(self.questions)) < len(self.questions):
            raise ValueError("questions: expected different ones")
        return self


class _Words(_Data):
    synonyms: dict[str, list[str]]
    generic: list[str]


class _Elsewhere(RootModel[dict[str, Annotated[list[Line], Field(min_length=1)]]]):
    """Theme → questions."""


def load_library(folder: Path = FOLDER) -> Library:
    """All articles by id. Raises `BadData` for the first thing that is wrong."""
    articles: dict[str, Article] = {}
    for path in sorted(folder.glob("*/*.md")):
        article = _article(path)
        if article.id in articles:
            raise BadData(_name(path), "file", "expected a name no other article has")
        articles[article.id] = article
    for article in articles.values():
        _check_replacement(article, articles)
    _check_questions(articles)
    words = validate(_Words, load_yaml(folder / WORDS_FILE), WORDS_FILE)
    elsewhere = validate(_Elsewhere, load_yaml(folder / ELSEWHERE_FILE), ELSEWHERE_FILE)
    return Library(
        articles,
        _synonyms(words.synonyms),
        tuple(words.generic),
        tuple((theme, tuple(questions)) for theme, questions in elsewhere.root.items()),
    )


def fingerprint(folder: Path = FOLDER) -> tuple[tuple[str, int, int], ...]:
    """Changes when a file was added, saved or removed."""
    files = (*folder.glob("*/*.md"), folder / WORDS_FILE, folder / ELSEWHERE_FILE)
    states = ((str(f), f.stat()) for f in files if f.exists())
    return tuple(sorted((name, s.st_mtime_ns, s.st_size) for name, s in states))


def _name(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


def _article(path: Path) -> Article:
    file = _name(path)
    try:
        parts = _FRONT.match(path.read_text(encoding="utf8"))
    except UnicodeDecodeError as error:
        raise BadData(file, "file", str(error)) from None
    if parts is None:
        raise BadData(file, "file", "expected front matter between two lines ---, then the text")
    front = validate(_Front, _front_matter(file, parts[1]), file)
    body = parts[2].strip()
    if not 0 < len(body) <= MAX_BODY:
        raise BadData(file, "body", f"expected 1 to {MAX_BODY} characters, got {len(body)}")
    if front.topic != path.parent.name:
        raise BadData(file, "topic", f"expected the folder's name {path.parent.name}")
    return Article(
        id=path.stem,
        title=front.title,
        topic=front.topic,
        body=body,
        valid_from=front.valid_from,
        valid_to=front.valid_to,
        areas=frozenset() if front.region == EVERYWHERE else frozenset(front.region),
        packages=frozenset(front.package),
        instead_of=front.instead_of,
        source=Source(front.source.document, front.source.date),
        questions=tuple(front.questions),
        buttons=tuple(front.buttons),
    )


def _front_matter(file: str, text: str) -> Any:
    try:
        return yaml.load(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 2}" if mark else "file"
        raise BadData(file, where, str(getattr(error, "problem", error))) from None


def _check_replacement(article: Article, articles: dict[str, Article]) -> None:
    file = f"{article.topic}/{article.id}.md"
    if article.instead_of is None:
        return
    general = articles.get(article.instead_of)
    if general is None or general.instead_of is not None:
        raise BadData(file, "instead_of", f"expected a general article, got {article.instead_of}")


def _check_questions(articles: dict[str, Article]) -> None:
    """The same question in two articles could not be answered; variants may share theirs."""
    asked: dict[str, Article] = {}
    for article in articles.values():
        for question in article.questions:
            other = asked.setdefault(question, article)
            related = (article.instead_of or article.id) == (other.instead_of or other.id)
            if not related:
                file = f"{article.topic}/{article.id}.md"
                raise BadData(file, "questions", f"{question} is also in {other.id}")


def _synonyms(given: dict[str, list[str]]) -> tuple[tuple[str, str], ...]:
    """Longest first, so that a part of a longer word is not replaced on its own."""
    pairs = [(said, term) for term, others in given.items() for said in others]
    return tuple(sorted(pairs, key=lambda pair: -len(pair[0])))
