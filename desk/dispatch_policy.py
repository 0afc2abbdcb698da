"""`data/policies/dispatch.yml`: what decides to whom an order goes, and what is said about it."""

import re

from pydantic import Field, field_validator

from desk.model.dispatch import Why
from desk.model.work_orders import CustomerLevel, Kind, Priority, WorkOrder
from desk.policy_files import Policy, fillable


class When(Policy):
    """Conditions on an order; those that are given must all hold."""

    kinds: frozenset[Kind] | None = None
    services: frozenset[str] | None = None
    skills: frozenset[str] | None = None
    areas: frozenset[str] | None = None
    levels: frozenset[CustomerLevel] | None = None
    priorities: frozenset[Priority] | None = None
    languages: frozenset[str] | None = None
    marks: frozenset[str] | None = None
    match: tuple[re.Pattern[str], ...] | None = None

    def holds(self, order: WorkOrder) -> bool:
        pairs = (
            (self.kinds, order.kind),
            (self.services, order.service),
            (self.skills, order.skill),
            (self.areas, order.area),
            (self.levels, order.level),
            (self.priorities, order.priority),
            (self.languages, order.language),
        )
        return (
            all(allowed is None or value in allowed for allowed, value in pairs)
            and (self.marks is None or not self.marks.isdisjoint(order.marks))
            and (self.match is None or any(p.search(order.description) for p in self.match))
        )


class LanguageRule(Policy):
    language: str
    when: When


class SkillRule(Policy):
    skill: str
    when: When


class PriorityRule(Policy):
    priority: Priority
    when: When


class DispatchRule(Policy):
    """An order of this sort goes to a team of the group; `person` names one instead of load."""

    name: str
    when: When
    group: str
    person: str | None = None


class VipCallPolicy(Policy):
    ahead_minutes: int = Field(ge=1)
    prepare_minutes: int = Field(ge=0)
    description: str

    @field_validator("description")
    @classmethod
    def _fillable(cls, text: str) -> str:
        return fillable(text, "number", "slot")


class DispatchPolicy(Policy):
    languages: list[LanguageRule]
    skills: list[SkillRule]
    priorities: list[PriorityRule]
    rules: list[DispatchRule] = Field(min_length=1)
    retry_minutes: int = Field(ge=1)
    again_at_most: int = Field(ge=0)
    reasons: dict[Why, str]
    next_shift: str
    again: str
    to_lead: str
    vip_call: VipCallPolicy

    @field_validator("next_shift")
    @classmethod
    def _fillable(cls, text: str) -> str:
        return fillable(text, "opens")

    @field_validator("reasons")
    @classmethod
    def _all_reasons(cls, given: dict[Why, str]) -> dict[Why, str]:
        missing = [str(why) for why in Why if why not in given]
        if missing:
            raise ValueError(f"no words for {', '.join(missing)}")
        return given
