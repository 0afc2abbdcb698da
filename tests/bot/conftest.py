"""One model per fingerprint, one real desk with its action server, one bot server per session.

Everything here needs Rasa (Python 3.10); the app's own test run skips the folder.
"""

from __future__ import annotations

import fcntl
import importlib.util
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
APP_PYTHON = ROOT / ".venv" / "bin" / "python"

if importlib.util.find_spec("rasa") is None:
    collect_ignore_glob = ["*.py"]
else:
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"


def free_port() -> int:
    """A port nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_port(port: int, process: subprocess.Popen[bytes], seconds: float = 120) -> None:
    """Return once somebody listens; fail when the process ended instead."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"process ended with {process.returncode} before listening")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError(f"nothing listens on {port} after {seconds} s")


@pytest.fixture(scope="session")
def model() -> Path:
    """The trained model of the present data, kept between test runs."""
    import structlog  # noqa: PLC0415 - only in Rasa's environment

    from bot.data_check import check_data  # noqa: PLC0415
    from bot.train import fingerprint, train_model  # noqa: PLC0415

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    archive = ROOT / "var" / "test-cache" / fingerprint() / "model.tar.gz"
    archive.parent.mkdir(parents=True, exist_ok=True)
    # Several workers want it at once; one trains, the others wait.
    with (archive.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not archive.exists():
            check_data(ROOT)
            train_model(archive)
    return archive


@pytest.fixture(scope="session")
def desk_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real desk (SQLite, demo customers) with the real action server in its own process."""
    if not APP_PYTHON.exists():
        pytest.skip("the app's environment .venv is missing")
    port = free_port()
    environment = {k: v for k, v in os.environ.items() if not k.startswith("XIAOTONG_")}
    command = [APP_PYTHON, ROOT / "tests/bot/desk_process.py", "--port", str(port)]
    command += ["--dir", tmp_path_factory.mktemp("desk")]
    process = subprocess.Popen(
        [str(part) for part in command], cwd=ROOT, env={**environment, "PYTHONPATH": str(ROOT)}
    )
    try:
        wait_for_port(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture(scope="session")
def bot(model: Path, desk_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[object]:
    """The bot's channel, served in a thread of this process over HTTP."""
    from tests.bot.running import RunningBot  # noqa: PLC0415

    running = RunningBot(model, desk_url, tmp_path_factory.mktemp("memory") / "tracker.db")
    try:
        yield running
    finally:
        running.stop()
