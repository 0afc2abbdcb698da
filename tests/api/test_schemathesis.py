"""The real process against what nobody thought of: schemathesis with all its checks."""

import asyncio
import os
import shutil
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from desk.model.tickets import Scope
from desk.settings import ROOT
from tests.conftest import Moment, open_desk_at
from tests.waiting import until

SCHEMATHESIS = Path(sys.executable).parent / "schemathesis"
OPTIONS = "--checks all --max-examples 4 --seed 1 --no-shrink --no-color --workers 2".split()


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


async def is_up(url: str) -> bool:
    try:
        async with aiohttp.ClientSession() as http, http.get(f"{url}/health") as response:
            return response.status == 200
    except aiohttp.ClientError:
        return False


@pytest.fixture
async def process(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[tuple[str, Path]]:
    """`python -m api` on a desk of its own: its address and its log."""
    shutil.copy(sqlite_template, tmp_path / "xiaotong.db")
    port, log = free_port(), tmp_path / "api.log"
    kept = {k: v for k, v in os.environ.items() if not k.startswith("XIAOTONG_")}
    own = {
        "XIAOTONG_DATA_DIR": str(tmp_path),
        "XIAOTONG_SECRETS_FILE": str(tmp_path / "secrets.toml"),
        "XIAOTONG_API_PORT": str(port),
    }
    with log.open("w") as file:
        started = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "api", cwd=ROOT, env={**kept, **own}, stdout=file, stderr=file
        )
    url = f"http://127.0.0.1:{port}"
    await until(lambda: is_up(url))
    yield url, log
    started.terminate()
    await started.wait()


@pytest.mark.timeout(180)
async def test_no_server_error_no_schema_break_no_way_round_the_key(
    process: tuple[str, Path], tmp_path: Path, moment: Moment
) -> None:
    url, log = process
    desk = open_desk_at(f"sqlite:///{tmp_path / 'xiaotong.db'}", tmp_path, moment)
    key = desk.api_keys.create("fuzz", frozenset(Scope), per_minute=1_000_000)
    desk.close()
    authorization = ["-H", f"Authorization: Bearer {key}"]
    run = await asyncio.create_subprocess_exec(
        *map(str, (SCHEMATHESIS, "run", f"{url}/openapi.json", *authorization, *OPTIONS)),
        cwd=tmp_path,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    told, _ = await run.communicate()
    assert run.returncode == 0, told.decode()[-6000:]
    assert b"Tested: 8" in told
    assert "internal" not in log.read_text()
