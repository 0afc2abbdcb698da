"""`xiaotong line`: break or mend a line of the simulated access network, to play a fault."""

from typing import Annotated

import typer
from rich.console import Console

from desk.readings import SERVICES
from xiaotong.opening import opened

app = typer.Typer(help="模拟接入网：给线路设置故障，体验不同的排查过程。", no_args_is_help=True)
console = Console(highlight=False)


@app.command("fault")
def fault(
    line: Annotated[
        str, typer.Argument(help="线路编号或手机号，见 data/demo/network.yml，例如 PON-0101")
    ],
    kind: Annotated[str, typer.Argument(help="故障，见 data/demo/network.yml；none 为正常")],
    service: Annotated[str, typer.Option(help=f"业务：{'、'.join(SERVICES)}")] = SERVICES[0],
) -> None:
    """设置一条模拟线路的故障；下一次线路测试就能看到。"""
    with opened() as desk:
        known = desk.access_network.faults(service)
        if not known:
            console.print(f"✗ 没有业务 {service}，可选：{'、'.join(SERVICES)}", style="red")
            raise typer.Exit(2)
        if kind not in known:
            console.print(f"✗ 没有故障类型 {kind}，可选：{'、'.join(known)}", style="red")
            raise typer.Exit(2)
        if not desk.access_network.set_fault(line, kind, service):
            console.print(f"✗ 没有线路 {line}。", style="red")
            raise typer.Exit(2)
    console.print(f"{line} {service}：{kind}")
