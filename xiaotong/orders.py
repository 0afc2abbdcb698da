"""`xiaotong orders`: look at work orders, move them along, take them in and give them out."""

from datetime import UTC, date, datetime, time, tzinfo
from itertools import batched
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from desk.model.errors import BadData, UnknownWorkOrder
from desk.model.work_orders import STATE_LABELS, State
from desk.order_rows import AT_ONCE, OrderRow, RowError, read_rows, write_rows
from desk.reports.work_orders import EXPORT_FIELDS
from xiaotong.opening import opened
from xiaotong.refusals import errors, refusals, refuse
from xiaotong.tables import table

app = typer.Typer(help="工单：列出、查看、流转、派单、导入导出。", no_args_is_help=True)
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
        shown = table("工单号", "类型", "优先级", "状态", "处理人", "客户", "承诺时间", "超时")
        state = "all" if everything else "open"
        found = desk.work_order_view.listed(state, search)
        for order in found:
            promised: datetime = order["promised_at"]
            shown.add_row(
                order["number"],
                order["kind"],
                order["priority"],
                order["state_label"],
                order["assignee"] or "",
                order["customer"],
                f"{promised.astimezone(zone):%m-%d %H:%M}",
                "是" if order["breached"] else "",
            )
        console.print(shown)
        total = desk.work_order_view.count(state, None, search)
        part = f"，列出最新的 {len(found)} 张" if len(found) < total else ""
        console.print(f"共 {total} 张{part}")


@app.command("show")
def show(number: Annotated[str, _NUMBER]) -> None:
    """一张工单的全部：内容、排障步骤、时限、经过。"""
    with opened() as desk:
        try:
            order = desk.work_order_view.one(number.upper())
        except UnknownWorkOrder:
            refuse(f"没有工单 {number}。")
        zone = desk.settings.zone
        console.print(f"{order['number']}  {order['kind']}  {order['state_label']}")
        console.print(f"客户：{order['customer']}    标记：{'、'.join(order['marks']) or '无'}")
        console.print(
            f"{order['priority']}  {order['level']}  区域：{order['area'] or '未知'}  "
            f"班组：{order['team'] or '无'}  已派：{order['assignee'] or '无'}  "
            f"负责：{order['owner']}"
        )
        console.print(order["description"])
        if order["preparation"]:
            console.print(f"  预处理  {order['preparation']['analysis']}")
            console.print(f"  建议  {order['preparation']['suggestion']}")
        for link in order["links"]:
            console.print(f"  关联  {link['label']} {link['number']}")
        for file in order["attachments"]:
            console.print(f"  附件  {file['name']}（{file['type']}，{file['size']} 字节）")
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
        with refusals(number):
            order = desk.work_orders.move(number.upper(), state, actor="cli", note=note)
        console.print(f"{order.number}：{STATE_LABELS[order.state]}")


@app.command("assign")
def assign(
    number: Annotated[str, _NUMBER],
    person: Annotated[str, typer.Argument(help="坐席用户名或维修班组名，见 xiaotong teams list")],
    team: Annotated[str | None, typer.Option(help="班组代码")] = None,
    why: Annotated[str, typer.Option(help="原因，写入经过")] = "人工派单",
) -> None:
    """派单或转派给指定的人；对方接单之前，原负责人不变。"""
    with opened() as desk:
        people = {row["person"] for row in desk.work_order_view.teams()}
        people |= {agent.username for agent in desk.staff.all()}
        if person not in people:
            refuse(f"没有处理人 {person}，可选：{'、'.join(sorted(people))}")
        with refusals(number):
            order = desk.work_orders.assign(
                number.upper(), team=team, person=person, actor="cli", why=why
            )
        console.print(f"{order.number}：已派给 {person}，负责人仍是 {order.owner}")


@app.command("propose")
def propose(
    number: Annotated[str, _NUMBER],
    proposal: Annotated[str, typer.Argument(help="处理方案，会告诉客户")],
) -> None:
    """给投诉提出处理方案并通知客户，等客户答复。"""
    with opened() as desk, refusals(number):
        desk.complaint_results.propose(number.upper(), proposal, actor="cli")
        console.print(f"{number.upper()}：方案已通知客户")


