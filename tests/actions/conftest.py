"""A real desk on SQLite with the demo customers, and payloads as Rasa sends them."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from rasa_sdk.executor import ActionExecutor

from actions.registry import build_executor
from desk.app import Desk
from desk.seed import seed
from desk.settings import Settings
from desk.store.schema import migrate
from desk.store.tables import outbox
from tests.photos import photo
from tests.sentence_vectors import shared_embedding


def open_desk(folder: Path) -> Desk:
    settings = Settings(data_dir=folder, secrets_file=folder / "secrets.toml")
    return Desk.open(settings, embedding=shared_embedding())


@pytest.fixture(scope="session")
def seeded_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Migrating and seeding takes a second; every test gets a copy of the result."""
    folder = tmp_path_factory.mktemp("seeded")
    desk = open_desk(folder)
    migrate(desk.store.engine)
    seed(desk)
    desk.close()
    return folder


@pytest.fixture
def desk(seeded_folder: Path, tmp_path: Path) -> Iterator[Desk]:
    opened = open_desk(shutil.copytree(seeded_folder, tmp_path / "desk"))
    yield opened
    opened.close()


@dataclass
class Dialogue:
    """Plays Rasa's part for one conversation: keeps slots, form and events between calls."""

    desk: Desk
    executor: ActionExecutor
    conversation_id: str
    slots: dict[str, Any] = field(default_factory=dict)
    form: str | None = None
    events: list[dict[str, Any]] = field(default_factory=list)
    message: dict[str, Any] = field(default_factory=dict)
    said: int = 0

    def hears(self, text: str, intent: str, confidence: float = 0.9, **entities: Any) -> None:
        """The customer says something."""
        self.said += 1
        self.message = {
            "text": text,
            "original_text": text,
            "message_id": str(self.said),
            "intent": {"name": intent, "confidence": confidence},
            "intent_ranking": [{"name": intent, "confidence": confidence}],
            "entities": [{"entity": e, "value": v} for e, v in entities.items()],
        }
        self.events.append({"event": "user", "text": text})

    def sends_photo(self, action: str) -> list[str]:
        """A photo, as the web chat sends it; understanding guesses at its placeholder."""
        accepted = self.desk.inbox.accept(
            "rest",
            "zhang",
            "［图片］",
            f"photo-{self.said}",
            image=self.desk.pictures.keep(photo()),
        )
        self.hears("[图片]", "nlu_fallback", 0.3)
        self.message["metadata"] = {"channel": "rest", "picture": True}
        self.message["message_id"] = str(accepted.message_id)
        return self.run(action)

    def payload(self, action: str) -> dict[str, Any]:
        return {
            "next_action": action,
            "sender_id": self.conversation_id,
            "domain": {},
            "tracker": {
                "sender_id": self.conversation_id,
                "slots": self.slots,
                "latest_message": self.message,
                "events": self.events,
                "paused": False,
                "active_loop": {"name": self.form} if self.form else {},
                "latest_action_name": "action_listen",
            },
        }

    def run(self, action: str) -> list[str]:
        """Run an action and keep what it changed; returns the names of what it said."""
        result = asyncio.run(self.executor.run(self.payload(action)))
        assert result is not None
        self.events.append({"event": "action", "name": action})
        for event in result.events:
            if event["event"] == "slot":
                self.slots[event["name"]] = event["value"]
            elif event["event"] == "active_loop":
                self.form = event["name"]
        self.replies = result.responses
        self.events += [
            {"event": "bot", "text": r.get("text"), "data": r} for r in result.responses
        ]
        return [r.get("response") or r.get("text") for r in result.responses]

    def says(self, text: str, intent: str, action: str, **entities: Any) -> list[str]:
        """Customer message, then one action."""
        self.hears(text, intent, **entities)
        return self.run(action)

    def code(self, phone: str) -> str:
        query = sa.select(outbox.c.text).where(outbox.c.recipient == phone)
        with self.desk.store.reading() as session:
            text = session.scalars(query.order_by(outbox.c.id.desc()).limit(1)).one()
        found = re.search(r"\d{4,6}", text)
        assert found
        return found.group()

    def verify(self, phone: str = "13800000001") -> None:
        """Prove the identity at the desk, without the form."""
        self.desk.identity.send_code(self.conversation_id, phone, key=f"{phone}:s")
        verified = self.desk.identity.verify(
            self.conversation_id, self.code(phone), key=f"{phone}:v"
        )
        assert verified.verified


@pytest.fixture
def new_dialogue(desk: Desk) -> Dialogue:
    """The very first message of a conversation: the bot has not greeted yet."""
    accepted = desk.inbox.accept("webchat", "tab-1", "…", "m-1")
    return Dialogue(desk, build_executor(desk), accepted.conversation_id)


@pytest.fixture
def dialogue(new_dialogue: Dialogue) -> Dialogue:
    """A conversation in which the greeting of the day was said."""
    local = new_dialogue.desk.clock.now().astimezone(new_dialogue.desk.settings.zone)
    new_dialogue.slots["greeted_on"] = f"{local:%Y-%m-%d}"
    return new_dialogue
