"""A whole installation for a test: `xiaotong up` in a folder of its own, on free ports."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from desk.policies import load_yaml
from desk.settings import ROOT

READY_SECONDS = 240
STAFF = load_yaml(ROOT / "data" / "demo" / "operator.yml")["agents"]
PARTS = ("rasa", "actions", "gateway", "console", "api")


def free_ports(number: int) -> list[int]:
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(number)]
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


class Installation:
    """Starts, stops and kills the real processes; knows where they listen."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        self.ports = dict(zip(PARTS, free_ports(len(PARTS)), strict=True))
        self.settings = settings
        self.passwords: dict[str, str] = {}
        self.foreign_port = 0
        self.log = folder / "up.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def gateway(self) -> str:
        return f"http://127.0.0.1:{self.ports['gateway']}"

    @property
    def console(self) -> str:
        return f"http://127.0.0.1:{self.ports['console']}"

    def start(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        with self.log.open("wb") as out:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "xiaotong", "up"],
                cwd=ROOT,
                env=self._environment(),
                stdout=out,
                stderr=out,
                stdin=subprocess.DEVNULL,
            )
        self._wait_until_ready()
        if "已载入演示客户" in self.said():
            # They are printed one by one, after the line that says it is ready.
            wait_for(lambda: len(self._printed_passwords()) == len(STAFF), "the passwords")
        self.passwords.update(self._printed_passwords())

    def _printed_passwords(self) -> dict[str, str]:
        found = re.findall(r"^ {4}(\w+) +(\d{3}(?:-\d{3}){3})$", self.said(), re.M)
        return dict(found)

    def _environment(self) -> dict[str, str]:
        ports = {f"XIAOTONG_{name.upper()}_PORT": str(port) for name, port in self.ports.items()}
        own = {
            "XIAOTONG_DATA_DIR": str(self.folder),
            "XIAOTONG_SECRETS_FILE": str(self.folder / "secrets.toml"),
        }
        return {**os.environ, **ports, **own, **self.settings, "COLUMNS": "200"}

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while "小通已就绪" not in self.said():
            assert self._process is not None
            assert self._process.poll() is None, f"did not start:\n{self.said()}"
            assert time.monotonic() < deadline, f"not ready:\n{self.said()}"
            time.sleep(0.2)

    def said(self) -> str:
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def stop(self) -> int:
        assert self._process is not None
        self._process.send_signal(signal.SIGINT)
        return self._process.wait(timeout=60)

    def kill(self, part: str) -> None:
        """kill -9, as a crash or the kernel would do it."""
        pid = self.pid(part)
        os.kill(pid, signal.SIGKILL)

    def pid(self, part: str) -> int:
        return int((self.folder / "run" / f"{part}.pid").read_text())

    def wait_for_restart(self, part: str, killed: int) -> None:
        wait_for(lambda: self.pid(part) != killed and self._answers(part), f"{part} is back", 120)

    def _answers(self, part: str) -> bool:
        path = "/webhooks/gateway/" if part == "rasa" else "/health"
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.ports[part]}{path}", timeout=5):
                return True
        except OSError:
            return False

    def sms_codes(self, phone: str) -> list[str]:
        """All codes sent to a phone so far, from the gateway's development log."""
        log = (self.folder / "logs" / "gateway.log").read_text(errors="replace")
        text = f"development SMS to {phone}"
        sent = [line for line in log.splitlines() if text in line and "验证码" in line]
        return [re.findall(r"\b\d{6}\b", line)[-1] for line in sent]

    def sms_code(self, phone: str, after: int = 0) -> str:
        """The newest code sent to a phone, once there are more than `after`: a reply that says so
        comes before the message does."""

        def newest() -> str | None:
            codes = self.sms_codes(phone)
            return codes[-1] if len(codes) > after else None

        code = wait_for(newest, f"an SMS to {phone}", 15)
        assert isinstance(code, str)
        return code


def wait_for(condition: Any, what: str, seconds: float = 20) -> Any:
    """Poll until `condition()` is true and return it; fails naming `what`."""
    deadline = time.monotonic() + seconds
    while True:
        found = condition()
        if found:
            return found
        assert time.monotonic() < deadline, f"waited {seconds} s for: {what}"
        time.sleep(0.1)


@dataclass
class RestCustomer:
    """Any Rasa REST client: one POST a message, the replies in the answer."""

    installation: Installation
    sender: str
    numbers: "count[int]" = field(default_factory=lambda: count(1))
    last_id: int = 0

    def says(self, text: str, message_id: str | None = None) -> str:
        """All that is answered to one message, as one text."""
        entries = self.post(text, message_id or f"{self.sender}-{next(self.numbers)}")
        return "\n".join(entry.get("text", "") for entry in entries)

    def post(self, text: str, message_id: str) -> list[dict[str, Any]]:
        body = {"sender": self.sender, "message": text, "message_id": message_id}
        request = urllib.request.Request(
            f"{self.installation.gateway}/webhooks/rest/webhook",
            json.dumps(body).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=100) as response:
            answer: list[dict[str, Any]] = json.load(response)
            return answer

    def insists(self, text: str, message_id: str) -> str:
        """Send until it is acknowledged, as a client must; the id makes that harmless."""

        def attempt() -> list[str] | None:
            try:
                return [entry.get("text", "") for entry in self.post(text, message_id)]
            except (OSError, urllib.error.HTTPError, json.JSONDecodeError):
                return None

        deadline = time.monotonic() + 120
        while (entries := attempt()) is None:
            assert time.monotonic() < deadline, f"never acknowledged: {text}"
            time.sleep(0.3)
        return "\n".join(entries)

    def hears(self) -> list[str]:
        """What was said since the last look (a person's words come this way)."""
        url = f"{self.installation.gateway}/webhooks/rest/messages"
        query = f"?sender={self.sender}&after={self.last_id}"
        with urllib.request.urlopen(url + query, timeout=30) as response:
            answer = json.load(response)
        self.last_id = answer["last_id"]
        return [entry.get("text", "") for entry in answer["messages"]]
