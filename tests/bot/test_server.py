"""`python -m bot.server` as a process: starts, says ready, stops, and refuses clearly."""

import os
import shutil
import signal
import subprocess
import sys
import tarfile
import time

import pytest

from bot.signing import sign
from tests.bot.conftest import ROOT, free_port, wait_for_port
from tests.bot.running import ACTIONS_TOKEN, RASA_TOKEN, call

ENVIRONMENT = {
    **{k: v for k, v in os.environ.items() if not k.startswith("XIAOTONG_")},
    "XIAOTONG_RASA_TOKEN": "t",
    "XIAOTONG_ACTIONS_TOKEN": "a",
    "XIAOTONG_ACTIONS_URL": "http://127.0.0.1:9/webhook",
}


def start(model, tmp_path, port, **changes):
    environment = {
        **ENVIRONMENT,
        "XIAOTONG_TRACKER_URL": f"sqlite:///{tmp_path / 't.db'}",
        **changes,
    }
    command = [sys.executable, "-m", "bot.server", "--model", str(model), "--port", str(port)]
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_ready_serves_and_stops_on_sigterm(model, desk_url, tmp_path):
    port, began = free_port(), time.monotonic()
    tokens = {"XIAOTONG_ACTIONS_TOKEN": ACTIONS_TOKEN, "XIAOTONG_RASA_TOKEN": RASA_TOKEN}
    server = start(model, tmp_path, port, XIAOTONG_ACTIONS_URL=f"{desk_url}/webhook", **tokens)
    try:
        wait_for_port(port, server, 60)
        print(f"ready after {time.monotonic() - began:.1f} s")
        url = f"http://127.0.0.1:{port}/webhooks/gateway"
        assert call(f"{url}/")[0] == 200
        _, opened = call(f"{desk_url}/test/conversation", {})
        body = {"conversation_id": opened["conversation_id"], "message_id": "1", "text": "断网了"}
        status, answer = call(f"{url}/turn", body, {"Authorization": f"Bearer {RASA_TOKEN}"})
        # The greeting, sorry, why the phone number, the phone number.
        assert status == 200 and len(answer["replies"]) == 4
    finally:
        server.send_signal(signal.SIGTERM)
    out, err = server.communicate(timeout=15)
    assert server.returncode == 0 and "bot ready on" in out
    assert "Traceback" not in err and "宽带" not in err


def refusal(server):
    _, err = server.communicate(timeout=60)
    assert server.returncode == 2
    return err.strip().splitlines()[-1]


def test_refuses_without_tokens(model, tmp_path):
    line = refusal(start(model, tmp_path, free_port(), XIAOTONG_RASA_TOKEN=""))
    assert line == "bot not started: XIAOTONG_RASA_TOKEN not set"


def test_refuses_without_a_model(tmp_path):
    assert "no model at" in refusal(start(tmp_path / "none.tar.gz", tmp_path, free_port()))


@pytest.mark.parametrize("damage", ["no archive", "no weights"])
def test_refuses_a_damaged_model(model, tmp_path, damage):
    bad = tmp_path / "bad.tar.gz"
    if damage == "no archive":
        bad.write_bytes(model.read_bytes()[:5000])
    else:
        with tarfile.open(model) as old, tarfile.open(bad, "w:gz") as new:
            for member in old.getmembers():
                if not member.name.endswith("intent_weights.npz"):
                    new.addfile(member, old.extractfile(member) if member.isfile() else None)
    sign(bad)
    assert refusal(start(bad, tmp_path, free_port())).startswith("bot not started: ")


@pytest.mark.parametrize("damage", ["unsigned", "changed"])
def test_refuses_a_model_that_was_not_signed_here(model, tmp_path, damage):
    foreign = tmp_path / "foreign.tar.gz"
    shutil.copy(model, foreign)
    if damage == "changed":
        sign(foreign)
        with foreign.open("ab") as file:
            file.write(b"x")
    expected = "is missing" if damage == "unsigned" else "was changed after training"
    assert expected in refusal(start(foreign, tmp_path, free_port()))
