"""`xiaotong incidents`: outages of an area, by hand."""

from datetime import datetime, timedelta
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from desk.model.errors import UnknownIncident
from desk.model.work_orders import Severity
from desk.readings import SERVICES
from xiaotong.opening import opened
from xiaotong.tables import table

app = typer.Typer(help="片区故障：列出、登记、评估、恢复。", no_args_is_help=True)
console = Console(highlight=False)
errors = Console(stderr=True, highlight=False, soft_wrap=True)
_NUMBER = typer.Argument(help="故障编号，例如 GZ261123004821")
_HOURS = typer.Option(min=0.1, help="预计多少小时后恢复")


@app.command("list")
def list_incidents(
    everything: Annotated[bool, typer.Option("--all", help="包括已恢复的")] = False,
) -> None:
    """列出片区故障，新的在前；默认只列未恢复的。"""
    with opened() as desk:
        zone = desk.settings.zone
        shown = table("编号", "区域", "业务", "内容", "等级", "工单", "预计恢复", "已恢复")
        for one in desk.incident_view.listed(everything=everything):
            expected: datetime = one["expected_end"]
            shown.add_row(
                one["number"],
                one["area"],
                "、".join(one["services"]) or "全部",
                one["text"],
                one["grade"] if one["assessed"] else f"{one['grade']}（待评估）",
                str(one["orders"]),
                f"{expected.astimezone(zone):%m-%d %H:%M}",
                "是" if one["recovered_at"] else "",
            )
        console.print(shown)


@app.command("open")
def open_incident(
    area: Annotated[str, typer.Argument(help="区域，例如 城东区")],
    text: Annotated[str, typer.Argument(help="内容，会告诉客户")],
    service: Annotated[
        list[str] | None, typer.Option(help=f"受影响的业务，可重复：{'、'.join(SERVICES)}")
    ] = None,
    hours: Annotated[float | None, _HOURS] = None,
) -> None:
    """登记片区故障：该区域未办结的报修并入，客户得到一致的答复。"""
    unknown = sorted(set(service or []) - set(SERVICES))
    if unknown:
        errors.print(f"✗ 没有业务 {unknown[0]}，可选：{'、'.join(SERVICES)}", style="red")
        raise typer.Exit(2)
    with opened() as desk:
        end = desk.clock.now() + timedelta(hours=hours) if hours else None
        number = desk.incidents.open(area, service or [], text, expected_end=end, actor="cli")
    console.print(number)


@app.command("assess")
def assess(
    number: Annotated[str, _NUMBER],
    grade: Annotated[Severity, typer.Argument(help="general 一般，serious 较严重，major 重大")],
    hours: Annotated[float | None, _HOURS] = None,
) -> None:
    """评估等级和恢复时间；首次评估的时限到此为止。"""
    with opened() as desk:
        end = desk.clock.now() + timedelta(hours=hours) if hours else None
        try:
            desk.incidents.assess(number.upper(), grade=grade, expected_end=end, actor="cli")
        except UnknownIncident:
            _refuse(number)
    console.print(f"{number.upper()}：已评估")


@app.command("recover")
def recover(number: Annotated[str, _NUMBER]) -> None:
    """故障恢复：通知每一位客户并请其确认，工单转为已处理。"""
    with opened() as desk:
        try:
            count = desk.incidents.recover(number.upper(), actor="cli")
        except UnknownIncident:
            _refuse(number)
    console.print(f"{number.upper()}：已恢复，{count} 张工单")


def _refuse(number: str) -> NoReturn:
    errors.print(f"✗ 没有故障 {number}。", style="red")
    raise typer.Exit(2)
