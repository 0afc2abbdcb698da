"""`xiaotong audit`: what staff did and saw, and whether anybody changed the log since."""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from desk.model.audit import AuditFilter
from xiaotong.opening import opened

app = typer.Typer(help="审计日志：查看（list）、校验（verify）。", no_args_is_help=True)
console = Console(highlight=False, soft_wrap=True)


@app.command("list")
def list_rows(
    who: Annotated[str, typer.Option(help="只看这位的（登录名）")] = "",
    what: Annotated[str, typer.Option(help="只看这种事项，例如 CustomerUnmasked")] = "",
    subject: Annotated[str, typer.Option(help="只看这个会话、工单或账号")] = "",
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="最多几行")] = 50,
) -> None:
    """列出审计记录，最新的在前；内容里的个人信息已经遮掩。"""
    with opened() as desk:
        table = Table("序号", "时间", "谁", "角色", "做了什么", "对象", "内容")
        for row in desk.audit.listed(AuditFilter(who, what, subject), limit):
            at = row.at.astimezone(desk.settings.zone).strftime("%Y-%m-%d %H:%M:%S")
            table.add_row(str(row.seq), at, row.who, row.role, row.what, row.subject, row.details)
        console.print(table)


@app.command("verify")
def verify() -> None:
    """逐行校验审计日志；有人改过、删过、调换过或截断就指出第一处，退出码 1。"""
    with opened() as desk:
        verdict = desk.audit.verify()
        if verdict.broken is not None:
            console.print(f"✗ 审计日志第 {verdict.broken} 行：{verdict.why}。", style="red")
            raise typer.Exit(1)
        desk.audit.note_head()
    console.print(f"审计日志 {verdict.rows} 行，完整。")
