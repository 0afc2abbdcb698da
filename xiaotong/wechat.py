"""`xiaotong wechat`: the local platform to try the channel with, and the account's menu."""

import os
import subprocess
import sys
from typing import Annotated

import typer

from desk.settings import ROOT

app = typer.Typer(help="微信服务号：本机模拟平台、设置菜单。", no_args_is_help=True)


@app.command("platform")
def platform(
    port: Annotated[int, typer.Option(min=1, max=65535, help="模拟平台的端口")] = 8090,
) -> None:
    """启动本机模拟的微信平台，带一个可以手动聊天的页面；按 Ctrl-C 停止。"""
    _run("gateway.channels.wechat.platform", "--port", str(port))


@app.command("menu")
def menu() -> None:
    """按 data/wechat/menu.yml 设置服务号的自定义菜单。"""
    _run("gateway.channels.wechat.menu")


def _run(module: str, *arguments: str) -> None:
    """As a process of its own: the command line does not import the gateway."""
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments], cwd=ROOT, env=os.environ, check=False
    )
    raise typer.Exit(done.returncode)
