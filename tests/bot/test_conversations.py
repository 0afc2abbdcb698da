"""Rasa's own conversation tests (tests/conversations/*.yml) on the trained model.

Every predicted intent, entity and action must be the expected one. Custom actions do not run here
(test_flows.py runs them); what they set is written in the stories.
"""

import asyncio

import pytest
from rasa.core.agent import Agent
from rasa.core.test import (
    WronglyClassifiedUserUtterance,
    WronglyPredictedAction,
    _collect_story_predictions,
    _create_data_generator,
)

from tests.bot.conftest import ROOT

FILES = sorted((ROOT / "tests" / "conversations").glob("test_*.yml"))
FEWEST_STORIES = 40


@pytest.fixture(scope="module")
def agent(model):
    return Agent.load(str(model))


def test_there_are_enough_stories():
    stories = sum(f.read_text(encoding="utf-8").count("- story:") for f in FILES)
    assert stories >= FEWEST_STORIES


def test_no_story_holds_a_day_that_passes():
    """今天 is another date tomorrow: a story with a date in it is right on one day only."""
    assert [f.name for f in FILES if '"entity": "date"' in f.read_text(encoding="utf-8")] == []


def wrong_predictions(agent, file):
    """What Rasa's evaluation found wrong in a file, as text."""

    async def predict():
        generator = _create_data_generator(str(file), agent, use_conversation_test_files=True)
        trackers = generator.generate_story_trackers()
        return await _collect_story_predictions(trackers, agent, use_e2e=True)

    result, _, _ = asyncio.run(predict())
    return [
        f"{story.sender_id}: {event}"
        for story in result.failed_stories
        for event in story.events
        if isinstance(event, (WronglyPredictedAction, WronglyClassifiedUserUtterance))
    ]


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
def test_conversations(agent, file):
    wrong = wrong_predictions(agent, file)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("intent: request_human", "intent: greet"),
        ("action: action_request_human", "action: action_greet_customer"),
        ("转人工\n", "[转人工](device)\n"),
    ],
)
def test_a_wrong_story_is_noticed(agent, tmp_path, old, new):
    text = (ROOT / "tests/conversations/test_handoff.yml").read_text(encoding="utf-8")
    assert old in text
    file = tmp_path / "test_wrong.yml"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert wrong_predictions(agent, file)
