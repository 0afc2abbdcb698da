"""`xiaotong retention`: archive and delete what is past its time."""

from datetime import datetime
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.table import Table

from desk.model.retention import ClassReport
from desk.services.retention import RetentionRefused
from xiaotong.opening import opened

app = typer.Typer(help="保存期限：归档并删除到期的记录（run）。", no_args_is_help=True)
console = Console(highlight=False)
_LABELS = {
    "acceptances": "受理记录",
    "executions": "服务执行",
    "complaints": "投诉",
    "requests": "服务请求与预处理",
    "identities": "客户与渠道身份",
    "logs": "系统流水",
}


@app.callback()
def group() -> None:
    """保存期限在 data/policies/retention.yml。"""


@app.command("run")
def run(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看，不动任何数据")] = False,
    on: Annotated[
        datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="按哪一天算，默认今天")
    ] = None,
) -> None:
    """到期的记录先写入 archive/（带清单和散列），再从数据库删除；中断后再运行即可接着做。"""
    with opened() as desk:
        day = on.date() if on else desk.retention.today()
        try:
            reports = desk.retention.look(day) if dry_run else desk.retention.run(day)
        except RetentionRefused as error:
            _refuse(str(error))
        except OSError as error:
            _refuse(
                f"归档写不进去（{error.filename or 'archive'}）：{error.strerror}；没有删除任何数据"
            )
        zone = desk.settings.zone
    table = Table("类别", "早于", "到期", "已归档", "已删除", "行数", "剩下最早的")
    for one in reports:
        left = f"{one.oldest_left.astimezone(zone):%Y-%m-%d}" if one.oldest_left else "—"
        table.add_row(_LABELS[one.name], f"{one.before}", *_counts(one), left)
    console.print(table)
    if dry_run:
        console.print("只是查看，没有改动。")


def _counts(one: ClassReport) -> tuple[str, ...]:
    return tuple(map(str, (one.found, one.archived, one.deleted, one.rows)))


def _refuse(text: str) -> NoReturn:
    console.print(f"✗ {text}", style="red", soft_wrap=True)
    raise typer.Exit(2)
