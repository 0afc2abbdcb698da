"""The pieces of `make run`'s setup: interpreters that lie, steps that are done, honest failures."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from desk.settings import ROOT


@pytest.fixture
def bootstrap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """tools/bootstrap.py, writing its log into the test's own folder."""
    spec = importlib.util.spec_from_file_location("bootstrap", ROOT / "tools" / "bootstrap.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "LOGS", tmp_path / "logs")
    return module


def script(folder: Path, name: str, text: str) -> str:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return str(path)


def test_a_real_interpreter_tells_its_version(bootstrap: ModuleType) -> None:
    assert bootstrap.version_of(sys.executable) == sys.version_info[:2]


@pytest.mark.parametrize(
    "text",
    [
        "echo 'pyenv: python3.10: command not found' >&2; exit 127",
        "echo 3.10",
        "echo 'three ten'",
        "exit 0",
    ],
)
def test_a_shim_that_exists_but_does_not_work_is_no_interpreter(
    bootstrap: ModuleType, tmp_path: Path, text: str
) -> None:
    assert bootstrap.version_of(script(tmp_path, "python3.10", text)) is None


def test_a_file_that_is_not_there_or_not_a_program(bootstrap: ModuleType, tmp_path: Path) -> None:
    assert bootstrap.version_of(str(tmp_path / "nothing")) is None
    (tmp_path / "text").write_text("hello")
    assert bootstrap.version_of(str(tmp_path / "text")) is None


def test_a_broken_shim_is_passed_over_for_a_working_one(
    bootstrap: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = script(tmp_path, "broken", "exit 127")
    works = script(tmp_path, "works", "echo 3 10")
    monkeypatch.setattr(bootstrap, "candidates", lambda _versions: [broken, works])
    assert bootstrap.find_python(((3, 10),)) == works


def test_a_step_is_done_once_until_its_inputs_change(bootstrap: ModuleType, tmp_path: Path) -> None:
    done: list[str] = []
    stamp = tmp_path / "made" / ".stamp"
    for fingerprint in ("one", "one", "two", "two", "one"):
        bootstrap.step("试", fingerprint, stamp, lambda f=fingerprint: done.append(f))
    assert done == ["one", "two", "one"]


def test_a_step_that_failed_is_not_taken_for_done(bootstrap: ModuleType, tmp_path: Path) -> None:
    stamp = tmp_path / ".stamp"
    bootstrap.step("试", "one", stamp, lambda: None)

    def fails() -> None:
        raise bootstrap.SetupFailed("没有网络")

    with pytest.raises(bootstrap.SetupFailed):
        bootstrap.step("试", "two", stamp, fails)
    assert not stamp.exists()


def test_a_failing_command_is_one_reason_and_the_end_of_its_output(
    bootstrap: ModuleType, tmp_path: Path
) -> None:
    command = script(tmp_path, "install", "seq 1 50; echo 'no space left' >&2; exit 1")
    with pytest.raises(bootstrap.SetupFailed) as caught:
        bootstrap.run([command], "安装失败", tmp_path)
    lines = str(caught.value).splitlines()
    assert lines[0] == "安装失败（完整记录：logs/setup.log）"
    assert lines[-1].strip() == "no space left"
    assert len(lines) == 7
    log = (tmp_path / "logs" / "setup.log").read_text()
    assert log.startswith(f"$ {command}\n1\n2\n")


def test_an_activated_environment_is_left_alone(
    bootstrap: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIRTUAL_ENV", "/somebody/elses")
    command = script(tmp_path, "show", 'echo "[$VIRTUAL_ENV]"')
    bootstrap.run([command], "x", tmp_path)
    assert "[]" in (tmp_path / "logs" / "setup.log").read_text()


def test_the_fingerprint_sees_names_and_contents(bootstrap: ModuleType, tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_text("a")
    two.write_text("a")
    seen = {bootstrap.hash_of([one]), bootstrap.hash_of([two]), bootstrap.hash_of([one, two])}
    assert bootstrap.hash_of([two, one]) in seen
    one.write_text("b")
    seen.add(bootstrap.hash_of([one]))
    assert len(seen) == 4
