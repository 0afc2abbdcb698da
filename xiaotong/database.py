"""`xiaotong db`: schema, demo data, state."""

import typer
from rich.console import Console
from sqlalchemy.exc import OperationalError

from desk.app import Desk
from desk.opening import refuse, unreachable
from desk.seed import is_seeded, seed
from desk.settings import load_settings
from desk.store.schema import current_revision, is_current, make_revision, migrate
from xiaotong.moving import move_command
from xiaotong.opening import opened

app = typer.Typer(
    help="数据库：建表升级（migrate）、演示数据（seed）、状态（status）、换库（move）。",
    no_args_is_help=True,
)
app.command("move")(move_command)
console = Console(highlight=False)


@app.command("migrate")
def migrate_command() -> None:
    """把数据库升级到当前版本；SQLite 与 PostgreSQL 用同一套迁移。"""
    settings = load_settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    desk = Desk.open(settings)
    try:
        before, after = migrate(desk.store.engine)
    except OperationalError as error:
        refuse(unreachable(desk, error))
    console.print(f"数据库结构：{before or '空'} → {after}")
    desk.close()


@app.command("seed")
def seed_command() -> None:
    """在空数据库里载入演示客户、套餐和坐席（data/demo/operator.yml），显示生成的密码。"""
    with opened() as desk:
        if is_seeded(desk):
            console.print("已有数据，未做任何改动。")
            raise typer.Exit(1)
        for username, password in seed(desk).items():
            console.print(f"{username:<10} {password}")


@app.command("status")
def status() -> None:
    """数据库在哪里、是什么版本、还有多少消息在等待处理。"""
    with opened() as desk, desk.store.engine.connect() as connection:
        address = desk.store.engine.url.render_as_string(hide_password=True)
        console.print(f"地址：{address}")
        newest = "最新" if is_current(desk.store.engine) else "需要升级：xiaotong db migrate"
        console.print(f"版本：{current_revision(connection)}（{newest}）")
        console.print(f"待处理消息：{desk.inbox.backlog()}")


@app.command("revision", hidden=True)
def revision(message: str) -> None:
    """开发用：由表定义与数据库的差异生成下一个迁移文件。"""
    with opened() as desk:
        make_revision(desk.store.engine, message)
