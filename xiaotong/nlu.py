"""`xiaotong nlu`: look through what was not understood, label it, put it into the training data."""

import getpass
import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, NoReturn
from uuid import uuid4

import typer
from rich.console import Console

from desk.app import Desk
from desk.intents import intents
from desk.model.errors import UnknownReviewItem
from desk.model.masking import with_stand_ins
from desk.model.review import REASON_LABELS, STATE_LABELS, ReviewItem, ReviewReason, ReviewState
from desk.settings import ROOT
from xiaotong.opening import opened
from xiaotong.parts import RASA_PYTHON
from xiaotong.preflight import check_interpreter
from xiaotong.tables import table

app = typer.Typer(help="从使用中学习：查看没听懂的话，标注，写入训练数据。", no_args_is_help=True)
console = Console(highlight=False)
_SHOWN = 3
# Whose training data are written.
PROJECT = ROOT


@dataclass(frozen=True)
class Written:
    """What `bot.add_sentences` made of one sentence."""

    result: str
    why: str

    @property
    def refused(self) -> bool:
        return self.result == "refused"


@app.command("review")
def review(
    reason: Annotated[ReviewReason | None, typer.Option(help="只看一种原因")] = None,
    channel: Annotated[str | None, typer.Option(help="只看一个渠道，例如 web")] = None,
    intent: Annotated[str | None, typer.Option(help="只看模型首选是这个意图的")] = None,
    state: Annotated[ReviewState, typer.Option(help="待看、已标注或已跳过")] = ReviewState.OPEN,
    everything: Annotated[bool, typer.Option("--all", help="不论状态")] = False,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="最多列多少条")] = 30,
) -> None:
    """列出没把握、被客户纠正或随后转人工的话（已脱敏），出现多的在前。"""
    with opened() as desk:
        items = desk.review.listed(None if everything else state, reason, channel, intent, limit)
        if not items:
            console.print("没有要看的句子。")
            return
        shown = table("编号", "客户说的", "模型的判断", "原因", "接下来", "次", "渠道", "最近")
        if everything or state is not ReviewState.OPEN:
            shown.add_column("状态")
        for item in items:
            last = f"{item.last_at.astimezone(desk.settings.zone):%m-%d %H:%M}"
            cells = [
                str(item.id),
                item.text,
                _judgement(item),
                "、".join(REASON_LABELS[r] for r in item.reasons),
                _what_followed(item),
                str(item.times),
                item.channel,
                last,
            ]
            if len(shown.columns) > len(cells):
                label = f" {item.label}" if item.label else ""
                cells.append(STATE_LABELS[item.state] + label)
            shown.add_row(*cells)
        console.print(shown)


@app.command("label")
def label(
    item_id: Annotated[int | None, typer.Argument(metavar="编号", help="不给则逐条询问")] = None,
    intent: Annotated[str | None, typer.Argument(metavar="意图", help="例如 query_bill")] = None,
    skip: Annotated[bool, typer.Option("--skip", help="这一条没什么可学")] = False,
) -> None:
    """标注一条并写入 data/nlu；不给编号时逐条询问。"""
    check_interpreter()
    with opened() as desk:
        if item_id is None:
            _ask_one_by_one(desk)
            return
        if (intent is None) == (not skip):
            _refuse("要么给出意图，要么用 --skip。")
        try:
            item = desk.review.one(item_id)
        except UnknownReviewItem:
            _refuse(f"没有编号 {item_id} 的句子。")
        if intent is None:
            _skip(desk, item)
        elif (problem := _label(desk, item, intent)) is not None:
            _refuse(problem)


