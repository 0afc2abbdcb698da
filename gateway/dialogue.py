"""Rasa over HTTP: one turn in, replies out. Failure is failure, never an empty success."""

import asyncio
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import aiohttp

from desk.model.conversations import Reply, Turn
from gateway.message import neutral
from gateway.placeholders import PICTURE


class DialogueError(Exception):
    """The turn has no answer."""


class DialogueUnavailable(DialogueError):
    """Rasa cannot be reached or is starting: the same message may be asked again."""


class DialogueFailed(DialogueError):
    """Rasa answered with an error, with nothing, or too late: an apology is due.

    `nothing_kept`: Rasa says that nothing of the turn was stored, so it may be tried once more.
    """

    def __init__(self, reason: str, *, nothing_kept: bool = False) -> None:
        super().__init__(reason)
        self.nothing_kept = nothing_kept


@dataclass(frozen=True)
class Answer:
    replies: tuple[Reply, ...]
    intent: str | None
    confidence: float | None
    awaits: str | None
    ranking: tuple[tuple[str, float], ...] = ()


class Dialogue:
    """Client of `bot.channel`. Asking twice with one message id is safe: Rasa answers the same."""

    def __init__(self, url: str, token: str, timeout_seconds: float) -> None:
        self._session: aiohttp.ClientSession | None = None
        self._url = f"{url}/webhooks/gateway"
        self._headers = {"Authorization": f"Bearer {token}"}
        self._timeout = aiohttp.ClientTimeout(total=timeout_seconds)

    def use(self, session: aiohttp.ClientSession) -> None:
        """The connection pool, opened when the process runs its loop."""
        self._session = session

    async def ask(self, turn: Turn) -> Answer:
        """The answer to one message; raises `DialogueUnavailable` or `DialogueFailed`."""
        metadata: dict[str, Any] = {"channel": turn.channel}
        if turn.text == PICTURE:
            metadata["picture"] = True
        body = {
            "conversation_id": turn.conversation_id,
            "message_id": str(turn.message_id),
            "text": neutral(turn.text),
            "metadata": metadata,
        }
        if self._session is None:
            raise DialogueUnavailable("not started")
        try:
            async with self._session.post(
                f"{self._url}/turn", json=body, headers=self._headers, timeout=self._timeout
            ) as response:
                if response.status == HTTPStatus.SERVICE_UNAVAILABLE:
                    raise DialogueUnavailable("no model is ready")
                if response.status != HTTPStatus.OK:
                    internal = response.status == HTTPStatus.INTERNAL_SERVER_ERROR
                    raise DialogueFailed(f"Rasa answered {response.status}", nothing_kept=internal)
                return _answer(await response.json())
        except TimeoutError:
            raise DialogueFailed("no answer in time") from None
        except (aiohttp.ClientConnectionError, asyncio.IncompleteReadError) as error:
            raise DialogueUnavailable(str(error)) from None
        except (aiohttp.ClientError, ValueError, LookupError, TypeError, AttributeError) as error:
            # Not JSON, or JSON of another form than agreed.
            raise DialogueFailed(f"unreadable answer: {error!r}") from None


def _answer(body: dict[str, Any]) -> Answer:
    replies = tuple(
        Reply(
            text=item.get("text") or "",
            buttons=tuple(
                {"title": b["title"], "payload": b.get("payload") or b["title"]}
                for b in item.get("buttons") or ()
            ),
            image=item.get("image"),
            custom=item.get("custom"),
        )
        for item in body["replies"]
    )
    said = tuple(r for r in replies if r.text or r.image or r.custom)
    if not said and not body.get("silent"):
        raise DialogueFailed("an empty turn")
    intent = body.get("intent") or {}
    ranking = tuple(
        (str(r["name"]), float(r["confidence"])) for r in body.get("intent_ranking") or ()
    )
    return Answer(said, intent.get("name"), intent.get("confidence"), body.get("awaits"), ranking)
