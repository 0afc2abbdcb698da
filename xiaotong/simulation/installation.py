"""A temporary installation for simulated customers, when none runs that they could talk to."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from desk.settings import ROOT, Settings
from xiaotong.parts import model_file
from xiaotong.preflight import CannotStart

_READY_SECONDS = 600
_STOP_SECONDS = 60
_POLL_SECONDS = 0.5
_PARTS = ("gateway", "console", "api", "rasa", "actions")
_READY = "小通已就绪"


def answers(settings: Settings) -> bool:
    """Whether a gateway listens where these settings say."""
    url = f"http://{settings.host}:{settings.gateway_port}/health"
    try:
        with urllib.request.urlopen(url, timeout=2) as response:
            return bool(response.status)
    except OSError:
        return False


@contextlib.contextmanager
def temporary(settings: Settings) -> Iterator[Settings]:
    """A whole installation in a folder of its own on free ports; gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="xiaotong-simulation-") as name:
        folder = Path(name)
        model = model_file(settings)
        if model.exists():
            # The trainer finds that nothing has changed.
            shutil.copytree(model.parent, folder / model.parent.relative_to(settings.data_dir))
        own = _settings(settings, folder)
        log = (folder / "up.log").open("wb")
        with log:
            process = subprocess.Popen(
                [sys.executable, "-m", "xiaotong", "up"],
                cwd=ROOT,
                env={**os.environ, **_environment(own)},
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
            )
            try:
                _wait(process, folder / "up.log")
                yield own
            finally:
                process.send_signal(signal.SIGINT)
                process.wait(timeout=_STOP_SECONDS)


def _settings(settings: Settings, folder: Path) -> Settings:
    probes = [socket.create_server((settings.host, 0)) for _ in _PARTS]
    ports = {f"{p}_port": s.getsockname()[1] for p, s in zip(_PARTS, probes, strict=True)}
    for probe in probes:
        probe.close()
    return settings.model_copy(
        update={
            **ports,
            "data_dir": folder,
            "secrets_file": folder / "secrets.toml",
            "database_url": "",
            "tracker_url": "",
            "mode": "development",
            "line_test_url": "",
            "sms_url": "",
        }
    )


def _environment(own: Settings) -> dict[str, str]:
    names = [f"{part}_port" for part in _PARTS] + ["data_dir", "secrets_file", "database_url"]
    names += ["tracker_url", "mode", "line_test_url", "sms_url"]
    return {f"XIAOTONG_{name.upper()}": str(getattr(own, name)) for name in names}


def _wait(process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + _READY_SECONDS
    while _READY not in log.read_text(errors="replace"):
        if process.poll() is not None:
            lines = log.read_text(errors="replace").strip().splitlines()
            raise CannotStart(f"临时环境没有启动：{lines[-1] if lines else '没有输出'}")
        if time.monotonic() > deadline:
            raise CannotStart("临时环境启动超时")
        time.sleep(_POLL_SECONDS)
