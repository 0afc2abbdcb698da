"""Everything that can be wrong before the first process starts, each told in one line."""

import contextlib
import fcntl
import os
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import IO

from desk.articles import load_library
from desk.model.errors import BadData
from desk.order_policies import load_order_policies
from desk.policies import load_policies
from desk.routing_policy import load_routing
from desk.settings import Settings
from desk.trees import load_trees
from xiaotong.parts import RASA_PYTHON, Part

_STOP_SECONDS = 10


class CannotStart(Exception):
    """One line for the user: what is wrong and what to do."""


def check_data() -> None:
    """Policies, diagnosis trees and knowledge articles can be read."""
    try:
        load_policies()
        load_order_policies()
        load_routing()
        load_trees()
        load_library()
    except BadData as error:
        raise CannotStart(f"数据文件有误：{error}") from None


def check_interpreter() -> None:
    if not RASA_PYTHON.exists():
        raise CannotStart(
            "缺少 Rasa 环境 .venv-rasa（Python 3.10）；请用 make run 启动，它会自动安装"
        )


def check_ports(parts: tuple[Part, ...], host: str) -> None:
    """Every port is free; the first taken one is named with the setting that moves it."""
    for part in parts:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, part.port))
            except OSError as error:
                raise CannotStart(
                    f"端口 {part.port}（{part.label}）不可用：{error.strerror}。"
                    f"请停掉占用它的程序，或换一个端口：XIAOTONG_{part.name.upper()}_PORT=…"
                ) from None


def run_folder(settings: Settings) -> Path:
    folder = settings.data_dir / "run"
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise CannotStart(
            f"数据目录 {settings.data_dir} 无法写入：{error.strerror}；换一个：XIAOTONG_DATA_DIR=…"
        ) from None
    return folder


def hold_installation(settings: Settings) -> IO[str]:
    """One installation runs once: two supervisors would fight over the same processes.

    The returned file holds the lock for as long as it is open, whatever ends the process.
    """
    file = (run_folder(settings) / "xiaotong.pid").open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        with file:
            file.seek(0)
            holder = file.read().strip()
        raise CannotStart(
            f"小通已经在运行（进程 {holder}，数据目录 {settings.data_dir}）"
        ) from None
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file


def stop_leftovers(settings: Settings, parts: tuple[Part, ...]) -> list[str]:
    """Processes of an earlier start whose supervisor was killed: stop them, return their names."""
    stopped = []
    files = (run_folder(settings) / f"{part.name}.pid" for part in parts)
    for file in filter(Path.exists, files):
        with contextlib.suppress(ValueError):
            pid = int(file.read_text())
            if _is_ours(pid, file.stem):
                _stop(pid)
                stopped.append(file.stem)
        file.unlink(missing_ok=True)
    return stopped


def _is_ours(pid: int, name: str) -> bool:
    """A process id may belong to somebody else by now: look at its command line."""
    return f"-m {'bot.server' if name == 'rasa' else name}" in _command_of(pid)


def _command_of(pid: int) -> str:
    """The command line of a running process; empty when there is none."""
    done = subprocess.run(
        ["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return done.stdout


def _stop(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + _STOP_SECONDS
        while time.monotonic() < deadline:
            os.kill(pid, 0)
            time.sleep(0.1)
        os.kill(pid, signal.SIGKILL)
