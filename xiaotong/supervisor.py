"""Starts the processes, waits until each is truly ready, restarts what crashes, stops it all."""

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path

import aiohttp

from desk.settings import ROOT
from xiaotong.parts import CANARY, Part

_READY_SECONDS = 120.0
_POLL_SECONDS = 0.2
_STOP_SECONDS = 10.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 30.0
_STABLE_SECONDS = 60.0
_TICK_SECONDS = 5.0
_TAIL_LINES = 8


class PartFailed(Exception):
    """A part did not become ready; the text names it and shows the end of its log."""


class Supervisor:
    """Owns the child processes. `say` prints one line of progress."""

    def __init__(
        self,
        parts: tuple[Part, ...],
        environment: dict[str, str],
        logs: Path,
        run_folder: Path,
        say: Callable[[str], None],
    ) -> None:
        self._parts, self._environment = parts, environment
        self._logs, self._run, self._say = logs, run_folder, say
        self._children: dict[str, asyncio.subprocess.Process] = {}
        self._stopping = asyncio.Event()

    async def run(self, on_ready: Callable[[], None]) -> None:
        """Until told to stop; raises `PartFailed` when the first start does not succeed."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._stopping.set)
        self._logs.mkdir(parents=True, exist_ok=True)
        watchers: list[asyncio.Task[None]] = []
        try:
            if await self._start_all():
                on_ready()
                watchers = [asyncio.create_task(self._watch(part)) for part in self._parts]
                await self._stopping.wait()
        finally:
            for watcher in watchers:
                watcher.cancel()
            await self._stop_all()

    async def _start(self, part: Part) -> None:
        with self._log(part).open("ab") as out:
            child = await asyncio.create_subprocess_exec(
                *part.command,
                cwd=ROOT,
                env=self._environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                # Its own session: Ctrl-C reaches us only, we stop the parts in order.
                start_new_session=True,
            )
        self._children[part.name] = child
        (self._run / f"{part.name}.pid").write_text(str(child.pid))

    async def _start_all(self) -> bool:
        """True when all parts are ready; False when told to stop meanwhile."""
        # No more at once than there are cores: starting is computing, and the slowest part (the
        # model, first in the list) is ready sooner when the others do not crowd it.
        slots = asyncio.Semaphore(os.cpu_count() or 1)
        waiting = [asyncio.create_task(self._first_start(part, slots)) for part in self._parts]
        stop = asyncio.create_task(self._stopping.wait())
        try:
            pending: set[asyncio.Task[object]] = {*waiting, stop}
            started = time.monotonic()
            while pending != {stop}:
                done, pending = await asyncio.wait(
                    pending, timeout=_TICK_SECONDS, return_when=asyncio.FIRST_COMPLETED
                )
                if not done:
                    self._say(f"    启动中：已用 {time.monotonic() - started:.0f} 秒")
                if stop in done:
                    return False
                for task in done:
                    task.result()
            return True
        finally:
            for task in (*waiting, stop):
                task.cancel()

    async def _first_start(self, part: Part, slots: asyncio.Semaphore) -> None:
        async with slots:
            self._keep_previous_log(part)
            await self._start(part)
            await self._ready(part)

    async def _ready(self, part: Part) -> None:
        started = time.monotonic()
        child = self._children[part.name]
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session:
            while not await is_ready(session, part):
                if child.returncode is not None:
                    raise PartFailed(self._failure(part, f"启动后退出（代码 {child.returncode}）"))
                if time.monotonic() - started > _READY_SECONDS:
                    raise PartFailed(self._failure(part, f"{_READY_SECONDS:.0f} 秒内没有就绪"))
                await asyncio.sleep(_POLL_SECONDS)
        self._say(f"  {part.label}（{part.name}）就绪，{time.monotonic() - started:.1f} 秒")

    async def _watch(self, part: Part) -> None:
        """Start a crashed part again, ever slower when it keeps crashing, and say so."""
        pause = _FIRST_PAUSE
        while True:
            since = time.monotonic()
            code = await self._children[part.name].wait()
            if self._stopping.is_set():
                return
            stable = time.monotonic() - since > _STABLE_SECONDS
            pause = _FIRST_PAUSE if stable else min(pause * 2, _LONGEST_PAUSE)
            self._say(
                f"! {part.label}（{part.name}）意外退出（{_reason(code)}），{pause:.0f} 秒后重启"
            )
            await asyncio.sleep(pause)
            await self._start(part)
            try:
                await self._ready(part)
            except PartFailed as failure:
                self._say(f"! {failure}")

    async def _stop_all(self) -> None:
        for part in reversed(self._parts):
            child = self._children.get(part.name)
            if child is not None and child.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    child.terminate()
        for part in reversed(self._parts):
            child = self._children.get(part.name)
            if child is None:
                continue
            try:
                await asyncio.wait_for(child.wait(), _STOP_SECONDS)
            except TimeoutError:
                child.kill()
                await child.wait()
            (self._run / f"{part.name}.pid").unlink(missing_ok=True)

    def _keep_previous_log(self, part: Part) -> None:
        log = self._log(part)
        if log.exists():
            log.replace(log.with_suffix(".previous.log"))

    def _log(self, part: Part) -> Path:
        return self._logs / f"{part.name}.log"

    def _failure(self, part: Part, what: str) -> str:
        log = self._log(part)
        lines = log.read_text(errors="replace").strip().splitlines()[-_TAIL_LINES:]
        tail = "\n".join(f"    {line}" for line in lines)
        return f"{part.label}（{part.name}）{what}，日志 {log}：\n{tail}"


async def is_ready(session: aiohttp.ClientSession, part: Part) -> bool:
    """A real answer, not an open port; the model must understand the canary sentence."""
    url = f"{part.url}{part.ready_path}"
    try:
        if not part.is_rasa:
            async with session.get(url) as response:
                return response.status == HTTPStatus.OK
        sentence, intent = CANARY
        async with session.post(url, json={"text": sentence}) as response:
            if response.status != HTTPStatus.OK:
                return False
            body = await response.json()
            return bool(body["intent"]["name"] == intent)
    except (aiohttp.ClientError, TimeoutError, OSError):
        return False


def _reason(code: int) -> str:
    if code < 0:
        return f"信号 {signal.Signals(-code).name}"
    return f"代码 {code}"
