"""`xiaotong db move` as somebody types it."""

from pathlib import Path

import pytest

from desk.settings import Settings
from tests.xiaotong.conftest import Xiaotong
from xiaotong.preflight import hold_installation


def test_there_and_back_again(xiaotong: Xiaotong, empty_postgres: str, tmp_path: Path) -> None:
    code, output = xiaotong("db", "move", "--to", empty_postgres)
    assert (code, "全部一致" in output) == (0, True), output
    assert "否" not in output
    code, output = xiaotong("agents", "list", XIAOTONG_DATABASE_URL=empty_postgres)
    assert (code, "李晓" in output) == (0, True), output
    back = f"sqlite:///{tmp_path / 'back.db'}"
    code, output = xiaotong("db", "move", "--to", back, XIAOTONG_DATABASE_URL=empty_postgres)
    assert (code, "全部一致" in output) == (0, True), output
    code, output = xiaotong("db", "move", "--to", empty_postgres)
    assert (code, output.startswith("✗ 目标不是空的")) == (2, True), output


@pytest.mark.parametrize(
    ("target", "told"),
    [
        ("nonsense", "--to 看不懂"),
        ("mysql://root@127.0.0.1/x", "--to 看不懂"),
        ("sqlite://", "--to 看不懂"),
        ("postgresql+psycopg://nobody:geheim@127.0.0.1:1/none", "目标数据库出错"),
        ("sqlite:////nowhere/at/all.db", "目标数据库出错"),
    ],
)
def test_a_wrong_target_is_one_line(xiaotong: Xiaotong, target: str, told: str) -> None:
    code, output = xiaotong("db", "move", "--to", target)
    assert (code, told in output, output.count("\n")) == (2, True, 0), output
    assert "geheim" not in output


def test_not_while_it_runs(xiaotong: Xiaotong, empty_postgres: str, tmp_path: Path) -> None:
    with hold_installation(Settings(data_dir=tmp_path)):
        code, output = xiaotong("db", "move", "--to", empty_postgres)
    assert (code, "请先停止" in output) == (2, True), output
