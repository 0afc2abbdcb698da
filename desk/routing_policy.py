"""`data/policies/routing.yml`: queues, skills and rules of offering, validated when read."""

import re
from pathlib import Path

from pydantic import Field, model_validator

from desk.model.handoff import Reason
from desk.policies import FOLDER
from desk.policy_files import Policy, load_yaml, validate


class RoutingWhen(Policy):
    """Conditions that all must hold; at least one is given."""

    reasons: frozenset[Reason] = frozenset()
    matters: frozenset[str] = frozenset()

    @model_validator(mode="after")
    def _some(self) -> "RoutingWhen":
        if not (self.reasons or self.matters):
            raise ValueError("reasons or matters expected, or the rule would hold for everybody")
        return self

    def holds(self, reason: Reason, matter: str | None) -> bool:
        return (not self.reasons or reason in self.reasons) and (
            not self.matters or matter in self.matters
        )


class RoutingRule(Policy):
    queue: str
    skill: str | None = None
    when: RoutingWhen


class LanguageRule(Policy):
    language: str
    match: tuple[re.Pattern[str], ...] = Field(min_length=1)


class RoutingPolicy(Policy):
    queues: dict[str, str]
    default_queue: str
    skills: tuple[str, ...]
    rules: tuple[RoutingRule, ...]
    languages: tuple[LanguageRule, ...]
    offer_seconds: int = Field(ge=5)
    widen_after_seconds: int = Field(ge=0)
    again_after_seconds: int = Field(ge=0)
    missed_before_away: int = Field(ge=1)
    last_agent_days: float = Field(ge=0)
    transferred: str

    @model_validator(mode="after")
    def _known(self) -> "RoutingPolicy":
        named = [self.default_queue, *(rule.queue for rule in self.rules)]
        if unknown := [queue for queue in named if queue not in self.queues]:
            raise ValueError(f"{unknown[0]} is no queue, expected one of {', '.join(self.queues)}")
        skills = [rule.skill for rule in self.rules if rule.skill is not None]
        if missing := [skill for skill in skills if skill not in self.skills]:
            raise ValueError(f"{missing[0]} is no skill, expected one of {', '.join(self.skills)}")
        return self

    def place(self, reason: Reason, matter: str | None) -> tuple[str, str | None]:
        """The queue and the skill that is wished for."""
        found = next((rule for rule in self.rules if rule.when.holds(reason, matter)), None)
        return (found.queue, found.skill) if found else (self.default_queue, None)

    def skill_of(self, queue: str) -> str | None:
        """The skill that the rules of a queue wish for."""
        return next((rule.skill for rule in self.rules if rule.queue == queue), None)

    def language(self, texts: list[str]) -> str:
        """What the customer writes; the newest text that tells decides."""
        for text in texts:
            for rule in self.languages:
                if any(pattern.search(text) for pattern in rule.match):
                    return rule.language
        return "zh"


def load_routing(folder: Path = FOLDER) -> RoutingPolicy:
    """Raises `BadData` naming file, key and what was expected."""
    path = folder / "routing.yml"
    return validate(RoutingPolicy, load_yaml(path), path.name)
