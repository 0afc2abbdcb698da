"""The action server: what Rasa calls to get something done.

rasa-sdk's own server has no authentication, allows every origin, answers errors with the whole
tracker and inflates without bounds; so only its executor is used, behind these forty lines.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import threading
from typing import Any

from aiohttp import web
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection, ActionNotFoundException

logger = logging.getLogger(__name__)

MAX_BODY = 1024 * 1024
DEADLINE_SECONDS = 8.0

EXECUTOR = web.AppKey("executor", ActionExecutor)
TOKEN = web.AppKey("token", str)
DEADLINE = web.AppKey("deadline", float)
WARM = web.AppKey("warm", threading.Event)


def build_app(
    executor: ActionExecutor,
    token: str,
    deadline: float = DEADLINE_SECONDS,
    warm: threading.Event | None = None,
) -> web.Application:
    """The aiohttp application around an executor; it says ready once `warm` is set."""
    app = web.Application(client_max_size=MAX_BODY)
    app[EXECUTOR], app[TOKEN], app[DEADLINE] = executor, token, deadline
    if warm is not None:
        app[WARM] = warm
    app.router.add_post("/webhook", run_action)
    app.router.add_get("/health", report_health)
    return app


async def report_health(request: web.Request) -> web.Response:
    """Say that the server is up and which actions it knows."""
    warm = request.app.get(WARM)
    if warm is not None and not warm.is_set():
        # Calls are served already, only a question to the knowledge base would have to wait.
        return _error(503, "warming", "the knowledge base is being read")
    names = sorted(action.name for action in request.app[EXECUTOR].list_actions())
    return web.json_response({"status": "ok", "actions": names})


async def run_action(request: web.Request) -> web.Response:
    """Run one action for Rasa. Every error has a short JSON body that never repeats the tracker."""
    given = request.headers.get("Authorization", "").encode()
    if not hmac.compare_digest(given, f"Bearer {request.app[TOKEN]}".encode()):
        return _error(401, "unauthorized", "missing or wrong token")
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        return _error(415, "unsupported_encoding", "compressed bodies are not accepted")
    try:
        call = _checked_call(await request.read())
    except web.HTTPRequestEntityTooLarge:
        return _error(413, "too_large", f"the body may have {MAX_BODY} bytes at most")
    except (ValueError, RecursionError) as error:
        reason = "not JSON" if not isinstance(error, BadCall) else str(error)
        return _error(400, "bad_request", reason, action_name="")
    return await _run(request.app, call)


class BadCall(ValueError):
    """The call has the wrong shape; the message names the field."""


def _checked_call(body: bytes) -> dict[str, Any]:
    call = json.loads(body)
    if not isinstance(call, dict) or not isinstance(call.get("next_action"), str):
        raise BadCall("next_action: a string was expected")
    tracker = call.get("tracker")
    if not isinstance(tracker, dict) or not isinstance(tracker.get("sender_id"), str):
        raise BadCall("tracker.sender_id: a string was expected")
    for field, kind in (("slots", dict), ("latest_message", dict), ("events", list)):
        if not isinstance(tracker.get(field, kind()), kind):
            raise BadCall(f"tracker.{field}: a {kind.__name__} was expected")
    call.setdefault("domain", {})  # the executor insists on one; no action of ours reads it
    return call


async def _run(app: web.Application, call: dict[str, Any]) -> web.Response:
    name = call["next_action"]
    try:
        async with asyncio.timeout(app[DEADLINE]):
            result = await app[EXECUTOR].run(call)
    except ActionExecutionRejection as rejection:
        # Rasa's protocol: 400 with these two keys means "not mine, ask the rules".
        body = {"action_name": rejection.action_name, "error": rejection.message}
        return web.json_response(body, status=400)
    except ActionNotFoundException:
        return _error(404, "unknown_action", f"no action {name[:80]}")
    except TimeoutError:
        logger.error("action=%s deadline of %.0f s missed", name, app[DEADLINE])
        return _error(504, "deadline", "the action took too long")
    except Exception:
        logger.exception("action=%s failed", name)
        return _error(500, "action_failed", "the action failed; see the log")
    return web.json_response(result.model_dump() if result else {"events": [], "responses": []})


def _error(status: int, code: str, message: str, **more: str) -> web.Response:
    return web.json_response({"error": {"code": code, "message": message}, **more}, status=status)
