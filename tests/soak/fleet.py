"""All processes of an installation, for soak tests: killed at will, started again at once.

`xiaotong up` waits longer before each restart of a part that keeps dying; here dying is the test.
"""

import asyncio
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import aiohttp

from desk.settings import ROOT, Settings, load_secrets
from tests.journeys.installation import free_ports
from xiaotong.parts import Part, environment, parts
from xiaotong.supervisor import is_ready
from xiaotong.up import prepare_database, prepare_knowledge, train

_READY_SECONDS = 120.0
_POLL_SECONDS = 0.1


class Fleet:
    def __init__(self, folder: Path, database_url: str = "") -> None:
        rasa, actions, gateway, console, api = free_ports(5)
        self.settings = Settings(
            data_dir=folder,
            secrets_file=folder / "secrets.toml",
            database_url=database_url,
            rasa_port=rasa,
            actions_port=actions,
            gateway_port=gateway,
            console_port=console,
            api_port=api,
            messages_per_minute=100_000,
        )
        self.parts = {part.name: part for part in parts(self.settings)}
        self.longest: dict[str, float] = dict.fromkeys(self.parts, 0.0)
        self._children: dict[str, subprocess.Popen[bytes]] = {}

    @property
    def gateway(self) -> str:
        return self.parts["gateway"].url

    def start(self) -> None:
        """Database, model and articles first; the developer's own model when it fits."""
        folder = self.settings.data_dir
        for kept in ("models", "knowledge"):
            if (ROOT / "var" / kept).exists():
                shutil.copytree(ROOT / "var" / kept, folder / kept)
        prepare_database(self.settings)
        train(self.settings)
        prepare_knowledge(self.settings)
        for name in self.parts:
            self._start(name)
        for name in self.parts:
            self.wait_until_ready(name)

    def _start(self, name: str) -> None:
        settings = self.settings
        own = {
            f"XIAOTONG_{key.upper()}": str(getattr(settings, key))
            for key in settings.model_fields_set
            if key != "data_dir"
        }
        with (settings.data_dir / f"{name}.log").open("ab") as log:
            self._children[name] = subprocess.Popen(
                self.parts[name].command,
                cwd=ROOT,
                env={**environment(settings, load_secrets(settings)), **own},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self, name: str) -> None:
        """kill -9, then started again; remembers how long it took to be ready."""
        self._children[name].send_signal(signal.SIGKILL)
        self._children[name].wait()
        started = time.monotonic()
        self._start(name)
        self.wait_until_ready(name)
        self.longest[name] = max(self.longest[name], time.monotonic() - started)

    def wait_until_ready(self, name: str) -> None:
        deadline = time.monotonic() + _READY_SECONDS
        while not asyncio.run(_answers(self.parts[name])):
            if time.monotonic() > deadline:
                raise TimeoutError(f"{name} is not ready, see {self.settings.data_dir}/{name}.log")
            time.sleep(_POLL_SECONDS)

    def stop(self) -> None:
        for child in self._children.values():
            if child.poll() is None:
                os.killpg(child.pid, signal.SIGTERM)
        for child in self._children.values():
            try:
                child.wait(timeout=10)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


async def _answers(part: Part) -> bool:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session:
        return await is_ready(session, part)
