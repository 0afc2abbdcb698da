"""Whether a server speaks the AudioCodes Bot API in HTTP mode, step by step.

    python -m tests.conformance.audiocodes http://127.0.0.1:8000/webhooks/ivr/webhook TOKEN

Exit code 0 when every step passes. What it demands is what the vendor's own channel for Rasa does;
to see that, in an empty folder outside the repository (Rasa 3.6 wants Python 3.10 or older):

    uv venv --python 3.10 venv
    uv pip install --python venv/bin/python rasa==3.6.21 rasa-audiocodes "setuptools<80"
    cp -r <repository>/tests/conformance/rasa_bot bot && cd bot
    ../venv/bin/rasa train && ../venv/bin/rasa run -p 5105 -i 127.0.0.1
    BOT=http://127.0.0.1:5105/webhooks/audiocodes/webhook
    python -m tests.conformance.audiocodes $BOT CHANGEME
"""

import argparse
import asyncio
import json
import sys
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urljoin

import aiohttp

type Json = dict[str, Any]

_EVENTS = {
    "hangup", "transfer", "handover", "config", "playUrl", "sendDtmf", "abortPrompts",
    "expectAnotherBotMessage", "startRecognition", "stopRecognition", "sendMetaData",
}  # fmt: skip
_TIMEOUT = aiohttp.ClientTimeout(total=30)


class Broken(Exception):
    """The server does not keep to the protocol; the text says where."""


@dataclass(frozen=True)
class Step:
    name: str
    problem: str | None = None


def demand(true: object, problem: str) -> None:
    if not true:
        raise Broken(problem)


class Client:
    """A platform with one call."""

    def __init__(self, session: aiohttp.ClientSession, url: str, token: str) -> None:
        self._session, self._url, self._token = session, url, token
        self.call_id = str(uuid.uuid4())
        self.urls: Json = {}
        self.repeatable: Json = {}
        self.first_answer: list[Json] = []

    async def request(
        self, method: str, url: str, body: object = None, token: str | None = None
    ) -> tuple[int, Any]:
        given = self._token if token is None else token
        headers = {"Authorization": f"Bearer {given}"} if given else {}
        async with self._session.request(
            method, url, json=body, headers=headers, timeout=_TIMEOUT
        ) as response:
            text = await response.text()
            try:
                return response.status, json.loads(text) if text else None
            except ValueError:
                return response.status, text

    def address(self, name: str) -> str:
        return urljoin(self._url, self.urls[name])

    async def post(self, name: str, **body: Any) -> tuple[int, Any]:
        return await self.request(
            "POST", self.address(name), {"conversation": self.call_id, **body}
        )

    async def hear(self, *activities: Json) -> list[Json]:
        """Activities of the caller; the answer, which has to be well formed."""
        status, body = await self.post("activitiesURL", activities=list(activities))
        demand(status == 200, f"activities: answered {status}")
        demand(isinstance(body, dict), "activities: the answer is no object")
        demand(body.get("conversation") == self.call_id, "activities: of another conversation")
        said = body.get("activities")
        demand(isinstance(said, list), "activities: the answer has no list of them")
        for one in said:
            well_formed(one)
        demand(len({one["id"] for one in said}) == len(said), "activities: ids are not unique")
        return said

    # -- the steps, in their order -------------------------------------------------------------

    async def probe(self) -> None:
        status, body = await self.request("GET", self._url)
        demand(status == 200, f"answered {status}")
        demand(body == {"type": "ac-bot-api", "success": True}, f"answered {body}")

    async def probe_needs_the_token(self) -> None:
        for token in ("", "wrong"):
            status, _ = await self.request("GET", self._url, token=token)
            demand(status == 401, f"token {token!r}: answered {status}")

    async def create_needs_the_token(self) -> None:
        body = {"conversation": self.call_id, "id": "1", "timestamp": stamp()}
        status, _ = await self.request("POST", self._url, body, token="wrong")
        demand(status == 401, f"answered {status}")

    async def create(self) -> None:
        body = {
            "conversation": self.call_id,
            "id": str(uuid.uuid4()),
            "timestamp": stamp(),
            "bot": "conformance",
            "capabilities": [],
        }
        status, told = await self.request("POST", self._url, body)
        demand(status == 200, f"answered {status}")
        for name in ("activitiesURL", "refreshURL", "disconnectURL"):
            demand(isinstance(told.get(name), str) and told[name], f"{name}: is missing")
        seconds = told.get("expiresSeconds")
        demand(isinstance(seconds, int) and seconds > 0, f"expiresSeconds: {seconds!r}")
        self.urls = told

    async def start(self) -> None:
        caller = {"caller": "+8613800000001", "callee": "10010", "callerHost": "10.0.0.1"}
        said = await self.hear(event("start", parameters=caller))
        demand(any(one["type"] == "message" for one in said), "nothing is said")
        names = [one.get("name", "message") for one in said]
        if "config" in names:
            demand(names.index("config") < names.index("message"), "config: after a message")

    async def message(self) -> None:
        self.repeatable = message("我想查一下话费")
        self.first_answer = await self.hear(self.repeatable)
        demand(self.first_answer, "no answer")

    async def a_repeated_activity_is_not_handled_again(self) -> None:
        again = [texts(one) for one in await self.hear(self.repeatable)]
        first = [texts(one) for one in self.first_answer]
        demand(again in ([], first), f"answered {again}, before {first}")

    async def keys(self) -> None:
        demand(await self.hear(event("DTMF", value="12")), "no answer")

    async def silence(self) -> None:
        demand(await self.hear(event("noUserInput", value=1)), "no answer")

    async def two_activities_at_once(self) -> None:
        said = await self.hear(message("宽带"), message("话费"))
        demand(len(said) >= 2, f"{len(said)} answers")

    async def keep_alive(self) -> None:
        status, body = await self.post("refreshURL")
        demand(status == 200 and isinstance(body, dict), f"answered {status} {body}")

    async def activities_need_the_token(self) -> None:
        body = {"conversation": self.call_id, "activities": [message("你好")]}
        status, _ = await self.request("POST", self.address("activitiesURL"), body, token="wrong")
        demand(status == 401, f"answered {status}")

    async def an_unknown_call_is_not_found(self) -> None:
        url = self.address("activitiesURL").replace(self.call_id, str(uuid.uuid4()))
        status, _ = await self.request("POST", url, {"activities": [message("你好")]})
        demand(status == 404, f"answered {status}")

    async def disconnect(self) -> None:
        reason = {"reason": "Client Side", "reasonCode": "client-disconnected"}
        status, body = await self.post("disconnectURL", **reason)
        demand(status == 200 and body == {}, f"answered {status} {body}")

    async def afterwards_it_is_not_found(self) -> None:
        status, _ = await self.post("activitiesURL", activities=[message("你好")])
        demand(status == 404, f"activities: answered {status}")
        status, _ = await self.post("refreshURL")
        demand(status == 404, f"keepalive: answered {status}")


