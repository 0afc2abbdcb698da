"""`xiaotong diagnosis`: the troubleshooting trees as a list and as pictures."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from desk.trees import load_trees
from xiaotong.drawing import draw

app = typer.Typer(help="自助排障：列出排障树，画成图。", no_args_is_help=True)
console = Console(highlight=False, soft_wrap=True)


@app.command("list")
def list_trees() -> None:
    """列出全部排障树；数据有误时指出文件、节点和原因。"""
    table = Table("产品", "名称", "测试的业务", "步骤", "解决不了时")
    for tree in load_trees().values():
        end = "网络核查" if tree.order == "check" else "上门维修"
        table.add_row(tree.product, tree.title, tree.service, str(len(tree.nodes)), end)
    console.print(table)


@app.command("draw")
def draw_tree(
    product: Annotated[
        str | None, typer.Argument(help="产品，例如 broadband；不写就画全部")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="SVG 文件；画全部时是文件夹")
    ] = None,
) -> None:
    """把排障树画成 SVG 图：从线路测试的读数一层层到结束。"""
    trees = load_trees()
    if product is not None and product not in trees:
        console.print(f"✗ 没有排障树 {product}，可选：{'、'.join(trees)}", style="red")
        raise typer.Exit(2)
    chosen = [trees[product]] if product else list(trees.values())
    for tree in chosen:
        file = output if output and product else (output or Path()) / f"{tree.product}.svg"
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(draw(tree), encoding="utf8")
        except OSError as error:
            console.print(f"✗ {file} 写不了：{error.strerror}", style="red", markup=False)
            raise typer.Exit(2) from None
        console.print(f"{tree.title}：{file}", markup=False)
