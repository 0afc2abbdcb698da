"""Fourth step: which of the known intents this is (`intent_model.py` inside a Rasa component).

The weights are stored as npz and JSON; a missing or damaged file stops the load, because a
component that silently came up untrained would answer every customer with nonsense.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.encoder import CACHE_SIZE, shared_encoder
from bot.nlu.intent_model import ClassifierNotLoadable, IntentModel, read_calibration

RANKING_LENGTH = 5


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class SentenceIntentClassifier(IntentClassifier, GraphComponent):
    """Rasa graph component around `IntentModel`."""

    def __init__(self, model_storage: ModelStorage, resource: Resource) -> None:
        """Keep where to store the weights; `train` or `load` provides them."""
        self._storage = model_storage
        self._resource = resource
        self._model: IntentModel | None = None
        # The same words are said all day; the answer to them is the same all day.
        self._ranked = lru_cache(maxsize=CACHE_SIZE)(self._rank)

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Nothing to set: what is chosen from data lies in decision.yml."""
        return {}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceIntentClassifier:
        """Build an untrained component (training only)."""
        return cls(model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from all examples that carry an intent, and store the weights."""
        examples = [e for e in training_data.intent_examples if e.get(TEXT) and e.get(INTENT)]
        texts = [e.get(TEXT) for e in examples]
        encoder = shared_encoder()
        self._model = IntentModel.train(
            texts,
            encoder.encode_all(texts),
            [e.get(INTENT) for e in examples],
            read_calibration(),
            encoder.name,
        )
        with self._storage.write_to(self._resource) as folder:
            self._model.write(folder)
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> SentenceIntentClassifier:
        """Load the trained component, or fail."""
        component = cls(model_storage, resource)
        try:
            with model_storage.read_from(resource) as folder:
                component._model = IntentModel.read(folder)
        except ValueError as error:
            raise ClassifierNotLoadable(f"intent classifier missing in model: {error}") from error
        trained, serving = component._model.provider, shared_encoder().name
        if trained != serving:
            raise ClassifierNotLoadable(
                f"model was trained with sentence vectors of {trained}, {serving} is configured"
            )
        return component

    def process(self, messages: list[Message]) -> list[Message]:
        """Set intent and ranking on each message."""
        if self._model is None:
            raise ClassifierNotLoadable("intent classifier used before it was trained")
        for message in messages:
            ranking = self._ranked(message.get(TEXT) or "")
            message.set("intent", {"name": ranking[0][0], "confidence": ranking[0][1]}, True)
            rows = [{"name": name, "confidence": share} for name, share in ranking]
            message.set("intent_ranking", rows, add_to_output=True)
        return messages

    def _rank(self, text: str) -> tuple[tuple[str, float], ...]:
        assert self._model is not None
        found = self._model.probabilities(text, lambda: shared_encoder().encode(text))
        order = np.argsort(-found)[:RANKING_LENGTH]
        return tuple((self._model.intents[i], round(float(found[i]), 4)) for i in order)

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Leave the examples alone: nothing after this step learns from a guess."""
        return training_data
