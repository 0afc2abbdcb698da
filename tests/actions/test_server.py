"""The action server: token, limits, deadline, and errors that say nothing about the customer."""

import asyncio
import io
import json
import threading

import pytest
from aiohttp.test_utils import TestClient, TestServer
from rasa_sdk import Action
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection

from actions.server import MAX_BODY, build_app

AUTH = {"Authorization": "Bearer t"}
SECRET = "13800138000"
TRACKER = {"sender_id": "c-1", "slots": {"phone": SECRET}, "latest_message": {}, "events": []}


class Probe(Action):
    def __init__(self, name, effect):
        self._name, self._effect = name, effect

    def name(self):
        return self._name

    async def run(self, dispatcher, tracker, domain):
        await self._effect(dispatcher, tracker)
        return []


async def _answer(dispatcher, tracker):
    dispatcher.utter_message(text="好")


async def _crash(dispatcher, tracker):
    raise RuntimeError(f"broken for {tracker.slots}")


async def _reject(dispatcher, tracker):
    raise ActionExecutionRejection("action_reject", "not mine")


async def _hang(dispatcher, tracker):
    await asyncio.sleep(5)


@pytest.fixture
async def client():
    executor = ActionExecutor()
    for effect in (_answer, _crash, _reject, _hang):
        executor.register_action(Probe("action" + effect.__name__, effect))
    async with TestClient(TestServer(build_app(executor, "t", deadline=0.2))) as opened:
        yield opened


def call(action, **changes):
    return {"next_action": action, "sender_id": "c-1", "tracker": TRACKER, **changes}


async def test_ready_only_when_the_knowledge_base_was_read():
    warm = threading.Event()
    app = build_app(ActionExecutor(), "t", warm=warm)
    async with TestClient(TestServer(app)) as opened:
        assert (await opened.get("/health")).status == 503
        warm.set()
        assert (await opened.get("/health")).status == 200


async def test_health_lists_the_actions(client):
    body = await (await client.get("/health")).json()
    assert body["status"] == "ok" and "action_answer" in body["actions"]


async def test_an_action_runs_without_a_domain(client):
    answer = await client.post("/webhook", json=call("action_answer"), headers=AUTH)
    body = await answer.json()
    assert answer.status == 200 and body["responses"][0]["text"] == "好" and body["events"] == []


@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer x"}, {"Authorization": "t"}])
async def test_token_is_needed(client, header):
    assert (await client.post("/webhook", json=call("action_answer"), headers=header)).status == 401


async def test_rejection_is_rasas_400(client):
    answer = await client.post("/webhook", json=call("action_reject"), headers=AUTH)
    assert answer.status == 400 and (await answer.json())["action_name"] == "action_reject"


@pytest.mark.parametrize(
    ("action", "status"), [("action_crash", 500), ("action_hang", 504), ("action_none", 404)]
)
async def test_failures_have_a_status_and_no_tracker(client, action, status):
    answer = await client.post("/webhook", json=call(action), headers=AUTH)
    text = await answer.text()
    assert answer.status == status and SECRET not in text and len(text) < 200


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"\xff",
        b"[" * 100_000,
        json.dumps({"next_action": 5, "tracker": TRACKER}).encode(),
        json.dumps({"next_action": "action_answer"}).encode(),
        json.dumps({"next_action": "action_answer", "tracker": []}).encode(),
        json.dumps(call("action_answer", tracker={**TRACKER, "slots": []})).encode(),
        json.dumps(call("action_answer", tracker={**TRACKER, "events": {}})).encode(),
    ],
)
async def test_malformed_calls(client, body):
    answer = await client.post("/webhook", data=body, headers=AUTH)
    assert answer.status == 400 and SECRET not in await answer.text()
    # Rasa takes a 400 for a rejection only with an action's name in it; ours must not look so.
    assert not (await answer.json()).get("action_name")


async def test_large_body(client):
    answer = await client.post("/webhook", data=io.BytesIO(b"x" * (MAX_BODY + 1)), headers=AUTH)
    assert answer.status == 413


async def test_compressed_bodies_are_not_inflated(client):
    headers = {**AUTH, "Content-Encoding": "gzip"}
    answer = await client.post("/webhook", data=b"\x1f\x8b" + b"0" * 100, headers=headers)
    assert answer.status in (400, 415)


async def test_no_origin_is_allowed(client):
    answer = await client.post(
        "/webhook", json=call("action_answer"), headers={**AUTH, "Origin": "http://evil"}
    )
    assert "Access-Control-Allow-Origin" not in answer.headers
