"""The bot served in a thread, and a customer who talks to it over HTTP."""

from __future__ import annotations

import asyncio
import json
import threading
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from sanic import Sanic

from bot.channel import GatewayChannel, mount
from bot.dialogue import ActionEndpoint, load_dialogue
from bot.tracker_store import ConversationMemory
from tests.bot.conftest import free_port

RASA_TOKEN = "rasa-token-of-the-tests"
ACTIONS_TOKEN = "actions-token-of-the-tests"


def call(
    url: str, body: Any = None, headers: dict[str, str] | None = None, raw: bytes | None = None
) -> tuple[int, Any]:
    """One HTTP call; returns status and decoded JSON, for errors too."""
    data = raw if raw is not None else (None if body is None else json.dumps(body).encode())
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})
    for name, value in (headers or {}).items():
        request.add_header(name, value)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        text = error.read()
        return error.code, json.loads(text) if text else None


class RunningBot:
    """Model, memory and channel on a free port."""

    def __init__(self, model: Path, desk_url: str, database: Path) -> None:
        self.desk_url = desk_url
        self.database = database
        self.memory = ConversationMemory(f"sqlite:///{database}")
        self.desk_endpoint = ActionEndpoint(f"{desk_url}/webhook", ACTIONS_TOKEN)
        self.dialogue = load_dialogue(str(model), self.memory, self.desk_endpoint)
        self.port = free_port()
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        assert self._ready.wait(20), "the bot's server did not start"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/webhooks/gateway"

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        app = Sanic(f"bot_test_{self.port}", configure_logging=False)
        app.config.FALLBACK_ERROR_FORMAT = "json"
        mount(app, GatewayChannel(self.dialogue, RASA_TOKEN))

        async def start() -> None:
            server = await app.create_server(
                host="127.0.0.1", port=self.port, return_asyncio_server=True, access_log=False
            )
            await server.startup()
            await server.start_serving()
            self._ready.set()

        self._loop.create_task(start())
        self._loop.run_forever()

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self.memory.close()

    def turn(self, conversation: str, message_id: str, text: Any, **more: Any) -> tuple[int, Any]:
        body = {"conversation_id": conversation, "message_id": message_id, "text": text, **more}
        return call(f"{self.url}/turn", body, {"Authorization": f"Bearer {RASA_TOKEN}"})

    def customer(self) -> Customer:
        return Customer(self)

    def use_actions(self, url: str, timeout: float = 10.0) -> None:
        """Send action calls somewhere else (broken servers)."""
        self.dialogue.action_endpoint = ActionEndpoint(url, ACTIONS_TOKEN, timeout)

    def use_desk(self) -> None:
        """Back to the real action server."""
        self.dialogue.action_endpoint = self.desk_endpoint


class Customer:
    """One conversation, opened at the desk as the gateway would."""

    def __init__(self, bot: RunningBot) -> None:
        self.bot = bot
        _, opened = call(f"{bot.desk_url}/test/conversation", {})
        self.conversation = opened["conversation_id"]
        self._sent = 0

    def says(self, text: str) -> Any:
        """Send a message and return the turn's answer; a failed turn fails the test."""
        self._sent += 1
        status, answer = self.bot.turn(self.conversation, str(self._sent), text)
        assert status == 200, answer
        return answer

    def hears(self, text: str) -> str:
        """Send a message and return all that was replied, as one text."""
        return "\n".join(reply["text"] or "" for reply in self.says(text)["replies"])

    def code_for(self, phone: str) -> str:
        """Look at the phone for the newest SMS code."""
        _, found = call(f"{self.bot.desk_url}/test/code?phone={phone}")
        return str(found["code"])