def message(text: str) -> Json:
    parameters = {"confidence": 0.93, "recognitionOutput": {"text": text}}
    return {**_new(), "type": "message", "text": text, "language": "zh-CN",
            "parameters": parameters}  # fmt: skip


def event(name: str, **more: Any) -> Json:
    return {**_new(), "type": "event", "name": name, "language": "zh-CN", **more}


def _new() -> Json:
    return {"id": str(uuid.uuid4()), "timestamp": stamp()}


def stamp() -> str:
    return "2026-11-21T12:00:00.000Z"


def texts(activity: Json) -> tuple[str, str | None]:
    return activity["type"], activity.get("text")


def well_formed(activity: Any) -> None:
    """Raises `Broken` naming what is wrong with something the bot says."""
    demand(isinstance(activity, dict), f"{activity!r}: is no object")
    demand(isinstance(activity.get("id"), str) and activity["id"], "id: is missing")
    at = activity.get("timestamp")
    try:
        demand(str(at).endswith("Z"), f"timestamp: {at!r} is not UTC")
        datetime.fromisoformat(str(at))
    except ValueError:
        raise Broken(f"timestamp: {at!r}") from None
    kind = activity.get("type")
    demand(kind in ("message", "event"), f"type: {kind!r}")
    if kind == "message":
        text = activity.get("text")
        demand(isinstance(text, str) and text.strip(), "text: a message says nothing")
    else:
        demand(activity.get("name") in _EVENTS, f"name: {activity.get('name')!r}")
    for name in ("activityParams", "sessionParams"):
        demand(isinstance(activity.get(name, {}), dict), f"{name}: is no object")


def steps(client: Client) -> list[Callable[[], Awaitable[None]]]:
    return [
        client.probe,
        client.probe_needs_the_token,
        client.create_needs_the_token,
        client.create,
        client.start,
        client.message,
        client.a_repeated_activity_is_not_handled_again,
        client.keys,
        client.silence,
        client.two_activities_at_once,
        client.keep_alive,
        client.activities_need_the_token,
        client.an_unknown_call_is_not_found,
        client.disconnect,
        client.afterwards_it_is_not_found,
    ]


async def check(url: str, token: str) -> list[Step]:
    """Every step, also after one that failed: what depends on it fails with its own words."""
    done: list[Step] = []
    async with aiohttp.ClientSession() as session:
        for step in steps(Client(session, url, token)):
            name = getattr(step, "__name__", "").replace("_", " ")
            try:
                await step()
            except (
                Broken,
                aiohttp.ClientError,
                TimeoutError,
                LookupError,
                AttributeError,
            ) as error:
                done.append(Step(name, f"{type(error).__name__}: {error}"))
            else:
                done.append(Step(name))
    return done


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.conformance.audiocodes")
    parser.add_argument("url", help="the bot's address")
    parser.add_argument("token")
    given = parser.parse_args()
    done = asyncio.run(check(given.url, given.token))
    for step in done:
        print(f"{'pass' if step.problem is None else 'FAIL'}  {step.name}  {step.problem or ''}")
    failed = sum(step.problem is not None for step in done)
    print(f"{len(done) - failed} of {len(done)} steps")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
