"""What the simulation found: figures, a table, and every conversation as an HTML page."""

import statistics
from collections import defaultdict
from html import escape
from pathlib import Path
from typing import Any

from xiaotong.simulation.run import Outcome

GOALS = {"clean": 0.95, "noisy": 0.90}
MOST_QUESTIONS = 5
_ENDS = {
    "solved": "自助修好",
    "visit": "上门工单",
    "check": "网络核查工单",
    "advised": "说明后结束",
    "blocked": "已知故障",
    "human": "转人工",
    "stopped": "中止",
    "dead end": "没有结果",
}
_STYLE = """body{font:15px/1.6 sans-serif;max-width:960px;margin:2em auto;color:#1f2a3d}
table{border-collapse:collapse}
td,th{padding:.3em .8em;border-bottom:1px solid #d5dbe6;text-align:left}
details{margin:.5em 0;border:1px solid #d5dbe6;border-radius:8px;padding:.4em .8em}
.wrong{border-color:#d64545;background:#fdf1f1}
.customer{margin:.3em 0 .3em 25%;background:#dbe8ff;border-radius:8px;padding:.3em .7em}
.bot{margin:.3em 25% .3em 0;background:#f0f2f6;border-radius:8px;padding:.3em .7em;
white-space:pre-wrap}"""


def figures(outcomes: list[Outcome]) -> dict[str, Any]:
    """The figures of one round of customers."""
    fixable = [o for o in outcomes if o.case.fault.fixable]
    orders = [o for o in outcomes if o.case.fault.ends in ("visit", "check")]
    by_service: dict[str, list[int]] = defaultdict(list)
    for outcome in outcomes:
        by_service[outcome.case.fault.service].append(outcome.questions)
    return {
        "customers": len(outcomes),
        "right": _share(outcomes),
        "fixable_fixed": _share(fixable),
        "right_order": _share(orders),
        "needless_visits": sum(o.needless_visit for o in outcomes),
        "dead_ends": sum(o.end in ("dead end", "human", "stopped") for o in outcomes),
        "median_questions": {s: statistics.median(q) for s, q in sorted(by_service.items())},
    }


def reached(found: dict[str, Any], kind: str) -> bool:
    """Whether the goals are met: nothing sent in vain, nobody left alone, few questions."""
    return bool(
        found["fixable_fixed"] >= GOALS[kind]
        and found["needless_visits"] == 0
        and found["dead_ends"] == 0
        and found["median_questions"].get("broadband", 0) <= MOST_QUESTIONS
    )


def write_html(file: Path, rounds: dict[str, list[Outcome]]) -> None:
    """One page: the figures first, then every conversation, wrong ones open."""
    parts = [
        '<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>模拟客户</title>',
        f"<style>{_STYLE}</style><h1>模拟客户</h1>",
    ]
    for name, outcomes in rounds.items():
        parts.append(f"<h2>{'有口误和错字' if name == 'noisy' else '表达清楚'}</h2>")
        parts.append(_table(figures(outcomes)))
        parts += [_conversation(outcome) for outcome in sorted(outcomes, key=lambda o: o.right)]
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join([*parts, "</html>\n"]), encoding="utf8")


def _share(outcomes: list[Outcome]) -> float:
    return round(sum(o.right for o in outcomes) / len(outcomes), 4) if outcomes else 1.0


def _table(found: dict[str, Any]) -> str:
    rows = "".join(
        f"<tr><th>{escape(k)}</th><td>{escape(str(v))}</td></tr>" for k, v in found.items()
    )
    return f"<table>{rows}</table>"


def _conversation(outcome: Outcome) -> str:
    case = outcome.case
    who = "已核实" if case.verified else "未核实"
    title = (
        f"{'✓' if outcome.right else '✗'} {case.fault.name}（{case.personality.name}，{who}）"
        f" → {_ENDS.get(outcome.end, outcome.end)}，{outcome.questions} 问"
    )
    said = "".join(f'<div class="{who}">{escape(text)}</div>' for who, text in outcome.said)
    wrong = "" if outcome.right else ' class="wrong" open'
    return f"<details{wrong}><summary>{escape(title)}</summary>{said}</details>"
