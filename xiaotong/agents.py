"""`xiaotong agents`: staff accounts."""

from typing import Annotated

import typer
from rich.console import Console
from sqlalchemy.exc import IntegrityError

from desk.clock import Chance
from desk.model.agents import ROLE_LABELS, Role
from desk.services.accounts import new_password
from xiaotong.opening import opened
from xiaotong.tables import table

app = typer.Typer(help="坐席账号：列出、新建、重设密码。", no_args_is_help=True)
console = Console(highlight=False)
_ROLES = "，".join(f"{role} {label}" for role, label in ROLE_LABELS.items())


@app.command("list")
def list_agents() -> None:
    """列出坐席账号、角色和在线状态。"""
    with opened() as desk:
        shown = table("用户名", "姓名", "角色", "状态")
        for agent in desk.staff.all():
            shown.add_row(agent.username, agent.name, str(agent.role), str(agent.status))
        console.print(shown)


@app.command("add")
def add(
    username: Annotated[str, typer.Argument(help="登录名，小写字母开头")],
    name: Annotated[str, typer.Argument(help="客户看到的姓名")],
    role: Annotated[Role, typer.Option(help=_ROLES)] = Role.AGENT,
) -> None:
    """新建坐席账号，显示生成的密码。"""
    password = new_password(Chance())
    with opened() as desk:
        try:
            desk.staff.create(username, name, role, password)
        except IntegrityError:
            console.print(f"✗ 用户名 {username} 已存在。", style="red")
            raise typer.Exit(2) from None
    console.print(f"{username}  {password}")


@app.command("password")
def password(username: Annotated[str, typer.Argument(help="登录名")]) -> None:
    """重设密码并显示新密码；该坐席的已登录会话全部失效。"""
    new = new_password(Chance())
    with opened() as desk:
        if not desk.staff.set_password(username, new):
            console.print(f"✗ 没有用户名为 {username} 的坐席。", style="red")
            raise typer.Exit(2)
    console.print(f"{username}  {new}")
