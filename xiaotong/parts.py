"""The processes of an installation: how each is started and when it is truly ready."""

import os
from dataclasses import dataclass
from pathlib import Path

from desk.settings import LOOPBACK, ROOT, Secrets, Settings, settings_file

RASA_PYTHON = ROOT / ".venv-rasa" / "bin" / "python"
APP_PYTHON = ROOT / ".venv" / "bin" / "python"
CANARY = ("宽带上不了网", "report_broadband_fault")


@dataclass(frozen=True)
class Part:
    """One process. `ready_path` answers 200 when it can do its work."""

    name: str
    label: str
    command: tuple[str, ...]
    port: int
    ready_path: str
    url: str
    is_rasa: bool = False


def model_file(settings: Settings) -> Path:
    return settings.data_dir / "models" / "current.tar.gz"


def parts(settings: Settings) -> tuple[Part, ...]:
    """In the order they are started; stopped in the opposite order."""
    python = str(APP_PYTHON)

    def module(name: str, label: str, port: int) -> Part:
        host = LOOPBACK if name == "actions" else settings.host
        url = f"http://{host}:{port}"
        return Part(name, label, (python, "-m", name), port, "/health", url)

    rasa = Part(
        name="rasa",
        label="对话模型",
        command=(
            str(RASA_PYTHON),
            "-m",
            "bot.server",
            "--model",
            str(model_file(settings)),
            "--host",
            LOOPBACK,
            "--port",
            str(settings.rasa_port),
        ),
        port=settings.rasa_port,
        ready_path="/webhooks/gateway/parse",
        url=settings.rasa_url,
        is_rasa=True,
    )
    return (
        rasa,
        module("actions", "业务动作", settings.actions_port),
        module("gateway", "客户入口（网页聊天、REST）", settings.gateway_port),
        module("console", "坐席工作台", settings.console_port),
        module("api", "系统接口", settings.api_port),
    )


def environment(settings: Settings, secrets: Secrets) -> dict[str, str]:
    """What the processes share; tokens are handed over here and written nowhere."""
    shared = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST")}
    shared.pop("VIRTUAL_ENV", None)
    if "XIAOTONG_SETTINGS" in shared:
        shared["XIAOTONG_SETTINGS"] = str(settings_file().resolve())
    return {
        **shared,
        "PYTHONUNBUFFERED": "1",
        "PYTHONPATH": str(ROOT),
        "RASA_TELEMETRY_ENABLED": "false",
        "OMP_NUM_THREADS": "1",
        # Absolute: the parts run in the repository, wherever the command was typed.
        "XIAOTONG_DATA_DIR": str(settings.data_dir.resolve()),
        "XIAOTONG_ACTIONS_URL": settings.actions_url,
        "XIAOTONG_TRACKER_URL": settings.rasa_tracker_url,
        "XIAOTONG_RASA_TOKEN": secrets.rasa_token.get_secret_value(),
        "XIAOTONG_ACTIONS_TOKEN": secrets.actions_token.get_secret_value(),
    }
