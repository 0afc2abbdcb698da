"""Sixth step: act, ask, or say honestly that it was not understood.

The classifier's probabilities are calibrated, so thresholds on them mean something; they are
chosen by `python -m bot.choose_thresholds` and lie in `decision.yml`. Where the bot must not act,
the intent becomes `nlu_fallback` and `decision` tells the actions what to do instead.
"""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.clauses import said_first, second_matter
from bot.nlu.intent_model import Calibration, read_calibration

FALLBACK = "nlu_fallback"
DECISION = "decision"
ACT, ASK, UNKNOWN = "act", "ask", "unknown"
FEWEST_CHOICES, CHOICES = 2, 3
# A button is worth showing when it is at least this likely beside the best one.
WORTH_OFFERING = 0.12


def decide(ranking: list[dict[str, Any]], how: Calibration) -> dict[str, Any]:
    """What to do with a ranking: {"move": act|ask|unknown, "choices": [intents]}."""
    best = float(ranking[0]["confidence"])
    second = float(ranking[1]["confidence"]) if len(ranking) > 1 else 0.0
    if best >= how.act and best - second >= how.margin:
        return {"move": ACT, "choices": []}
    if best < how.unknown:
        return {"move": UNKNOWN, "choices": []}
    # Two at least: a question with one answer is no question.
    likely = [
        r["name"]
        for place, r in enumerate(ranking[:CHOICES])
        if place < FEWEST_CHOICES or r["confidence"] >= WORTH_OFFERING * best
    ]
    return {"move": ASK, "choices": likely}


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class DecisionMaker(GraphComponent):
    """Rasa graph component around `decide`; runs last, after the entities."""

    def __init__(self, how: Calibration) -> None:
        """Use the stored thresholds."""
        self._how = how

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> DecisionMaker:
        """Build the component with the thresholds of `decision.yml`."""
        return cls(read_calibration())

    def process(self, messages: list[Message]) -> list[Message]:
        """Set `decision` and the second matter, and replace an intent that is too unsure."""
        for message in messages:
            heard = message.get("intent_ranking") or []
            if not heard:
                continue
            ranking = said_first(message.get(TEXT) or "", heard)
            if ranking is not heard:
                message.set("intent_ranking", ranking, add_to_output=True)
                message.set("intent", dict(ranking[0]), add_to_output=True)
            decision = decide(ranking, self._how)
            second = second_matter(message.get(TEXT) or "", ranking)
            if decision["move"] == ASK and self._both_are_meant(ranking, second):
                decision = {"move": ACT, "choices": []}
            if decision["move"] != ACT:
                unsure = {"name": FALLBACK, "confidence": round(1 - ranking[0]["confidence"], 4)}
                message.set("intent", unsure, add_to_output=True)
            elif second:
                message.set("second_matter", second, add_to_output=True)
            message.set(DECISION, decision, add_to_output=True)
        return messages

    def _both_are_meant(self, ranking: list[dict[str, Any]], second: str | None) -> bool:
        """Torn between two matters that are both in the sentence: no reason to ask."""
        rest = {r["name"]: float(r["confidence"]) for r in ranking[1:CHOICES]}
        return bool(second) and ranking[0]["confidence"] + rest.get(second, 0.0) >= self._how.act

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Leave training data alone."""
        return training_data
