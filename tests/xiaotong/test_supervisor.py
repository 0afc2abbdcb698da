"""The supervisor with real child processes: ready, crashed, stopped, left over."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from desk.settings import Settings
from tests.waiting import until
from xiaotong import preflight, supervisor
from xiaotong.parts import Part
from xiaotong.preflight import CannotStart, check_ports, hold_installation, stop_leftovers
from xiaotong.supervisor import PartFailed, Supervisor

CHILD = str(Path(__file__).parent / "child.py")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def part(name: str, manner: str = "") -> Part:
    port = free_port()
    command = (sys.executable, CHILD, str(port), manner)
    return Part(name, f"部分{name}", command, port, "/health", f"http://127.0.0.1:{port}")


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


class Watched:
    """A supervisor under test; `stop` is what Ctrl-C and `kill` do."""

    def __init__(self, folder: Path, *parts: Part) -> None:
        self.said: list[str] = []
        self.run_folder = folder / "run"
        self.run_folder.mkdir(exist_ok=True)
        self.ready = asyncio.Event()
        self.supervisor = Supervisor(
            parts, dict(os.environ), folder / "logs", self.run_folder, self.said.append
        )
        self.task = asyncio.create_task(self.supervisor.run(self.ready.set))

    def pid(self, name: str) -> int:
        return int((self.run_folder / f"{name}.pid").read_text())

    async def stop(self) -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        async with asyncio.timeout(60):
            await self.task


@pytest.fixture(autouse=True)
def handlers_put_back() -> object:
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)
    return None


async def test_all_parts_are_ready_before_it_says_so_and_gone_after_stop(tmp_path: Path) -> None:
    watched = Watched(tmp_path, part("a"), part("b"))
    async with asyncio.timeout(60):
        await watched.ready.wait()
    assert sorted(text.split("（")[0].strip() for text in watched.said) == ["部分a", "部分b"]
    pids = [watched.pid("a"), watched.pid("b")]
    assert all(map(alive, pids))
    await watched.stop()
    assert not any(map(alive, pids))
    assert list(watched.run_folder.iterdir()) == []


async def test_a_crashed_part_is_started_again_and_it_is_said(tmp_path: Path) -> None:
    watched = Watched(tmp_path, part("a"), part("b"))
    async with asyncio.timeout(60):
        await watched.ready.wait()
    first, other = watched.pid("a"), watched.pid("b")
    os.kill(first, signal.SIGKILL)
    await until(lambda: [text for text in watched.said if text.count("a）就绪")][1:], 60)
    assert [t for t in watched.said if t.startswith("!")] == [
        "! 部分a（a）意外退出（信号 SIGKILL），1 秒后重启"
    ]
    assert watched.pid("a") != first
    assert watched.pid("b") == other
    await watched.stop()
    assert not alive(other)


async def test_a_part_that_cannot_start_is_told_with_the_end_of_its_log(tmp_path: Path) -> None:
    watched = Watched(tmp_path, part("good"), part("bad", "fails"))
    with pytest.raises(PartFailed) as caught:
        async with asyncio.timeout(60):
            await watched.task
    told = str(caught.value)
    assert "部分bad（bad）启动后退出（代码 3）" in told
    assert "the reason is this" in told
    assert str(tmp_path / "logs" / "bad.log") in told
    assert not watched.ready.is_set()
    assert list(watched.run_folder.iterdir()) == []


async def test_a_part_that_never_answers_is_told_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "_READY_SECONDS", 0.5)
    watched = Watched(tmp_path, part("mute", "mute"))
    with pytest.raises(PartFailed, match="没有就绪"):
        async with asyncio.timeout(60):
            await watched.task


async def test_stopping_while_it_starts(tmp_path: Path) -> None:
    watched = Watched(tmp_path, part("mute", "mute"))
    await until((watched.run_folder / "mute.pid").exists)
    pid = watched.pid("mute")
    await watched.stop()
    assert not alive(pid)
    assert not watched.ready.is_set()


async def test_a_part_that_will_not_stop_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "_STOP_SECONDS", 0.3)
    watched = Watched(tmp_path, part("a", "stubborn"))
    async with asyncio.timeout(60):
        await watched.ready.wait()
    pid = watched.pid("a")
    await watched.stop()
    assert not alive(pid)


async def test_the_log_of_the_last_start_is_kept(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "a.log").write_text("yesterday")
    watched = Watched(tmp_path, part("a"))
    async with asyncio.timeout(60):
        await watched.ready.wait()
    await watched.stop()
    assert (tmp_path / "logs" / "a.previous.log").read_text() == "yesterday"


# -- before the first process ----------------------------------------------------------------------


def test_a_taken_port_is_named_with_its_setting() -> None:
    taken = part("gateway")
    with socket.socket() as squatter:
        squatter.bind(("127.0.0.1", taken.port))
        squatter.listen()
        with pytest.raises(CannotStart) as caught:
            check_ports((part("console"), taken), "127.0.0.1")
    told = str(caught.value)
    assert "\n" not in told
    assert f"端口 {taken.port}（部分gateway）" in told
    assert "XIAOTONG_GATEWAY_PORT=" in told
    check_ports((taken,), "127.0.0.1")


def test_one_installation_runs_once(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    with hold_installation(settings):
        with pytest.raises(CannotStart, match=f"已经在运行（进程 {os.getpid()}，"):
            hold_installation(settings)
        hold_installation(Settings(data_dir=tmp_path / "other")).close()
    hold_installation(settings).close()


def start_child(*arguments: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, CHILD, str(free_port()), "", *arguments])


@pytest.mark.parametrize("pid_file", ["own", "somebody else", "gone", "nonsense"])
def test_what_a_killed_supervisor_left_behind_is_stopped_and_nothing_else(
    tmp_path: Path, pid_file: str
) -> None:
    settings = Settings(data_dir=tmp_path)
    child = start_child(*(["-m", "gateway"] if pid_file == "own" else []))
    try:
        told = {"gone": "4194000", "nonsense": "x"}.get(pid_file, str(child.pid))
        file = preflight.run_folder(settings) / "gateway.pid"
        file.write_text(told)
        # Nobody waits for the orphan in real life: here the test must, or it stays a zombie.
        stopped = _reaping(child, settings)
        assert stopped == (["gateway"] if pid_file == "own" else [])
        assert (child.poll() is None) == (pid_file != "own")
        assert not file.exists()
    finally:
        child.kill()
        child.wait()


def _reaping(child: "subprocess.Popen[bytes]", settings: Settings) -> list[str]:
    import threading  # noqa: PLC0415

    reaper = threading.Thread(target=child.wait, daemon=True)
    reaper.start()
    try:
        return stop_leftovers(settings, (part("gateway"), part("console")))
    finally:
        reaper.join(0.5)
