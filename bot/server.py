"""`python -m bot.server`: load the model, check it, serve the gateway's channel on loopback.

Neither Rasa's command line (8 s slower) nor its HTTP API nor its own webhooks are started: the
three routes of `bot/channel.py` are all there is.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import sys
import time
from pathlib import Path

from bot.signing import verify
from bot.without_tensorflow import serve_without_tensorflow

CANARIES: tuple[tuple[str, str], ...] = (
    ("宽带上不了网", "report_broadband_fault"),
    ("转人工", "request_human"),
    ("我要投诉", "file_complaint"),
    ("我还剩多少流量", "query_usage"),
    ("取消彩铃业务", "unsubscribe_service"),
    ("今天天气怎么样", "out_of_scope"),
)
MAX_BODY = 64 * 1024


def _settle_environment() -> None:
    """Before anything heavy is imported: one thread, no chatter, no telemetry."""
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    for name, value in (
        ("OMP_NUM_THREADS", "1"),
        ("TF_CPP_MIN_LOG_LEVEL", "3"),
        ("CUDA_VISIBLE_DEVICES", "-1"),
        ("SANIC_REQUEST_MAX_SIZE", str(MAX_BODY)),
    ):
        os.environ.setdefault(name, value)


def _settle_logs() -> None:
    import structlog  # noqa: PLC0415

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    # Rasa's pinned dependencies warn about each other for two screens at every start.
    logging.captureWarnings(True)
    logging.getLogger("py.warnings").setLevel(logging.ERROR)
    for name in ("rasa", "jieba", "sanic", "apscheduler", "matplotlib"):
        logging.getLogger(name).setLevel(logging.WARNING)
    # Rasa's structured debug lines carry message texts; they must not reach any log.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))


def check_canaries(dialogue: object) -> None:
    """Refuse a model that gets an everyday sentence wrong."""
    from rasa.core.channels.channel import UserMessage  # noqa: PLC0415

    for sentence, expected in CANARIES:
        parsed = asyncio.run(dialogue.parse_message(UserMessage(sentence)))  # type: ignore
        found = parsed["intent"]["name"]
        if found != expected:
            raise ValueError(f"canary {sentence}: {expected} expected, {found} found")


def main() -> int:
    """Command line; 2 with one clear line when the server must not start."""
    started = time.monotonic()
    parser = argparse.ArgumentParser(prog="python -m bot.server")
    parser.add_argument("--model", default="var/models/current.tar.gz")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=5005)
    options = parser.parse_args()
    missing = [
        name
        for name in ("XIAOTONG_RASA_TOKEN", "XIAOTONG_ACTIONS_TOKEN", "XIAOTONG_ACTIONS_URL")
        if not os.environ.get(name)
    ]
    if missing:
        return _refuse(f"{', '.join(missing)} not set")
    if not os.path.isfile(options.model):
        return _refuse(f"no model at {options.model}; run python -m bot.train")
    _settle_environment()
    _settle_logs()
    try:
        return serve(options.model, options.host, options.port, started)
    except Exception as error:
        logging.getLogger(__name__).debug("start failed", exc_info=True)
        return _refuse(f"{options.model}: {type(error).__name__}: {error}")


def serve(model: str, host: str, port: int, started: float) -> int:
    """Load everything and run until SIGTERM."""
    verify(Path(model))
    serve_without_tensorflow()
    # Imported late: the environment must be settled first, and --help must be quick.
    from sanic import Sanic  # noqa: PLC0415

    from bot.channel import GatewayChannel, mount  # noqa: PLC0415
    from bot.dialogue import ActionEndpoint, load_dialogue  # noqa: PLC0415
    from bot.tracker_store import ConversationMemory  # noqa: PLC0415

    memory = ConversationMemory(os.environ.get("XIAOTONG_TRACKER_URL", "sqlite:///var/tracker.db"))
    endpoint = ActionEndpoint(
        os.environ["XIAOTONG_ACTIONS_URL"], os.environ["XIAOTONG_ACTIONS_TOKEN"]
    )
    dialogue = load_dialogue(model, memory, endpoint)
    check_canaries(dialogue)
    app = Sanic("xiaotong_bot", configure_logging=False)
    app.config.REQUEST_MAX_SIZE = MAX_BODY + 1024
    app.config.FALLBACK_ERROR_FORMAT = "json"
    mount(app, GatewayChannel(dialogue, os.environ["XIAOTONG_RASA_TOKEN"]))

    @app.after_server_start
    async def _ready(*_: object) -> None:
        seconds = time.monotonic() - started
        print(f"bot ready on http://{host}:{port} after {seconds:.1f} s", flush=True)

    @app.before_server_stop
    async def _close(*_: object) -> None:
        await endpoint.close()
        memory.close()

    app.run(host=host, port=port, access_log=False, motd=False, debug=False)
    return 0


def _refuse(reason: str) -> int:
    print(f"bot not started: {reason}", file=sys.stderr, flush=True)
    return 2


if __name__ == "__main__":
    sys.exit(main())
