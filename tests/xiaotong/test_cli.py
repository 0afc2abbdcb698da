"""The command line: help in Chinese, mistakes in one line with exit code 2."""

import re
import shutil
import socket
import subprocess
import sys
from functools import partial
from pathlib import Path

import click
import pytest
import typer
from typer.testing import CliRunner

from desk import policies
from desk.settings import ROOT
from tests.xiaotong.conftest import Xiaotong
from xiaotong import preflight
from xiaotong.cli import app
from xiaotong.preflight import CannotStart

LEVELS = ("--policy", str(ROOT / "data/policies/service_levels/2026-01-01.yml"))
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def commands(group: click.Command, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    found = [path]
    for name, command in getattr(group, "commands", {}).items():
        found += commands(command, (*path, name))
    return found


COMMANDS = commands(typer.main.get_command(app))


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_command_explains_itself_in_chinese(path: tuple[str, ...]) -> None:
    done = CliRunner().invoke(app, [*path, "--help"])
    assert done.exit_code == 0
    described = done.output.split("Usage:")[1].splitlines()[1:]
    assert CHINESE.search("".join(described))


def test_the_promised_commands_are_there() -> None:
    assert {" ".join(path) for path in COMMANDS} >= {
        "up",
        "train",
        "check",
        "test",
        "bench",
        "simulate",
        "nlu-eval",
        "settings",
        "db migrate",
        "db move",
        "retention run",
        "api-keys create",
        "api-keys list",
        "api-keys revoke",
        "api-keys callbacks",
        "db seed",
        "db status",
        "agents list",
        "agents add",
        "agents password",
        "orders list",
        "orders show",
        "orders move",
        "line fault",
        "sla check",
        "sla explain",
        "sla replay",
        "sla recompute",
        "timers dead",
        "timers retry",
    }


@pytest.mark.parametrize(
    ("change", "arguments", "told"),
    [
        ({"XIAOTONG_GATEWAYPORT": "1"}, ["settings"], "XIAOTONG_GATEWAYPORT"),
        ({"XIAOTONG_GATEWAY_PORT": "x"}, ["settings"], "gateway_port"),
        ({"XIAOTONG_TIMEZONE": "Mars"}, ["db", "status"], "timezone"),
        ({"XIAOTONG_DATABASE_URL": "nonsense"}, ["db", "status"], "database_url"),
        ({"XIAOTONG_DATABASE_URL": "sqlite://"}, ["db", "status"], "xiaotong db migrate"),
        (
            {"XIAOTONG_DATABASE_URL": "postgresql+psycopg://nobody:geheim@127.0.0.1:1/none"},
            ["db", "status"],
            "",
        ),
        ({}, ["orders", "show", "BX261121000000"], "没有工单 BX261121000000"),
        ({}, ["orders", "move", "BX261121000000", "closed"], "没有工单"),
        ({}, ["sla", "explain", "BX261121000000"], "没有工单 BX261121000000"),
        ({}, ["sla", "check", "nowhere.yml"], "nowhere.yml: file: is missing"),
        ({}, ["sla", "recompute", "--policy", "1999"], "没有时限版本 1999，现有：2026-01-01"),
        (
            {},
            [
                "sla",
                "replay",
                *LEVELS,
                "--from",
                "2026-11-02",
                "--to",
                "2026-11-01",
            ],
            "--to 2026-11-01 早于 --from 2026-11-02",
        ),
        ({}, ["timers", "retry", "7"], "没有编号 7"),
        ({}, ["line", "fault", "PON-9999", "none"], "没有线路 PON-9999"),
        ({}, ["line", "fault", "PON-0101", "mice"], "没有故障类型 mice"),
        ({}, ["agents", "password", "nobody"], "没有用户名为 nobody 的坐席"),
        ({}, ["agents", "add", "lixiao", "李晓"], "用户名 lixiao 已存在"),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_2(
    xiaotong: Xiaotong, change: dict[str, str], arguments: list[str], told: str
) -> None:
    code, output = xiaotong(*arguments, **change)
    assert code == 2, output
    assert output.startswith("✗ ")
    assert "\n" not in output
    assert told in output
    assert "geheim" not in output


def test_orders_and_agents_from_the_command_line(xiaotong: Xiaotong) -> None:
    for arguments, told in (
        (("agents", "list"), "李晓"),
        (("orders", "list"), "工单号"),
        (("db", "status"), "最新"),
    ):
        code, output = xiaotong(*arguments)
        assert (code, told in output) == (0, True), output


def test_a_taken_port_stops_the_start_with_one_line(installation: dict[str, str]) -> None:
    """As a real process: no traceback, one line, exit code 2."""
    with socket.socket() as squatter:
        squatter.bind(("127.0.0.1", 0))
        squatter.listen()
        port = squatter.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "xiaotong", "up"],
            cwd=ROOT,
            env={**installation, "XIAOTONG_RASA_PORT": str(port)},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    output = (done.stdout + done.stderr).strip()
    assert (done.returncode, output.count("\n")) == (2, 0), output
    assert f"端口 {port}" in output
    assert "XIAOTONG_RASA_PORT=" in output


def test_a_broken_data_file_stops_the_start_with_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(policies.FOLDER, tmp_path, dirs_exist_ok=True)
    (tmp_path / "identity.yml").write_text("code_digits: 99")
    monkeypatch.setattr(preflight, "load_policies", partial(policies.load_policies, tmp_path))
    with pytest.raises(CannotStart) as caught:
        preflight.check_data()
    assert str(caught.value).startswith("数据文件有误：identity.yml: code_digits: ")
    assert "\n" not in str(caught.value)
