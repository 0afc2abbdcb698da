"""A gateway with a telephone, and one who rings: the platform's side of the AudioCodes Bot API."""

import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from pydantic import SecretStr

from desk.app import Desk
from desk.model.conversations import Conversation
from tests.gateway.conftest import Gateway, MakeGateway

TOKEN = "an-ivr-token"
CALLER = "+8613800000004"


@dataclass
class Phone:
    """One call. What is said is kept; `ids` count up, so that a test can repeat one."""

    gateway: Gateway
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    count: int = 0

    @property
    def desk(self) -> Desk:
        assert self.gateway.desk is not None
        return self.gateway.desk

    async def request(
        self, path: str, body: Any = None, token: str = TOKEN, method: str = "POST"
    ) -> tuple[int, Any]:
        """`body` is sent as it is when it is text already."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        sent = {"data": body} if isinstance(body, str | bytes) else {"json": body}
        response: aiohttp.ClientResponse = await self.gateway.session.request(
            method, f"{self.gateway.url}/webhooks/ivr/{path}", headers=headers, **sent
        )
        return response.status, await response.json()

    async def post(self, what: str, **body: Any) -> tuple[int, Any]:
        sent = {"conversation": self.id, **body}
        return await self.request(f"conversation/{self.id}/{what}", sent)

    async def ring(self, caller: str | None = CALLER) -> list[dict[str, Any]]:
        """Create and start; what is said first."""
        status, _ = await self.request("webhook", {"conversation": self.id, "id": "1"})
        assert status == 200
        return await self.event("start", parameters={"caller": caller} if caller else {})

    async def hears(self, *activities: dict[str, Any]) -> list[dict[str, Any]]:
        status, body = await self.post("activities", activities=list(activities))
        assert status == 200, body
        said: list[dict[str, Any]] = body["activities"]
        return said

    def new_id(self) -> str:
        self.count += 1
        return f"{self.id}-{self.count}"

    async def event(self, name: str, **more: Any) -> list[dict[str, Any]]:
        return await self.hears({"id": self.new_id(), "type": "event", "name": name, **more})

    async def say(self, text: str) -> str:
        return spoken(await self.hears({"id": self.new_id(), "type": "message", "text": text}))

    async def press(self, keys: str) -> str:
        return spoken(await self.event("DTMF", value=keys))

    async def silence(self) -> str:
        return spoken(await self.event("noUserInput", value=1))

    async def hang_up(self, code: str = "client-disconnected") -> int:
        status, _ = await self.post("disconnect", reason="Client Side", reasonCode=code)
        return status

    def conversation(self) -> Conversation:
        found, _ = self.desk.conversations.history("ivr", self.id)
        assert found is not None
        return found

    def queue(self, reason: str = "asked") -> None:
        """What the bot's action does when a person is asked for."""
        self.desk.handoff.request(self.conversation().id, reason, key=f"queue:{self.id}")


def spoken(said: list[dict[str, Any]]) -> str:
    return "".join(one["text"] for one in said if one["type"] == "message")


def events(said: list[dict[str, Any]]) -> list[str]:
    return [one["name"] for one in said if one["type"] == "event"]


type MakePhone = Callable[..., Awaitable[Phone]]


@pytest.fixture
async def make_phone(make_gateway: MakeGateway) -> MakePhone:
    async def make(**settings: Any) -> Phone:
        secrets = {"ivr_token": SecretStr(TOKEN)}
        return Phone(await make_gateway(secrets=secrets, ivr=True, **settings))

    return make


@pytest.fixture
async def phone(make_phone: MakePhone) -> Phone:
    return await make_phone()
