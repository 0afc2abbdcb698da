"""A diagnosis tree as a picture: one SVG, from the readings of the line test to the ends.

Written here because the graph drawers looked at need Graphviz installed beside them or a browser;
a tree of two dozen nodes needs neither.
"""

from collections import defaultdict
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from desk.model.diagnosis import Tree
from desk.tree_checks import ENDS, HANDOVER

_WIDTH, _ROW, _HEAD, _GAP_X, _GAP_Y, _MARGIN = 250, 21, 48, 90, 22, 28
_COLOURS = {
    "ask": ("#ffffff", "#2f6fdd"),
    "say": ("#eef2f8", "#7a869c"),
    "test": ("#e8f6ee", "#1f9d55"),
    "entry": ("#f4f0fb", "#6b46c1"),
}
_END_NAMES = {
    "@solved": "已解决",
    "@order": "登记工单",
    "@check": "网络核查",
    "@human": "转人工",
    "@stopped": "结束",
    "@advised": "说明后结束",
}
_LABEL = 17  # characters that fit into a row


@dataclass(frozen=True)
class _Way:
    """One way out of a box: what is answered, and the box it leads to (or a name, for an end)."""

    label: str
    target: str
    end: str | None


@dataclass(frozen=True)
class _Box:
    name: str
    title: str
    kind: str
    ways: tuple[_Way, ...]

    @property
    def height(self) -> int:
        return _HEAD + _ROW * len(self.ways)


def draw(tree: Tree) -> str:
    """The tree as SVG text: columns from left to right, each box with the answers it takes.

    Only ways to another step are drawn as lines; where a way ends is written beside the answer.
    """
    boxes = _boxes(tree)
    places = _places(_columns(boxes), boxes)
    width = max(x for x, _ in places.values()) + _WIDTH + _MARGIN
    height = max(y + boxes[name].height for name, (_, y) in places.items()) + _MARGIN
    lines = [
        _line(box, row, boxes, places) for box in boxes.values() for row in range(len(box.ways))
    ]
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"'
        f' width="{width}" height="{height}" font-family="sans-serif" role="img"'
        f' aria-label="{escape(tree.title)}">',
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7"',
        ' markerHeight="7" orient="auto"><path d="M0 0 L8 4 L0 8 z" fill="#7a869c"/>',
        "</marker></defs>",
        f'<rect width="{width}" height="{height}" fill="#fbfcfe"/>',
        *filter(None, lines),
        *(_card(box, *places[box.name]) for box in boxes.values()),
        "</svg>\n",
    ]
    return "\n".join(parts)


def _boxes(tree: Tree) -> dict[str, _Box]:
    entries: dict[str, list[str]] = defaultdict(list)
    for entry in tree.entries:
        entries[entry.go].append(entry.reading)
    ways = [_way("、".join(names), go) for go, names in entries.items()]
    boxes = {"": _Box("", tree.title, "entry", tuple(ways))}
    for node in tree.nodes.values():
        ways = [_way(answer.label, answer.go) for answer in node.answers]
        singles = (("", node.go), ("通过", node.passed), ("未通过", node.failed))
        ways += [_way(label, go) for label, go in (*singles, ("已经试过", node.tried)) if go]
        kind = "test" if node.is_test else "say" if node.say else "ask"
        boxes[node.id] = _Box(node.id, node.title, kind, tuple(ways))
    return boxes


def _way(label: str, target: str) -> _Way:
    if target in ENDS:
        return _Way(label, target, _END_NAMES[target])
    if target.startswith(HANDOVER):
        return _Way(label, target, f"转 {target.removeprefix(HANDOVER)}")
    return _Way(label, target, None)


def _columns(boxes: dict[str, _Box]) -> list[list[str]]:
    """Each box right of all that lead to it, as far as the tree has no way back."""
    depth = dict.fromkeys(boxes, 0)
    for _ in boxes:
        for box in boxes.values():
            for way in box.ways:
                if way.end is None and depth[way.target] <= depth[box.name] < len(boxes):
                    depth[way.target] = depth[box.name] + 1
    columns: list[list[str]] = [[] for _ in range(max(depth.values()) + 1)]
    for name in boxes:
        columns[depth[name]].append(name)
    for before, column in pairwise(columns):
        order = {name: index for index, name in enumerate(before)}
        column.sort(key=lambda name, order=order: _centre(name, order, boxes))  # type: ignore[misc]
    return columns


def _centre(name: str, order: dict[str, int], boxes: dict[str, _Box]) -> float:
    """The mean place of what leads here, so that lines cross little."""
    before = [
        order[box.name]
        for box in boxes.values()
        for way in box.ways
        if way.target == name and box.name in order
    ]
    return sum(before) / len(before) if before else len(order) / 2


def _places(columns: list[list[str]], boxes: dict[str, _Box]) -> dict[str, tuple[int, int]]:
    heights = [sum(boxes[n].height + _GAP_Y for n in column) - _GAP_Y for column in columns]
    places = {}
    for index, column in enumerate(columns):
        y = _MARGIN + (max(heights) - heights[index]) // 2
        for name in column:
            places[name] = (_MARGIN + index * (_WIDTH + _GAP_X), y)
            y += boxes[name].height + _GAP_Y
    return places


def _card(box: _Box, x: int, y: int) -> str:
    fill, stroke = _COLOURS[box.kind]
    parts = [
        f'<rect x="{x}" y="{y}" width="{_WIDTH}" height="{box.height}" rx="8"'
        f' fill="{fill}" stroke="{stroke}" stroke-width="1.6"/>',
        _text(x + 10, y + 19, box.title, 14, "#1f2a3d"),
        _text(x + 10, y + 35, box.name or "线路测试的读数", 11, "#7a869c"),
    ]
    for row, way in enumerate(box.ways):
        top = y + _HEAD + row * _ROW
        label = way.label if len(way.label) <= _LABEL else way.label[: _LABEL - 1] + "…"
        parts.append(f'<path d="M{x} {top} h{_WIDTH}" stroke="#e3e8f0"/>')
        parts.append(_text(x + 10, top + 15, label, 12, "#3d4a63"))
        if way.end is not None:
            parts.append(_text(x + _WIDTH - 8, top + 15, f"→ {way.end}", 12, "#b06000", "end"))
    return "".join(parts)


def _text(x: int, y: int, text: str, size: int, colour: str, anchor: str = "start") -> str:
    return (
        f'<text x="{x}" y="{y}" font-size="{size}" fill="{colour}"'
        f' text-anchor="{anchor}">{escape(text)}</text>'
    )


def _line(
    box: _Box, row: int, boxes: dict[str, _Box], places: dict[str, tuple[int, int]]
) -> str | None:
    way = box.ways[row]
    if way.end is not None:
        return None
    x1, y1 = places[box.name][0] + _WIDTH, places[box.name][1] + _HEAD + row * _ROW + _ROW // 2
    x2, y2 = places[way.target][0], places[way.target][1] + _HEAD // 2
    bend = max(40, (x2 - x1) // 3)
    return (
        f'<path d="M{x1} {y1} C{x1 + bend} {y1} {x2 - bend} {y2} {x2 - 2} {y2}" fill="none"'
        ' stroke="#9aa5b8" stroke-width="1.3" marker-end="url(#tip)"/>'
    )
