"""A small Rasa REST client for measuring and simulating against a running installation."""

import asyncio
import itertools
import secrets
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import aiohttp

from desk.settings import Settings
from xiaotong.preflight import CannotStart

_TIMEOUT = aiohttp.ClientTimeout(total=120)


@dataclass
class Talk:
    """One simulated person's conversation; `says` returns the entries of the answer."""

    session: aiohttp.ClientSession
    settings: Settings
    sender: str = field(default_factory=lambda: f"sim-{secrets.token_hex(6)}")
    _numbers: "itertools.count[int]" = field(default_factory=itertools.count)

    async def says(self, text: str) -> list[dict[str, Any]]:
        body = {"sender": self.sender, "message": text, "message_id": f"m{next(self._numbers)}"}
        url = f"http://{self.settings.host}:{self.settings.gateway_port}/webhooks/rest/webhook"
        try:
            while True:
                async with self.session.post(url, json=body, timeout=_TIMEOUT) as response:
                    if response.status != HTTPStatus.TOO_MANY_REQUESTS:
                        response.raise_for_status()
                        answer: list[dict[str, Any]] = await response.json()
                        return answer
                    wait = float(response.headers["Retry-After"])
                # As any client must: the same message again, once it may come.
                await asyncio.sleep(wait)
        except aiohttp.ClientConnectionError:
            raise CannotStart(f"{url} 没有应答；请先在另一个终端运行 make run") from None


def words(entries: list[dict[str, Any]]) -> str:
    return "\n".join(entry.get("text", "") for entry in entries)


def buttons(entries: list[dict[str, Any]]) -> list[str]:
    """The choices offered last."""
    offered = [entry["buttons"] for entry in entries if entry.get("buttons")]
    return [button["title"] for button in offered[-1]] if offered else []
