"""`xiaotong sla`: check a policy, explain an order's clocks, replay and recompute."""

from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from desk.app import Desk
from desk.model.errors import UnknownWorkOrder
from desk.model.service_levels import Span
from desk.model.sla import BREACHED, CUSTOMER_WARNED, ESCALATED, RECOMPUTED, WARNED
from desk.reports.service_levels import ClockLife, Outcome, Replay, Step
from desk.service_levels import level_policy, read_level
from xiaotong.opening import opened
from xiaotong.tables import table

app = typer.Typer(help="服务时限：检查、解释、推演、重算。", no_args_is_help=True)
console = Console(highlight=False)

_FILE = typer.Argument(help="时限文件，例如 data/policies/service_levels/2026-01-01.yml")
_DAY = "%Y-%m-%d"
_STATES = {
    "met": "按时完成",
    "late": "超时完成",
    "breached": "已超时，未完成",
    "paused": "已暂停",
    "running": "计时中",
}
_OUTCOMES = {"met": "按时", "late": "超时", "open": "未结束", None: "—"}
_STEPS = {
    "started": "开始计时",
    "agreed": "与客户约定时间",
    "paused": "暂停",
    "resumed": "恢复，暂停的时间退还",
    "changed": "重新计算",
    "fulfilled": "完成",
    WARNED: "提前预警",
    BREACHED: "超时",
    CUSTOMER_WARNED: "提前告知客户",
    RECOMPUTED: "重新计算",
}
_PRIORITIES = {"normal": "普通", "important": "优先", "urgent": "紧急"}
_CALENDARS = {"always": "全天计时", "working_days": "按工作日"}


@app.command("check")
def check(file: Annotated[Path, _FILE]) -> None:
    """检查一个时限文件；有错时说明哪个键、应该是什么。"""
    level = read_level(file)
    clocks = sum(len(subject.clocks) for subject in level.subjects.values())
    console.print(f"✓ {file.name}：{level.effective_from} 起生效，{clocks} 个时限，没有问题。")


@app.command("explain")
def explain(number: Annotated[str, typer.Argument(help="工单号，例如 BX261121483920")]) -> None:
    """一张工单的每个时限：经过了什么、计了多少时间、为什么是这个到期时间。"""
    with opened() as desk:
        try:
            found = desk.level_view.explain(number.strip().upper())
        except UnknownWorkOrder:
            _refuse(f"没有工单 {number}，请核对工单号（xiaotong orders list）。")
        priority = _PRIORITIES.get(found.facts.priority, found.facts.priority)
        console.print(f"{found.number}  优先级 {priority}  时限版本 {found.policy or '—'}")
        if not found.clocks:
            console.print("这张工单没有时限。")
        for life in found.clocks:
            _print_life(desk, life)


def _print_life(desk: Desk, life: ClockLife) -> None:
    clock, zone = life.clock, desk.settings.zone
    state = _STATES[clock.state]
    calendar = _CALENDARS.get(clock.rule.calendar.name, f"日历 {clock.rule.calendar.name}")
    shown = table("时间", "经过", "计时", "到期")
    provisional = "，暂定（有年份的放假安排尚未公布）" if clock.provisional else ""
    shown.title = f"{clock.rule.label}：{state}{provisional}"
    for step in life.steps:
        at, due = step.event.at.astimezone(zone), step.due_at.astimezone(zone)
        shown.add_row(
            f"{at:%m-%d %H:%M}", _step(desk, step), _span(step.counted), f"{due:%m-%d %H:%M}"
        )
    console.print()
    console.print(shown)
    base = clock.base.astimezone(zone)
    why = "约定时间" if clock.agreed else f"开始后 {_length(clock.span)}（{calendar}）"
    paused = f"，加上暂停退还的 {_span(clock.paused)}" if clock.paused else ""
    due = clock.due_at.astimezone(zone)
    total = _span(life.counted)
    console.print(
        f"  {why}：{base:%m-%d %H:%M}{paused}，到期 {due:%Y-%m-%d %H:%M}；共计时 {total}。"
    )


def _step(desk: Desk, step: Step) -> str:
    data = step.event.data
    if step.what == ESCALATED:
        roles = desk.policies.service_levels.roles
        return f"通知{roles.get(data['role'], data['role'])}"
    text = _STEPS.get(step.what, step.what)
    if step.event.type == "WorkOrderPriorityChanged":
        return f"{text}（优先级改为{_PRIORITIES.get(data['priority'], data['priority'])}）"
    if step.event.type == RECOMPUTED:
        reason = (
            "放假安排已公布" if data.get("reason") == "calendar" else f"改用 {data['policy']} 版"
        )
        return f"{text}（{reason}）"
    return text


