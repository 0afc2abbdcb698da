"""`xiaotong timers`: what failed too often and waits for somebody to look at it."""

from typing import Annotated

import typer
from rich.console import Console

from desk.model.errors import UnknownTimer
from xiaotong.opening import opened
from xiaotong.tables import table

app = typer.Typer(help="定时任务：查看反复失败的，重新执行。", no_args_is_help=True)
console = Console(highlight=False)


@app.command("dead")
def dead() -> None:
    """列出反复失败、不再重试的定时任务。"""
    with opened() as desk:
        zone = desk.settings.zone
        found = desk.timers.dead()
        if not found:
            console.print("没有失败的定时任务。")
            return
        shown = table("编号", "种类", "会话或工单", "原定时间", "放弃时间", "次数", "原因")
        for timer in found:
            shown.add_row(
                str(timer.id),
                timer.kind,
                timer.conversation_id,
                f"{timer.due_at.astimezone(zone):%m-%d %H:%M}",
                f"{timer.died_at.astimezone(zone):%m-%d %H:%M}",
                str(timer.attempts),
                timer.error,
            )
        console.print(shown)


@app.command("retry")
def retry(number: Annotated[int, typer.Argument(help="dead 列出的编号")]) -> None:
    """重新执行一个失败的定时任务，由清扫器马上处理。"""
    with opened() as desk:
        try:
            desk.timers.revive(number)
        except UnknownTimer:
            console.print(f"✗ 没有编号 {number}，请用 xiaotong timers dead 查看。", style="red")
            raise typer.Exit(2) from None
        console.print(f"已重新安排 {number}。")
