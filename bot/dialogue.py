"""The loaded model as the channel uses it: a turn either happened completely or failed.

Rasa catches whatever an action raises, goes on without its events and reports success. Here every
such exception is noted, and a turn with a note is not stored: the gateway may send the same
message again, and the desk's idempotency keys keep that from acting twice.
"""

from __future__ import annotations

import logging
from contextvars import ContextVar
from typing import Any

import aiohttp
from jsonschema.validators import validator_for
from rasa.core.actions.action import Action, ActionExecutionRejection, RemoteAction
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.core.lock_store import InMemoryLockStore
from rasa.core.nlg import TemplatedNaturalLanguageGenerator
from rasa.core.processor import MessageProcessor
from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

from bot.tracker_store import ConversationMemory

logger = logging.getLogger(__name__)

ACTION_TIMEOUT_SECONDS = 10.0
REJECTED = 400

# Compiled once: Rasa checks this very schema against its meta-schema at every action call, which
# was two thirds of a turn's time in its process.
_RESULT_SCHEMA = RemoteAction.action_response_format_spec()
_RESULT = validator_for(_RESULT_SCHEMA)(_RESULT_SCHEMA)

_failures: ContextVar[list[str] | None] = ContextVar("turn_failures", default=None)


class TurnFailed(Exception):
    """The turn did not happen; nothing of it was stored. The text is safe to show to operators."""


class ActionEndpoint(EndpointConfig):
    """The action server behind one kept connection, with a deadline and a checked answer."""

    def __init__(self, url: str, token: str, timeout: float = ACTION_TIMEOUT_SECONDS) -> None:
        """`selective_domain` keeps Rasa from sending the whole domain with every call."""
        super().__init__(url=url, selective_domain=True)
        self._headers = {"Authorization": f"Bearer {token}"}
        self._timeout = aiohttp.ClientTimeout(total=timeout)
        self._session: aiohttp.ClientSession | None = None

    async def request(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """POST one action call; anything but a well-formed answer is an exception."""
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(timeout=self._timeout, headers=self._headers)
        async with self._session.post(self.url, json=kwargs["json"]) as response:
            body = await response.read()
            if response.status >= REJECTED:
                text = body.decode("utf-8", "replace")
                if response.status == REJECTED and '"action_name"' not in text:
                    raise ValueError("action server refused the call (400)")
                raise ClientResponseError(response.status, response.reason or "", text)
            answer = await response.json(content_type=None)
        if not isinstance(answer, dict) or not all(
            isinstance(answer.get(key), list) for key in ("events", "responses")
        ):
            raise ValueError("action server answered without events and responses")
        _RESULT.validate(answer)
        return answer

    async def close(self) -> None:
        """Close the kept connection."""
        if self._session is not None:
            await self._session.close()


class Silence(OutputChannel):
    """Rasa wants somewhere to send replies; ours are read from the tracker after the turn."""

    @classmethod
    def name(cls) -> str:
        """The channel name responses may be conditioned on."""
        return "gateway"

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Take the reply and do nothing: it is in the tracker."""


class Dialogue(MessageProcessor):
    """A message processor that does not swallow failures."""

    async def turn(self, message: UserMessage) -> DialogueStateTracker:
        """Handle one message completely and store it; raise TurnFailed otherwise."""
        failures: list[str] = []
        token = _failures.set(failures)
        try:
            tracker = await self.log_message(message, should_save_tracker=False)
            if tracker is None:
                raise TurnFailed("the message could not be read")
            await self.run_action_extract_slots(message.output_channel, tracker)
            await self._run_prediction_loop(message.output_channel, tracker)
            if not failures and not any(_replies(tracker)):
                failures.append("the turn gave no reply")
            if failures:
                raise TurnFailed("; ".join(failures))
            await self.save_tracker(tracker)
            return tracker
        finally:
            _failures.reset(token)

    async def _run_action(self, action: Action, *args: Any, **kwargs: Any) -> bool:
        """Run an action as Rasa does, with its exceptions noted before Rasa swallows them."""
        run = action.run

        async def noted(*run_args: Any, **run_kwargs: Any) -> Any:
            try:
                return await run(*run_args, **run_kwargs)
            except ActionExecutionRejection:
                raise
            except Exception as error:
                note_failure(f"{action.name()}: {type(error).__name__}")
                raise

        action.run = noted  # type: ignore[method-assign]
        if isinstance(action, RemoteAction):
            # Its endpoint has validated the answer already.
            action._validate_action_result = lambda _result: True  # type: ignore[method-assign]
        try:
            return await super()._run_action(action, *args, **kwargs)
        finally:
            action.run = run  # type: ignore[method-assign]

    @staticmethod
    def stopped_endless_turn(*_: Any) -> None:
        """Rasa's circuit breaker: too many actions in one turn."""
        note_failure("too many actions in one turn")


def note_failure(reason: str) -> None:
    """Mark the running turn as failed."""
    failures = _failures.get()
    if failures is not None:
        failures.append(reason)
    logger.error("turn failure: %s", reason)


def _replies(tracker: DialogueStateTracker) -> list[BotUttered]:
    """What the bot said since the latest message."""
    said: list[BotUttered] = []
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered):
            break
        if isinstance(event, BotUttered):
            said.insert(0, event)
    return said


def load_dialogue(model: str, memory: ConversationMemory, endpoint: ActionEndpoint) -> Dialogue:
    """Load a model archive; raises whatever is wrong with it."""
    nlg = TemplatedNaturalLanguageGenerator({})
    dialogue = Dialogue(
        model_path=model,
        tracker_store=memory,
        lock_store=InMemoryLockStore(),
        generator=nlg,
        action_endpoint=endpoint,
        on_circuit_break=Dialogue.stopped_endless_turn,
    )
    nlg.responses = dialogue.domain.responses
    memory.domain = dialogue.domain
    return dialogue
