"""Which step comes next: Rasa's rules, plus the three moves every flow of ours makes.

1. An action may name the step that must follow in the slot `next_flow` (identity first, then the
   package). It is a slot, not a FollowupAction, so that conversation tests see it.
2. When a side question inside a form was answered, the form runs again and repeats its question.
3. Otherwise one action answers one message: wait for the customer. (A form may end in the very call
   that opened it, and what follows `next_flow` has no rule of its own.)
"""

from __future__ import annotations

from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.trackers import DialogueStateTracker

NEXT_FLOW = "next_flow"


@DefaultV1Recipe.register(
    DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True
)
class FlowPolicy(RulePolicy):
    """RulePolicy that also follows `next_flow` and returns to an interrupted form."""

    @staticmethod
    def _find_action_from_loop_happy_path(
        tracker: DialogueStateTracker,
    ) -> tuple[str | None, str | None]:
        """Name the action to take regardless of rules, with the reason, or (None, None)."""
        last = tracker.latest_action_name
        if last not in (None, ACTION_LISTEN_NAME):
            wanted = tracker.slots.get(NEXT_FLOW)
            if wanted is not None and wanted.value and wanted.value != last:
                return wanted.value, f"next flow {wanted.value}"
            form = tracker.active_loop_name
            if form and tracker.is_active_loop_rejected and last != form:
                return form, f"back to form {form}"
            if not form:
                return ACTION_LISTEN_NAME, "one action answered"
        return RulePolicy._find_action_from_loop_happy_path(tracker)
