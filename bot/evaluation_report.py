"""The HTML report of an evaluation: one file, nothing to load, readable without a server."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

from bot.evaluation import Outcome, per_intent, per_tag

WORST = 60
_CELL = 14
_STYLE = """
body{font:14px/1.5 sans-serif;margin:2em auto;max-width:1100px;color:#222}
table{border-collapse:collapse;margin:1em 0}td,th{padding:2px 10px;border-bottom:1px solid #ddd;
text-align:right}td:first-child,th:first-child{text-align:left}h2{margin-top:2em}
svg text{font:9px sans-serif}
"""


def write_report(
    target: Path,
    outcomes: list[Outcome],
    result: dict[str, Any],
    exact: dict[str, Any],
    both: Sequence[str] = (),
) -> Path:
    """Write figures, tables, confusion picture and worst errors; return the file."""
    head = "、".join(f"{key} {value}" for key, value in result.items())
    body = [
        f"<h1>理解评测</h1><p>{escape(head)}</p>",
        f"<p>实体取值完全正确：{exact['exact']} / {exact['n']}</p>",
        "<h2>与自带管道对比</h2><pre>" + escape("\n".join(both)) + "</pre>" if both else "",
        "<h2>按标记</h2>" + _table(per_tag(outcomes)),
        "<h2>按意图</h2>" + _table(per_intent(outcomes)),
        "<h2>混淆图</h2><p>行是应为，列是判为；颜色越深越多。</p>" + _picture(outcomes),
        "<h2>最严重的错误（最有把握的在前）</h2>" + _errors(outcomes),
    ]
    target.parent.mkdir(parents=True, exist_ok=True)
    page = f"<!doctype html><meta charset=utf-8><title>理解评测</title><style>{_STYLE}</style>"
    target.write_text(page + "\n".join(body), encoding="utf-8")
    return target


def _table(rows: list[dict[str, Any]]) -> str:
    head = "<tr><th>名称<th>n<th>top-1<th>top-3<th>直接处理<th>处理中判错</tr>"
    lines = [
        f"<tr><td>{escape(r['name'])}<td>{r['n']}<td>{r['top1']:.1%}<td>{r['top3']:.1%}"
        f"<td>{r['acted']:.1%}<td>{r['wrong_when_acted']:.1%}</tr>"
        for r in rows
    ]
    return f"<table>{head}{''.join(lines)}</table>"


def _picture(outcomes: list[Outcome]) -> str:
    pairs: Counter[tuple[str, str]] = Counter()
    for o in outcomes:
        expected = o.ranking[0] if o.right else o.sentence.intents[0]
        pairs[expected, o.ranking[0] if o.ranking else "-"] += 1
    names = sorted({name for pair in pairs for name in pair})
    totals = Counter({n: sum(c for (e, _), c in pairs.items() if e == n) for n in names})
    place = {name: i for i, name in enumerate(names)}
    side = len(names) * _CELL
    cells = []
    for (expected, found), count in pairs.items():
        shade = 0.15 + 0.85 * count / max(totals[expected], 1)
        colour = "30,120,60" if expected == found else "190,40,30"
        cells.append(
            f'<rect x="{150 + place[found] * _CELL}" y="{place[expected] * _CELL}" width="{_CELL}"'
            f' height="{_CELL}" fill="rgba({colour},{shade:.2f})"><title>{escape(expected)} → '
            f"{escape(found)}: {count}</title></rect>"
        )
    for name, i in place.items():
        cells.append(f'<text x="2" y="{i * _CELL + 10}">{escape(name)}</text>')
        x = 150 + i * _CELL + 9
        turned = f'transform="rotate(90 {x} {side + 4})"'
        cells.append(f'<text x="{x}" y="{side + 4}" {turned}>{escape(name)}</text>')
    return f'<svg width="{side + 160}" height="{side + 160}">{"".join(cells)}</svg>'


def _errors(outcomes: list[Outcome]) -> str:
    wrong = sorted((o for o in outcomes if not o.right), key=lambda o: -o.confidence)[:WORST]
    head = "<tr><th>句子<th>应为<th>判为<th>把握<th>直接处理</tr>"
    lines = [
        f"<tr><td>{escape(o.sentence.text)}<td>{escape(', '.join(o.sentence.intents))}"
        f"<td>{escape(' › '.join(o.ranking[:3]))}<td>{o.confidence:.2f}"
        f"<td>{'是' if o.acted else '否'}</tr>"
        for o in wrong
    ]
    return f"<table>{head}{''.join(lines)}</table>"
