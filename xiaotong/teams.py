"""`xiaotong teams`: who takes work orders, and when."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from desk.model.errors import BadData
from desk.seed import put_teams
from desk.team_data import load_teams
from xiaotong.opening import opened
from xiaotong.tables import table

app = typer.Typer(help="班组与班次：列出、载入。", no_args_is_help=True)
console = Console(highlight=False)


@app.command("list")
def list_teams() -> None:
    """列出班组成员、技能和手上的工单数。"""
    with opened() as desk:
        shown = table("班组", "区域", "成员", "技能", "语言", "手上", "上限")
        for row in desk.work_order_view.teams():
            shown.add_row(*(str(value) for value in row.values()))
        console.print(shown)


@app.command("load")
def load(
    file: Annotated[Path, typer.Argument(help="班组文件，格式见 data/demo/teams.yml")],
) -> None:
    """用文件里的班组替换现有班组；文件有错则不做任何改动。"""
    try:
        teams = load_teams(file)
    except BadData as error:
        console.print(f"✗ {error}", style="red")
        raise typer.Exit(2) from None
    with opened() as desk, desk.store.writing() as work:
        put_teams(work, teams)
    console.print(f"已载入 {len(teams.teams)} 个班组。")
