"""Second step: characters typed for others of the same sound or shape (宽戴 → 宽带).

A run of characters is replaced only when it sounds like a term of the telecom lexicon, keeps part
of its characters, is no word itself, and cuts through no word. Numbers, names after 我叫 and
street names are never touched. Lengths stay equal, so entity positions fit the typed text.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.pinyin import folded
from bot.nlu.tokenizer import LEXICON, Segmenter, shared_segmenter

SHAPES = Path(__file__).with_name("shapes.yml")
UNCORRECTED_TEXT = "uncorrected_text"
LONGEST_TERM = 5
# A word as frequent as this in jieba's dictionary is meant as it stands.
COMMON_WORD = 3
_NEVER = re.compile(r"[^\u4e00-\u9fff]|[零〇一二三四五六七八九十百千万两幺]")
# Small words stand for themselves beside anything: 这个号的 is no 号码.
_SMALL_WORDS = re.compile(r"[的了吗不再几能我这那在有把给被要想]")
_NAME_BEFORE = re.compile(
    r"(?:我叫|名字叫|名字是|姓名是?|我姓|机主是?|户主是?)[\u4e00-\u9fff]{0,2}$"
)
_PLACE_AFTER = re.compile(r"[\u4e00-\u9fff]?(?:路|街|村|镇|乡|小区|花园|新村|大厦|广场|号楼)")


class Corrector:
    """Lexicon by sound, and the few mistakes that look alike instead (`shapes.yml`)."""

    def __init__(self, segmenter: Segmenter, lexicon: Path = LEXICON, shapes: Path = SHAPES):
        """Index the Chinese terms of the lexicon by their folded sound."""
        self._segmenter = segmenter
        data = yaml.safe_load(shapes.read_text(encoding="utf-8"))
        self._shapes: dict[str, str] = data["replace"]
        self._meant: set[str] = set(data["meant"])
        self._by_sound: dict[tuple[str, ...], list[str]] = defaultdict(list)
        self._terms: set[str] = set()
        for line in lexicon.read_text(encoding="utf-8").splitlines():
            term = line.split()[0]
            self._terms.add(term)
            if 1 < len(term) <= LONGEST_TERM and not _NEVER.search(term):
                self._by_sound[_sound(term)].append(term)

    def correct(self, text: str) -> str:
        """Return the sentence with its telecom words spelled right."""
        for wrong, right in self._shapes.items():
            text = text.replace(wrong, right)
        words = self._segmenter.words(text)
        edges = {start for _, start in words} | {start + len(word) for word, start in words}
        solid = [(s, s + len(w)) for w, s in words if len(w) > 1 and self._is_word(w)]
        at = 0
        while at < len(text) - 1:
            found = self._at(text, at, edges, solid)
            if found:
                text = text[:at] + found + text[at + len(found) :]
                at += len(found)
            else:
                at += 1
        return text

    def _at(self, text: str, at: int, edges: set[int], solid: list[tuple[int, int]]) -> str | None:
        for length in range(min(LONGEST_TERM, len(text) - at), 1, -1):
            run = text[at : at + length]
            if _NEVER.search(run) or _SMALL_WORDS.search(run) or self._is_word(run):
                continue
            if any(s < at + length and e > at for s, e in solid):
                continue
            if _NAME_BEFORE.search(text[:at]) or _PLACE_AFTER.match(text[at + length :]):
                continue
            terms = self._by_sound.get(_sound(run), ())
            best = max(terms, key=lambda t: _same(t, run), default=None)
            if best and _same(best, run) * 2 >= length:
                return best
        return None

    def _is_word(self, run: str) -> bool:
        known = run in self._terms or run in self._meant
        return known or self._segmenter.frequency(run) >= COMMON_WORD


def _sound(run: str) -> tuple[str, ...]:
    return tuple(folded(char) for char in run)


def _same(term: str, run: str) -> int:
    return sum(a == b for a, b in zip(term, run, strict=True))


@lru_cache(maxsize=1)
def shared_corrector() -> Corrector:
    """The process's corrector over the process's segmenter."""
    return Corrector(shared_segmenter())


@lru_cache(maxsize=4096)
def correct(text: str) -> str:
    """Correct with the shared corrector, remembering recent sentences."""
    return shared_corrector().correct(text)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class TypoCorrector(GraphComponent):
    """Rasa graph component around `Corrector`; runs after the normaliser."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> TypoCorrector:
        """Build the component (its data lies beside it)."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Correct each message, keeping what stood there before when it differed."""
        for message in messages:
            text = message.get(TEXT)
            if isinstance(text, str) and (better := correct(text)) != text:
                message.set(UNCORRECTED_TEXT, text, add_to_output=True)
                message.set(TEXT, better, add_to_output=True)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Correct the training sentences the same way as live ones."""
        for example in training_data.training_examples:
            text = example.get(TEXT)
            if isinstance(text, str):
                example.set(TEXT, correct(text))
        return training_data
