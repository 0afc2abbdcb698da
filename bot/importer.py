"""Hands Rasa the training sentences already read, once.

Rasa's own importer merges file after file, copying and hashing every example each time, and is
asked twice: fifteen seconds of a training. Stories, rules and domain still go Rasa's way.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.training_sentences import raw_sentences


class Example(Message):
    """A training sentence that knows its identity without hashing everything it carries."""

    def _identity(self) -> tuple[Any, Any]:
        return self.data.get(TEXT), self.data.get(INTENT)

    def __eq__(self, other: object) -> bool:
        """Two examples are one when they say the same under the same intent."""
        return isinstance(other, Example) and other._identity() == self._identity()

    def __hash__(self) -> int:
        """Fits `__eq__`."""
        return hash(self._identity())

    def __deepcopy__(self, memo: dict[int, Any]) -> Example:
        """Its data are strings until the pipeline has seen it."""
        return Example(dict(self.data), set(self.output_properties), self.time, list(self.features))


class SentenceImporter(RasaFileImporter):
    """Named under `importers` in config.yml."""

    def get_nlu_data(self, language: str | None = "en") -> TrainingData:
        """All examples of data/nlu beside the domain file; `bot.data_check` has checked them."""
        root = Path(self._domain_path or "domain.yml").resolve().parent
        return TrainingData(
            [Example({TEXT: text, INTENT: intent}) for text, intent in raw_sentences(root)]
        )
