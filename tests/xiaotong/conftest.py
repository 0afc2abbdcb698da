"""An installation of its own, and somebody who types commands."""

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

# A worker of pytest-xdist is told 80 columns, and consoles keep what they find when imported.
os.environ["COLUMNS"] = "200"

from xiaotong.cli import main  # noqa: E402

type Xiaotong = Callable[..., tuple[int, str]]


@pytest.fixture
def installation(tmp_path: Path, sqlite_template: Path) -> dict[str, str]:
    """The environment of a migrated, seeded installation of its own."""
    shutil.copy(sqlite_template, tmp_path / "xiaotong.db")
    kept = {k: v for k, v in os.environ.items() if not k.startswith("XIAOTONG_")}
    return {
        **kept,
        "XIAOTONG_DATA_DIR": str(tmp_path),
        "XIAOTONG_SECRETS_FILE": str(tmp_path / "secrets.toml"),
    }


@pytest.fixture
def xiaotong(
    installation: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Xiaotong:
    """Type a command: its exit code and what it printed, errors included."""

    def run(*arguments: str, **change: str) -> tuple[int, str]:
        for name in [name for name in os.environ if name.startswith("XIAOTONG_")]:
            monkeypatch.delenv(name)
        for name, value in {**installation, **change}.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["xiaotong", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        told = capsys.readouterr()
        return int(ended.value.code or 0), (told.out + told.err).strip()

    return run
