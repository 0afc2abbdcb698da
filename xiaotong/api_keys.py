"""`xiaotong api-keys`: which other systems may use the API, and what they were not told yet."""

import re
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from sqlalchemy.exc import IntegrityError

from desk.model.tickets import Scope
from desk.services.api_keys import PER_MINUTE
from xiaotong.opening import opened
from xiaotong.tables import table

app = typer.Typer(
    help="系统接口的密钥：新建（create）、列出（list）、作废（revoke）、未送达的事件（callbacks）。",
    no_args_is_help=True,
)
console = Console(highlight=False)
_NAME = re.compile(r"[a-z][a-z0-9-]{1,31}")


@app.command("create")
def create(
    name: Annotated[str, typer.Argument(help="系统名：小写字母、数字、短横线，例如 crm")],
    scope: Annotated[
        list[Scope], typer.Option(help="权限，可多次：tickets:read、tickets:write、hub:write")
    ],
    area: Annotated[list[str], typer.Option(help="只给这些区域，可多次；不写就是全部")] = [],  # noqa: B006
    per_minute: Annotated[
        int, typer.Option(min=1, max=100_000, help="每分钟最多几次")
    ] = PER_MINUTE,
) -> None:
    """新建密钥并显示一次；库里只存散列，丢了就作废重建。"""
    if not _NAME.fullmatch(name):
        _refuse("名字应为小写字母开头的字母、数字、短横线，2 到 32 个字符")
    with opened() as desk:
        try:
            key = desk.api_keys.create(name, frozenset(scope), frozenset(area), per_minute)
        except IntegrityError:
            _refuse(f"已经有名为 {name} 的密钥（作废的名字也不再用）")
    console.print(key, soft_wrap=True)


@app.command("list")
def list_keys() -> None:
    """列出密钥：名字、开头几位、权限、区域、限速、状态。"""
    with opened() as desk:
        shown = table("名字", "开头", "权限", "区域", "次/分钟", "状态")
        for key in desk.api_keys.all():
            state = "已作废" if key.revoked_at else "有效"
            areas = "、".join(key.areas) or "全部"
            shown.add_row(
                key.name, key.prefix, " ".join(key.scopes), areas, str(key.per_minute), state
            )
        console.print(shown)


@app.command("revoke")
def revoke(name: Annotated[str, typer.Argument(help="系统名")]) -> None:
    """立即作废密钥；它登记的事件监听也一并取消。"""
    with opened() as desk:
        if not desk.api_keys.revoke(name):
            _refuse(f"没有名为 {name} 的有效密钥")
    console.print(f"{name} 已作废。")


@app.command("callbacks")
def callbacks(
    retry: Annotated[bool, typer.Option("--retry", help="把放弃的重新送一遍")] = False,
) -> None:
    """还没送到其他系统的事件，已放弃的在前。"""
    with opened() as desk:
        if retry:
            console.print(f"重新送 {desk.hubs.revive()} 个事件。")
        shown = table("监听", "事件", "工单", "次数", "状态", "最后的错误")
        for one in desk.hubs.waiting():
            state = "已放弃" if one.dead_at else "等待"
            shown.add_row(
                one.hub_id, one.kind, one.number, str(one.attempts), state, one.last_error or ""
            )
        console.print(shown)


def _refuse(text: str) -> NoReturn:
    console.print(f"✗ {text}", style="red", soft_wrap=True)
    raise typer.Exit(2)
