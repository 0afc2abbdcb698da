"""`xiaotong follow-up`: return visits that are owed, scores of customers, low ones looked into."""

from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console

from xiaotong.opening import opened
from xiaotong.refusals import refusals, refuse
from xiaotong.tables import table

app = typer.Typer(help="回访与满意度：待回访、记录回访和评分、低分复核。", no_args_is_help=True)
console = Console(highlight=False)
_NUMBER = typer.Argument(help="工单号，例如 TS261121483920")
_ACTOR = typer.Option("--by", help="谁做的：坐席用户名")


@app.command("calls")
def calls() -> None:
    """待回访的工单，最急的在前。"""
    with opened() as desk:
        zone = desk.settings.zone
        shown = table("工单号", "类型", "客户", "电话", "处理人", "最迟", "超时")
        for one in desk.follow_up_view.calls():
            due: datetime = one["due_at"]
            shown.add_row(
                one["number"],
                one["kind"],
                one["level"],
                one["contact"] or "",
                one["owner"],
                f"{due.astimezone(zone):%m-%d %H:%M}",
                "是" if one["late"] else "",
            )
        console.print(shown)


@app.command("visit")
def visit(
    number: Annotated[str, _NUMBER],
    words: Annotated[str, typer.Argument(help="客户说了什么")] = "",
    missed: Annotated[bool, typer.Option("--missed", help="没有接通")] = False,
    by: Annotated[str, _ACTOR] = "cli",
) -> None:
    """记录一次回访电话；投诉的处理人不能回访自己的投诉。"""
    with opened() as desk, refusals(number):
        desk.return_visits.record(number.upper(), words, reached=not missed, actor=by)
        console.print(f"{number.upper()}：{'未接通，已记录' if missed else '回访已记录'}")


@app.command("score")
def score(
    number: Annotated[str, _NUMBER],
    given: Annotated[int, typer.Argument(help="1 非常满意 … 4 不满意")],
    words: Annotated[str, typer.Option(help="客户的原话")] = "",
    by: Annotated[str, _ACTOR] = "cli",
) -> None:
    """记录客户在电话里给的评分。"""
    with opened() as desk, refusals(number):
        if given not in desk.order_policies.follow_up.scores:
            known = "、".join(map(str, desk.order_policies.follow_up.scores))
            refuse(f"没有评分 {given}，可选：{known}")
        result = desk.surveys.record(number.upper(), given, words, actor=by)
        told = "，投诉已重新处理" if result.reopened else ""
        told += "，主管当天复核" if result.review_by else ""
        console.print(f"{number.upper()}：已记录{told}")


@app.command("reviews")
def reviews() -> None:
    """还没有复核的低分。"""
    with opened() as desk:
        zone = desk.settings.zone
        shown = table("工单号", "类型", "处理人", "评分", "客户的话", "最迟", "超时")
        for one in desk.follow_up_view.reviews():
            due: datetime = one["due_at"]
            shown.add_row(
                one["number"],
                one["kind"],
                one["handler"],
                str(one["score"]),
                one["words"],
                f"{due.astimezone(zone):%m-%d %H:%M}",
                "是" if one["late"] else "",
            )
        console.print(shown)


@app.command("review")
def review(
    number: Annotated[str, _NUMBER],
    note: Annotated[str, typer.Argument(help="查到了什么，怎么处理")],
    by: Annotated[str, _ACTOR] = "cli",
) -> None:
    """主管复核一个低分。"""
    with opened() as desk, refusals(number):
        desk.surveys.review(number.upper(), note, actor=by)
        console.print(f"{number.upper()}：复核已记录")