@app.command("export")
def export() -> None:
    """把已标注但还没写入的句子写进 data/nlu；可以重复运行。"""
    check_interpreter()
    with opened() as desk:
        items = desk.review.unwritten()
        if not items:
            console.print("没有要写入的句子。")
            return
        written = add_sentences([(item, str(item.label)) for item in items])
        desk.review.mark_written(
            [i.id for i, done in zip(items, written, strict=True) if not done.refused]
        )
        for item, done in zip(items, written, strict=True):
            _tell(item, str(item.label), done)
        if any(done.refused for done in written):
            raise typer.Exit(2)


def add_sentences(rows: Sequence[tuple[ReviewItem, str]]) -> list[Written]:
    """Write sentences through Rasa's environment, where the data checks live."""
    given = [{"text": with_stand_ins(item.text), "intent": intent} for item, intent in rows]
    done = subprocess.run(
        [str(RASA_PYTHON), "-m", "bot.add_sentences", "--root", str(PROJECT)],
        cwd=ROOT,
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        _refuse((done.stderr.strip().splitlines() or ["写入失败"])[-1])
    answers = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    return [Written(answer["result"], answer["why"]) for answer in answers]


def _label(desk: Desk, item: ReviewItem, intent: str) -> str | None:
    """Write first, then remember: what is refused stays open. Returns why it was refused."""
    (done,) = add_sentences([(item, intent)])
    if done.refused:
        return done.why
    desk.review.label(item.id, intent, _who(), key=_key())
    desk.review.mark_written([item.id])
    _tell(item, intent, done)
    return None


def _skip(desk: Desk, item: ReviewItem) -> None:
    desk.review.skip(item.id, _who(), key=_key())
    console.print(f"{item.id}：已跳过")


def _ask_one_by_one(desk: Desk) -> None:
    known = intents()
    items = desk.review.listed(limit=1000)
    for place, item in enumerate(items, start=1):
        console.print(f"\n[{place}/{len(items)}] {item.text}", markup=False, style="bold")
        console.print(f"  {_judgement(item)}    {_what_followed(item)}", markup=False)
        likely = _suggestions(item)
        for number, name in enumerate(likely, start=1):
            console.print(f"  {number}  {name}", markup=False)
        while True:
            said = typer.prompt("序号、意图名、s 跳过、q 结束", default="s").strip()
            if said == "q":
                return
            if said == "s":
                _skip(desk, item)
                break
            if said.isdigit() and 1 <= int(said) <= len(likely):
                said = likely[int(said) - 1]
            if said not in known:
                console.print(f"✗ 没有意图 {said}。", style="red", markup=False)
            elif (problem := _label(desk, item, said)) is None:
                break
            else:
                console.print(f"✗ {problem}", style="red", markup=False)
    console.print("看完了。训练：xiaotong train")


def _suggestions(item: ReviewItem) -> list[str]:
    """The button the customer took first, then what the model thought."""
    ranked = [name for name, _ in item.ranking]
    return list(dict.fromkeys([*([item.chosen] if item.chosen else []), *ranked]))[: _SHOWN + 1]


def _judgement(item: ReviewItem) -> str:
    acted = "反问" if item.intent == "nlu_fallback" else "处理"
    return f"{acted}：" + "，".join(f"{name} {share:.0%}" for name, share in item.ranking[:_SHOWN])


def _what_followed(item: ReviewItem) -> str:
    chose = f"选了 {item.chosen}；" if item.chosen else ""
    return chose + " › ".join(str(said["text"]) for said in item.followed)


def _tell(item: ReviewItem, intent: str, done: Written) -> None:
    what = {
        "written": "已写入 data/nlu",
        "known": f"训练数据里已有“{done.why}”",
        "refused": f"✗ 没有写入：{done.why}",
    }[done.result]
    console.print(f"{item.id}：{intent}，{what}", markup=False)


def _key() -> str:
    """One run of a command is one call."""
    return f"review:{uuid4().hex}"


def _who() -> str:
    return f"cli:{getpass.getuser()}"


def _refuse(text: str) -> NoReturn:
    console.print(f"✗ {text}", style="red", markup=False)
    raise typer.Exit(2)
