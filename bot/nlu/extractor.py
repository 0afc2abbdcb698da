"""Fifth step: entities by rules that are data (`patterns/*.yml`).

Two kinds of pattern: `phrases` (spaCy EntityRuler over a blank Chinese pipeline, each with the
value it stands for) and `expressions` (regular expressions for numbers, with the name of the
reader that turns the match into a value). Where matches overlap the longest wins.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import spacy
import yaml
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.exceptions import RasaException
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.dates import DATE_READERS
from bot.nlu.values import READERS

# Customers say 明天 in their own time, whatever the server's clock shows.
ZONE = ZoneInfo("Asia/Shanghai")
PATTERNS = Path(__file__).with_name("patterns")


class PatternError(RasaException):
    """A pattern file is wrong; the message names the file and the key."""


class EntityRules:
    """All patterns of a folder, ready to be matched. No Rasa in here."""

    def __init__(self, folder: Path = PATTERNS) -> None:
        """Read and compile every `*.yml` in the folder."""
        self._language = spacy.blank("zh")
        self._ruler = self._language.add_pipe(
            "entity_ruler", config={"phrase_matcher_attr": "LOWER"}
        )
        self._expressions: list[tuple[str, re.Pattern[str], str]] = []
        phrases: list[dict[str, str]] = []
        for path in sorted(folder.glob("*.yml")):
            phrases.extend(self._read(path))
        self._ruler.add_patterns(phrases)

    def find(self, text: str, today: date | None = None) -> list[dict[str, Any]]:
        """Return the entities of a sentence, in order, none overlapping; `today` for tests."""
        found = self._phrases(text) + self._numbers(text)
        found += _dates(text, today or datetime.now(ZONE).date())
        found.sort(key=lambda e: (e["start"] - e["end"], e["start"]))
        taken: list[dict[str, Any]] = []
        for entity in found:
            if all(entity["end"] <= t["start"] or entity["start"] >= t["end"] for t in taken):
                taken.append(entity)
        return sorted(taken, key=lambda e: e["start"])

    def _read(self, path: Path) -> list[dict[str, str]]:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        entity = content.get("entity")
        if not isinstance(entity, str):
            raise PatternError(f"{path.name}: key 'entity' must name the entity")
        for rule in content.get("expressions", []):
            if rule.get("reader") not in READERS:
                raise PatternError(f"{path.name}: expressions.reader {rule.get('reader')!r}?")
            self._expressions.append((entity, re.compile(rule["pattern"], re.I), rule["reader"]))
        return [
            {"label": entity, "pattern": phrase, "id": str(value)}
            for value, spellings in content.get("phrases", {}).items()
            for phrase in spellings
        ]

    def _phrases(self, text: str) -> list[dict[str, Any]]:
        return [
            _entity(span.label_, span.ent_id_, span.start_char, span.end_char)
            for span in self._language(text).ents
        ]

    def _numbers(self, text: str) -> list[dict[str, Any]]:
        found = []
        for entity, expression, reader in self._expressions:
            for match in expression.finditer(text):
                value = READERS[reader](match)
                if value is not None:
                    found.append(_entity(entity, value, match.start(), match.end()))
        return found


def _dates(text: str, today: date) -> list[dict[str, Any]]:
    return [
        _entity(name, value, match.start(), match.end())
        for name, (expression, reader) in DATE_READERS.items()
        for match in expression.finditer(text)
        if (value := reader(match, today)) is not None
    ]


def _entity(name: str, value: Any, start: int, end: int) -> dict[str, Any]:
    return {"entity": name, "value": value, "start": start, "end": end}


@lru_cache(maxsize=1)
def shared_rules() -> EntityRules:
    """The process's compiled patterns."""
    return EntityRules()


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class RuleEntityExtractor(EntityExtractorMixin, GraphComponent):
    """Rasa graph component around `EntityRules`."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> RuleEntityExtractor:
        """Build the component."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the entities found in each message's normalised text."""
        for message in messages:
            found = self.add_extractor_name(shared_rules().find(message.get(TEXT)))
            message.set(ENTITIES, message.get(ENTITIES, []) + found, add_to_output=True)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Leave training data alone: rules learn nothing."""
        return training_data
