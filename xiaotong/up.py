"""`xiaotong up`: check, migrate, seed, train, start, print the addresses, keep running."""

import asyncio
import subprocess
import time

from rich.console import Console
from rich.table import Table
from sqlalchemy.exc import OperationalError

from desk.app import Desk
from desk.opening import unreachable
from desk.seed import is_seeded, seed
from desk.settings import ROOT, Settings, load_secrets
from desk.store.schema import migrate
from xiaotong.parts import RASA_PYTHON, Part, environment, model_file, parts
from xiaotong.preflight import (
    CannotStart,
    check_data,
    check_interpreter,
    check_ports,
    hold_installation,
    run_folder,
    stop_leftovers,
)
from xiaotong.supervisor import PartFailed, Supervisor

_TICK_SECONDS = 5.0
# The trainer's exit code when the gate kept the model that was in place.
REFUSED = 3

console = Console(highlight=False, soft_wrap=True)


def up(settings: Settings) -> int:
    """Run the whole installation until Ctrl-C. Returns the exit code."""
    started = time.monotonic()
    passwords: dict[str, str] = {}
    try:
        check_data()
        check_interpreter()
        all_parts = parts(settings)
        held = hold_installation(settings)
        for name in stop_leftovers(settings, all_parts):
            say(f"· 已停掉上次遗留的进程 {name}")
        check_ports(all_parts, settings.host)
        passwords = prepare_database(settings)
        train(settings)
        prepare_knowledge(settings)
        say("· 启动各进程 …")
        supervisor = Supervisor(
            all_parts,
            environment(settings, load_secrets(settings)),
            settings.data_dir / "logs",
            run_folder(settings),
            say,
        )
        with held:
            asyncio.run(supervisor.run(lambda: announce(all_parts, passwords, started)))
    except (CannotStart, PartFailed) as error:
        console.print(f"✗ {error}", markup=False, style="red")
        if passwords:
            show_passwords(passwords)
        return 2
    say("已全部停止。")
    return 0


def prepare_knowledge(settings: Settings) -> None:
    """Embed new articles before customers ask; nothing to do when their vectors are kept."""
    started = time.monotonic()
    desk = Desk.open(settings)
    try:
        articles = desk.knowledge.warm()
    finally:
        desk.close()
    say(f"· 知识库：{articles} 条（{time.monotonic() - started:.1f} 秒）")


def say(text: str) -> None:
    console.print(text, markup=False)


def prepare_database(settings: Settings) -> dict[str, str]:
    """Migrate, and load the demo operator into an empty database. Returns new passwords."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    desk = Desk.open(settings)
    try:
        try:
            before, after = migrate(desk.store.engine)
        except OperationalError as error:
            raise CannotStart(unreachable(desk, error)) from None
        if before != after:
            say(f"· 数据库结构：{before or '空'} → {after}")
        if is_seeded(desk):
            return {}
        passwords = seed(desk)
        say("· 已载入演示客户、套餐和坐席")
        return passwords
    finally:
        desk.close()


def train(settings: Settings, *, force: bool = False, accept_worse: str | None = None) -> bool:
    """Train when the inputs changed; the trainer itself decides. Raises `CannotStart`.

    False when the new model is worse and was refused: the one before stays and is served.
    """
    say("· 检查对话模型（训练数据有变化时重新训练，首次约两分钟）…")
    command = [str(RASA_PYTHON), "-m", "bot.train", "--out", str(model_file(settings))]
    command += ["--force"] if force else []
    command += ["--accept-worse", accept_worse] if accept_worse is not None else []
    started = time.monotonic()
    log = settings.data_dir / "logs" / "train.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as out:
        child = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment(settings, load_secrets(settings)),
            stdout=subprocess.PIPE,
            stderr=out,
            text=True,
        )
        while True:
            try:
                told, _ = child.communicate(timeout=_TICK_SECONDS)
                break
            except subprocess.TimeoutExpired:
                say(f"    训练中：已用 {time.monotonic() - started:.0f} 秒")
    if child.returncode == REFUSED:
        for line in told.strip().splitlines():
            say(f"  {line}")
        return False
    if child.returncode:
        reason = told.strip() or log.read_text(errors="replace").strip().splitlines()[-1]
        raise CannotStart(f"模型训练失败：{reason}（完整记录：{log}）")
    say(f"  {told.strip().splitlines()[-1]}（{time.monotonic() - started:.1f} 秒）")
    return True


def announce(all_parts: tuple[Part, ...], passwords: dict[str, str], started: float) -> None:
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    for part in all_parts:
        table.add_row(f"  {part.label}", part.url)
    say(f"\n小通已就绪（{time.monotonic() - started:.1f} 秒）。按 Ctrl-C 停止。\n")
    console.print(table)
    if passwords:
        show_passwords(passwords)
    say("")


def show_passwords(passwords: dict[str, str]) -> None:
    say("\n  坐席账号（只显示这一次；重设：.venv/bin/xiaotong agents password 用户名）")
    for username, password in passwords.items():
        say(f"    {username:<10} {password}")
