"""`xiaotong knowledge`: check the articles, try a question, measure, choose figures, review."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from desk.app import Desk
from desk.articles import load_library
from desk.clock import Clock
from desk.model.errors import BadData
from desk.model.knowledge import Asker, Move
from desk.policies import FOLDER as POLICIES
from desk.ports.http_embedding import endpoint_embedding
from desk.settings import ROOT, load_settings
from desk.store.sentence_vectors import KeptVectors, LocalEmbedding
from xiaotong.knowledge_eval import Judged, day_of, figures, judge, read_questions
from xiaotong.knowledge_tuning import tune, write
from xiaotong.opening import opened

app = typer.Typer(
    help="知识库：检查（check）、试搜（search）、测量（eval）、客户说没帮到的（unhelpful）。",
    no_args_is_help=True,
)
console = Console(highlight=False, soft_wrap=True)

TESTS = ROOT / "tests" / "knowledge"
DAY = typer.Option(help="按哪一天的有效期判断，例如 2026-11-21；默认今天")
_MOVES = {
    Move.GIVE: "直接回答",
    Move.CHOOSE: "请客户选",
    Move.UNKNOWN: "不知道",
    Move.VAGUE: "问题太笼统",
    Move.ENDED: "已经过期",
}


@contextmanager
def _desk_on(day: str | None) -> Iterator[Desk]:
    """A desk at noon of a day; knowledge needs no database."""
    settings = load_settings()
    clock = Clock()
    if day is not None:
        noon = datetime.combine(day_of(day), time(12), settings.zone).astimezone(UTC)
        clock = Clock(lambda: noon)
    desk = Desk.open(settings, clock=clock)
    try:
        yield desk
    finally:
        desk.close()


@app.command("check")
def check() -> None:
    """读一遍全部知识条目；有错时指出文件和字段。"""
    library = load_library()
    today = datetime.now(load_settings().zone).date()
    valid = sum(article.is_valid(today) for article in library.articles.values())
    questions = sum(len(article.questions) for article in library.articles.values())
    total = len(library.articles)
    console.print(f"{total} 条知识、{questions} 个示例问法，今天有效 {valid} 条，没有错误。")


@app.command("search")
def search(
    question: Annotated[str, typer.Argument(help="客户的问题，例如：停机保号多少钱")],
    area: Annotated[str | None, typer.Option(help="客户所在的区")] = None,
    package: Annotated[str | None, typer.Option(help="客户的套餐编码")] = None,
    on: Annotated[str | None, DAY] = None,
) -> None:
    """看一个问题会得到什么回答、有多大把握。"""
    with _desk_on(on) as desk:
        answer = desk.knowledge.search(question, Asker(area, package))
    console.print(f"{_MOVES[answer.move]}（把握 {answer.certainty:.0%}）")
    for found in answer.found:
        console.print(f"  {found.score:.3f}  {found.article.id}  {found.article.title}")
    if answer.move is Move.GIVE:
        console.print(answer.articles[0].body)


@app.command("eval")
def evaluate(
    data: Annotated[Path, typer.Option(help="制表符分隔：问题<TAB>条目[,也可以…]，无答案写 -")] = (
        TESTS / "questions.tsv"
    ),
    on: Annotated[str | None, DAY] = None,
    wrong: Annotated[bool, typer.Option(help="列出答错的")] = False,
) -> None:
    """测量知识库答得怎样；最后一行是 JSON。"""
    if not data.exists():
        raise BadData(str(data), "file", "is missing")
    with _desk_on(on) as desk:
        desk.knowledge.warm()
        judged = judge(desk.knowledge, read_questions(data, desk.knowledge.library()))
    if wrong:
        for one in judged:
            _show_wrong(one)
    told = figures(judged)
    console.print(
        f"第一条就对 {told['first']:.1%}，前三条里有 {told['among_three']:.1%}，"
        f"该拒答的拒答了 {told['refused']:.1%}；直接回答 {told['given']:.1%}，"
        f"其中答错 {told['wrong_when_given']:.1%}"
    )
    print(json.dumps(told))


def _show_wrong(one: Judged) -> None:
    right = one.question.right
    if one.first_right if right else one.refused:
        return
    expected = ",".join(sorted(right)) or "-"
    console.print(f"{one.question.text}\t{expected}\t{one.answer.move}\t{','.join(one.found)}")


@app.command("tune")
def tune_command(on: Annotated[str, DAY]) -> None:
    """由 tests/knowledge/dev.tsv 和各条目的示例问法选定权重与门槛，写入 data/policies。"""
    library = load_library()
    embedding = endpoint_embedding() or LocalEmbedding()
    vectors = KeptVectors(embedding, load_settings().data_dir / "knowledge")
    questions = read_questions(TESTS / "dev.tsv", library)
    policy, told = tune(library, vectors, questions, day_of(on))
    write(policy, POLICIES / "knowledge.yml")
    console.print(
        f"{told['cases']:.0f} 个例子：第一条就对 {told['first']:.1%}，"
        f"前三条里有 {told['among_three']:.1%}，拒答 {told['refused']:.1%}"
    )


@app.command("unhelpful")
def unhelpful(
    limit: Annotated[int, typer.Option(min=1, max=1000, help="最多列多少条")] = 50,
) -> None:
    """客户点了“没帮到我”的问题和条目，最近的在前。"""
    with opened() as desk:
        verdicts = desk.knowledge.unhelpful(limit)
    zone = load_settings().zone
    for verdict in verdicts:
        shown = replace(verdict, at=verdict.at.astimezone(zone))
        console.print(f"{shown.at:%m-%d %H:%M}  {shown.article:<24} {shown.question}")
    if not verdicts:
        console.print("没有客户说没帮到。")
