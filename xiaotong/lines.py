"""`xiaotong line`: break or mend a line of the simulated access network, to play a fault."""

from typing import Annotated

import typer
from rich.console import Console

from desk.store.access_network import FAULTS
from xiaotong.opening import opened

app = typer.Typer(help="模拟接入网：给线路设置故障，体验不同的排查过程。", no_args_is_help=True)
console = Console(highlight=False)


@app.command("fault")
def fault(
    line: Annotated[str, typer.Argument(help="线路编号，见 data/demo/operator.yml，例如 PON-0101")],
    kind: Annotated[str, typer.Argument(help=f"{'、'.join(FAULTS)}；none 为正常")],
) -> None:
    """设置一条模拟线路的故障；下一次线路测试就能看到。"""
    if kind not in FAULTS:
        console.print(f"✗ 没有故障类型 {kind}，可选：{'、'.join(FAULTS)}", style="red")
        raise typer.Exit(2)
    with opened() as desk:
        if not desk.access_network.set_fault(line, kind):
            console.print(f"✗ 没有线路 {line}。", style="red")
            raise typer.Exit(2)
    console.print(f"{line}：{kind}")