@app.command("answer")
def answer(
    number: Annotated[str, _NUMBER],
    accepted: Annotated[bool, typer.Option("--accepted/--rejected", help="客户是否接受方案")],
    words: Annotated[str, typer.Option(help="客户的原话")] = "",
) -> None:
    """记录客户在电话里对投诉方案的答复；不接受则转投诉负责人。"""
    with opened() as desk, refusals(number):
        done = desk.complaint_results.record_answer(
            number.upper(), accepted=accepted, words=words, actor="cli"
        )
        console.print(f"{done.number}：{STATE_LABELS[done.state]}")


@app.command("problem")
def problem(
    number: Annotated[str, _NUMBER],
    words: Annotated[str, typer.Argument(help="遇到了什么，或怎样解决的")],
    solved: Annotated[bool, typer.Option("--solved", help="问题已经解决")] = False,
) -> None:
    """记录处理中遇到的问题，或问题已解决；紧急工单的问题马上报主管。"""
    with opened() as desk, refusals(number):
        problems = desk.order_problems
        (problems.solve if solved else problems.report)(number.upper(), words, actor="cli")
        console.print(f"{number.upper()}：{'问题已解决' if solved else '已记录，开始计时'}")


@app.command("attach")
def attach(
    number: Annotated[str, _NUMBER],
    file: Annotated[
        Path, typer.Argument(help="图片、PDF、录音或视频", exists=True, dir_okay=False)
    ],
) -> None:
    """给工单添加附件；类型按内容识别。"""
    with opened() as desk, refusals(number):
        added = desk.attachments.add(number.upper(), file.name, file.read_bytes(), actor="cli")
        console.print(f"{added.number}：{added.name}（{added.media_type}）")


@app.command("import")
def import_orders(
    file: Annotated[Path, typer.Argument(help="CSV 或 JSON lines；列见 docs/work-orders.md")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只检查，不导入")] = False,
) -> None:
    """逐行导入工单；有错的行列出行号和字段，其余照常导入，此时退出码为 1。"""
    try:
        rows = read_rows(file)
    except BadData as error:
        refuse(str(error))
    taken = repeated = wrong = 0
    with opened() as desk, Progress(console=errors, transient=True) as progress:
        done = progress.add_task("导入", total=len(rows))
        for some in batched(rows, AT_ONCE):
            for row, value in some:
                if isinstance(value, RowError):
                    wrong += 1
                    errors.print(f"✗ {file.name} 第 {row} 行 {value.field}：{value.problem}")
            good_ones = [value for _, value in some if isinstance(value, OrderRow)]
            if good_ones and not dry_run:
                new = sum(is_new for _, is_new in desk.order_intake.take(good_ones))
                taken, repeated = taken + new, repeated + len(good_ones) - new
            progress.update(done, advance=len(some))
    verb = "可导入" if dry_run else "导入"
    good = len(rows) - wrong if dry_run else taken
    console.print(f"共 {len(rows)} 行：{verb} {good}，已有 {repeated}，有错 {wrong}")
    if wrong:
        raise typer.Exit(1)


@app.command("export")
def export_orders(
    file: Annotated[Path, typer.Argument(help="目标文件，.csv 或 .jsonl")],
    everything: Annotated[bool, typer.Option("--all", help="包括已办结和已取消的")] = False,
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="只要这天及以后受理的")
    ] = None,
) -> None:
    """导出工单；电话号码只保留首尾。"""
    with opened() as desk, Progress(console=errors, transient=True) as progress:
        state = "all" if everything else "open"
        begin = _midnight(since.date(), desk.settings.zone) if since else None
        rows = desk.work_order_view.exported(state, begin)
        total = desk.work_order_view.count(state, begin)
        since_day = str(since.date()) if since else None
        desk.audit.exported("WorkOrdersExported", state, orders=total, since=since_day)
        try:
            count = write_rows(
                file, progress.track(rows, total=total, description="导出"), EXPORT_FIELDS
            )
        except BadData as error:
            refuse(str(error))
    console.print(f"共导出 {count} 张工单：{file}")


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)