@app.command("replay")
def replay(
    policy: Annotated[Path, typer.Option("--policy", help="改动后的时限文件")],
    begin: Annotated[datetime, typer.Option("--from", formats=[_DAY], help="从哪天受理的工单")],
    until: Annotated[datetime, typer.Option("--to", formats=[_DAY], help="到哪天，含当天")],
    limit: Annotated[int, typer.Option(min=0, help="列出多少张结果会改变的工单")] = 20,
) -> None:
    """用另一份时限重算过去的工单：哪些会按时、哪些会超时。不改动任何数据。"""
    if until < begin:
        _refuse(f"--to {until:{_DAY}} 早于 --from {begin:{_DAY}}。")
    file = read_level(policy)
    with opened() as desk:
        zone = desk.settings.zone
        other = level_policy(policy.stem, file, zone, desk.working_days)
        end = until.replace(tzinfo=zone) + timedelta(days=1)
        result = desk.level_view.replay(other, begin.replace(tzinfo=zone), end)
        labels = {**desk.levels.book.clock_labels, **_labels(file.subjects)}
    if not result.orders:
        console.print(f"{begin:{_DAY}} 至 {until:{_DAY}} 没有受理的工单。")
        return
    _print_totals(result, labels)
    _print_changes(result, labels, limit)


def _labels(subjects: object) -> dict[str, str]:
    assert isinstance(subjects, dict)
    return {
        kind: clock.label for subject in subjects.values() for kind, clock in subject.clocks.items()
    }


def _print_totals(result: Replay, labels: dict[str, str]) -> None:
    shown = table("时限", "现在按时", "现在超时", "改后按时", "改后超时", "按时率")
    everything: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
    for clock, (before, after) in sorted(result.totals.items()):
        everything[0].update(before)
        everything[1].update(after)
        shown.add_row(labels.get(clock, clock), *_figures(before, after))
    shown.add_section()
    shown.add_row("合计", *_figures(*everything))
    console.print(shown)
    changed = sum(o.before != o.after for o in result.outcomes)
    console.print(
        f"{result.orders} 张工单，{len(result.outcomes)} 个时限，{changed} 个结果会改变。"
    )


def _figures(before: Counter[str], after: Counter[str]) -> list[str]:
    counts = [before["met"], before["late"], after["met"], after["late"]]
    return [*map(str, counts), f"{_share(before)} → {_share(after)}"]


def _share(counts: Counter[str]) -> str:
    ended = counts["met"] + counts["late"]
    return f"{counts['met'] / ended:.1%}" if ended else "—"


def _print_changes(result: Replay, labels: dict[str, str], limit: int) -> None:
    changed: list[Outcome] = [o for o in result.outcomes if o.before != o.after]
    if not changed or not limit:
        return
    shown = table("工单号", "时限", "现在", "改后")
    for outcome in changed[:limit]:
        before, after = _OUTCOMES[outcome.before], _OUTCOMES[outcome.after]
        shown.add_row(outcome.number, labels.get(outcome.clock, outcome.clock), before, after)
    console.print(shown)
    if len(changed) > limit:
        console.print(f"另有 {len(changed) - limit} 个，用 --limit 列出更多。")


@app.command("recompute")
def recompute(
    policy: Annotated[
        str | None, typer.Option("--policy", help="让未结束的时限改用这个版本，例如 2026-01-01")
    ] = None,
) -> None:
    """重算未结束的时限：放假安排公布或更正之后，或改用另一个版本；暂停的时间不会丢。"""
    with opened() as desk:
        if policy is not None and desk.levels.book.named(policy) is None:
            known = "、".join(version.version for version in desk.levels.book.versions)
            _refuse(f"没有时限版本 {policy}，现有：{known}。")
        moved = desk.levels.recompute(to=policy)
        labels, zone = desk.levels.book.clock_labels, desk.settings.zone
        if not moved:
            console.print("没有到期时间需要改变。")
            return
        shown = table("工单或会话", "时限", "原来", "现在")
        for one in moved:
            before, after = one.before.astimezone(zone), one.after.astimezone(zone)
            provisional = "（暂定）" if one.provisional else ""
            shown.add_row(
                one.subject,
                labels.get(one.clock, one.clock),
                f"{before:%Y-%m-%d %H:%M}",
                f"{after:%Y-%m-%d %H:%M}{provisional}",
            )
        console.print(shown)
        console.print(f"{len(moved)} 个时限的到期时间已改变。")


def _length(span: Span) -> str:
    if span.same_day:
        return "当天"
    return f"{span.working_days} 个工作日" if span.working_days else _span(span.length)


def _span(span: timedelta) -> str:
    minutes = round(span.total_seconds() / 60)
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} 分钟"
    return f"{hours} 小时 {rest} 分钟" if rest else f"{hours} 小时"


def _refuse(text: str) -> NoReturn:
    console.print(f"✗ {text}", style="red")
    raise typer.Exit(2)
