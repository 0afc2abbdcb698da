"""`xiaotong db move`: the desk's data into another database, compared row by row."""

from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from desk.app import Desk
from desk.store.moving import CannotMove, Compared, move, total_rows
from desk.store.unit_of_work import Store
from xiaotong.opening import opened
from xiaotong.preflight import CannotStart, hold_installation

console = Console(highlight=False)


def move_command(
    to: Annotated[
        str, typer.Option("--to", metavar="地址", help="postgresql+psycopg://… 或 sqlite:///文件")
    ],
) -> None:
    """把当前数据库整个复制到另一个空数据库（SQLite ⇄ PostgreSQL），逐表核对行数和散列。

    源数据库只读、不变；先停止小通再搬。退出码：0 一致，1 有差异（目标不保留），2 不能搬。
    """
    with opened() as desk:
        target = _target(desk, to)
        try:
            with hold_installation(desk.settings):
                compared = _moved(desk, target)
        except CannotStart:
            _refuse("小通正在运行，搬的时候新数据会漏掉；请先停止它")
        except CannotMove as error:
            _refuse(str(error))
        except DBAPIError as error:
            address = target.engine.url.render_as_string(hide_password=True)
            _refuse(f"目标数据库出错（{address}）：{str(error.orig).strip().splitlines()[0]}")
        finally:
            target.close()
    console.print(_report(compared))
    if not all(one.equal for one in compared):
        console.print("✗ 有差异，目标里没有保留任何数据。", style="red")
        raise typer.Exit(1)
    rows = sum(one.source.rows for one in compared)
    console.print(
        f"{len(compared)} 张表、{rows} 行全部一致。把 database_url 改成新地址后启动即可。"
    )


def _target(desk: Desk, to: str) -> Store:
    try:
        url = make_url(to)
        if url.get_backend_name() not in ("postgresql", "sqlite") or not url.database:
            raise ArgumentError
        return Store(to, desk.clock)
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError):
        _refuse("--to 看不懂：应为 postgresql+psycopg://用户@主机/库 或 sqlite:///文件")


def _moved(desk: Desk, target: Store) -> list[Compared]:
    columns = (
        TextColumn("{task.description:<26}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("准备", total=total_rows(desk.store.engine))
        return move(
            desk.store.engine,
            target.engine,
            lambda table, rows: bar.update(task, advance=rows, description=table),
        )


def _report(compared: list[Compared]) -> Table:
    table = Table("表", "源行数", "目标行数", "散列", "一致")
    for one in compared:
        same = "是" if one.equal else "否"
        table.add_row(
            one.table, str(one.source.rows), str(one.target.rows), one.source.digest[:16], same
        )
    return table


def _refuse(text: str) -> NoReturn:
    console.print(f"✗ {text}", style="red", soft_wrap=True)
    raise typer.Exit(2)
