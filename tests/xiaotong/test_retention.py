"""`xiaotong retention run` as somebody types it."""

from pathlib import Path

from tests.xiaotong.conftest import Xiaotong


def test_a_look_a_run_and_a_second_run(xiaotong: Xiaotong, tmp_path: Path) -> None:
    code, output = xiaotong("retention", "run", "--dry-run", "--on", "2099-01-01")
    assert (code, "只是查看" in output) == (0, True), output
    assert not (tmp_path / "archive").exists()
    for _ in range(2):
        code, output = xiaotong("retention", "run")
        assert (code, "服务请求与预处理" in output) == (0, True), output
    assert (tmp_path / "archive" / "manifest.json").exists()


def test_a_day_to_come_and_a_full_disk_are_one_line(xiaotong: Xiaotong, tmp_path: Path) -> None:
    code, output = xiaotong("retention", "run", "--on", "2099-01-01")
    assert (code, output.startswith("✗ 日期在将来"), output.count("\n")) == (2, True, 0), output
    (tmp_path / "archive").touch()
    code, output = xiaotong("retention", "run")
    assert (code, output.startswith("✗ 归档写不进去"), output.count("\n")) == (2, True, 0), output
