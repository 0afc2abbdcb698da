"""`xiaotong orders`: look at work orders and move them along."""

from datetime import datetime
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.table import Table

from desk.model.errors import IllegalTransition, UnknownWorkOrder
from desk.model.work_orders import STATE_LABELS, State
from xiaotong.opening import opened

app = typer.Typer(help="工单：列出、查看、流转。", no_args_is_help=True)
console = Console(highlight=False)
_NUMBER = typer.Argument(help="工单号，例如 BX261121483920")


@app.command("list")
def list_orders(
    everything: Annotated[bool, typer.Option("--all", help="包括已办结和已取消的")] = False,
    search: Annotated[str, typer.Option("--search", "-s", help="工单号或联系电话的一部分")] = "",
) -> None:
    """列出工单，新的在前；默认只列未办结的。"""
    with opened() as desk:
        zone = desk.settings.zone
        table = Table("工单号", "类型", "状态", "客户", "承诺时间", "超时")
        for order in desk.work_order_view.listed("all" if everything else "open", search):
            promised: datetime = order["promised_at"]
            table.add_row(
                order["number"],
                order["kind"],
                order["state_label"],
                order["customer"],
                f"{promised.astimezone(zone):%m-%d %H:%M}",
                "是" if order["breached"] else "",
            )
        console.print(table)


@app.command("show")
def show(number: Annotated[str, _NUMBER]) -> None:
    """一张工单的全部：内容、排障步骤、时限、经过。"""
    with opened() as desk:
        try:
            order = desk.work_order_view.one(number.upper())
        except UnknownWorkOrder:
            _refuse(f"没有工单 {number}。")
        zone = desk.settings.zone
        console.print(f"{order['number']}  {order['kind']}  {order['state_label']}")
        console.print(f"客户：{order['customer']}    标记：{'、'.join(order['marks']) or '无'}")
        console.print(order["description"])
        for step in order["steps"]:
            console.print(f"  步骤  {step['question']}：{step['answer']}")
        for clock in order["clocks"]:
            due: datetime = clock["due_at"]
            console.print(
                f"  时限  {clock['label']} {due.astimezone(zone):%m-%d %H:%M} {clock['state']}"
            )
        for event in order["history"]:
            at: datetime = event["at"]
            console.print(f"  {at.astimezone(zone):%m-%d %H:%M}  {event['text']}（{event['who']}）")


@app.command("move")
def move(
    number: Annotated[str, _NUMBER],
    state: Annotated[State, typer.Argument(help="目标状态")],
    note: Annotated[str, typer.Option(help="说明，写入经过")] = "",
) -> None:
    """把工单流转到下一个状态；不允许的流转会被拒绝。"""
    with opened() as desk:
        try:
            order = desk.work_orders.move(number.upper(), state, actor="cli", note=note)
        except UnknownWorkOrder:
            _refuse(f"没有工单 {number}。")
        except IllegalTransition as error:
            _refuse(f"不能这样流转：{error}")
        console.print(f"{order.number}：{STATE_LABELS[order.state]}")


def _refuse(text: str) -> NoReturn:
    console.print(f"✗ {text}", style="red")
    raise typer.Exit(2)
