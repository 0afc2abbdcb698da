"""`python -m actions` as a process."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from tests.actions.conftest import open_desk

ROOT = Path(__file__).resolve().parents[2]


def start(folder, port):
    """The process with its settings in the environment, as the supervisor starts it."""
    plain = {k: v for k, v in os.environ.items() if not k.startswith("XIAOTONG_")}
    settings = {
        "XIAOTONG_DATA_DIR": str(folder),
        "XIAOTONG_SECRETS_FILE": str(folder / "secrets.toml"),
        "XIAOTONG_ACTIONS_PORT": str(port),
    }
    return subprocess.Popen(
        [sys.executable, "-m", "actions"],
        cwd=ROOT,
        env={**plain, **settings},
        stderr=subprocess.PIPE,
    )


def health(port):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2) as answer:
        return json.load(answer)


def test_refuses_a_database_without_tables(tmp_path):
    server = start(tmp_path, 1)
    _, err = server.communicate(timeout=30)
    assert server.returncode and b"Traceback" not in err


def test_serves_and_stops_on_sigterm(seeded_folder):
    # It is ready when it has read the knowledge base; the first reading takes long, so it is done.
    desk = open_desk(seeded_folder)
    desk.knowledge.warm()
    desk.close()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = start(seeded_folder, port)
    body = None
    for _ in range(600):
        try:
            body = health(port)
            break
        except (urllib.error.URLError, ConnectionError):
            assert server.poll() is None, "ended before it served"
            time.sleep(0.1)
    server.send_signal(signal.SIGTERM)
    server.communicate(timeout=15)
    assert body and body["status"] == "ok" and "action_request_human" in body["actions"]
    assert server.returncode == 0
