"""Text that fits: cut at ends of sentences within a limit of bytes; tables become lines. Pure."""

import re

# From the best place to cut to the worst; the cut is after the match.
_ENDS = (
    re.compile(r"\n\s*\n"),
    re.compile(r"\n"),
    re.compile(r"[。！？；!?;…]+[”’」』）)]*"),
    re.compile(r"[，,、：]"),
    re.compile(r"\s"),
)
# Not inside a number, a word or an address.
_ANYWHERE = re.compile(r"[^A-Za-z0-9._/:?=&%#@+-]")
_RULE = re.compile(r"\|?[\s:|-]*-[\s:|-]*\|?")


def split(text: str, limit: int) -> list[str]:
    """Pieces of at most `limit` bytes of UTF-8, nothing lost but blanks at the cuts."""
    pieces: list[str] = []
    rest = text.strip()
    while len(rest.encode()) > limit:
        head = rest.encode()[:limit].decode(errors="ignore")
        cut = _best_cut(head)
        pieces.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*pieces, rest] if rest else pieces


def _best_cut(head: str) -> int:
    """Where to end: the last good place in the second half, else the next worse kind of place."""
    for ends in _ENDS:
        places = [m.end() for m in ends.finditer(head) if len(head) // 2 <= m.end()]
        if places:
            return places[-1]
    return max((m.end() for m in _ANYWHERE.finditer(head)), default=len(head))


def without_tables(text: str) -> str:
    """Each row of a Markdown table as a line: "名称：值，名称：值"; other text as it is."""
    lines = text.split("\n")
    told: list[str] = []
    heads: list[str] | None = None
    for number, line in enumerate(lines):
        cells = _cells(line)
        if cells is None:
            heads = None
            told.append(line)
        elif heads is not None:
            if not _RULE.fullmatch(line.strip()):
                told.append(_row(heads, cells))
        elif number + 1 < len(lines) and _RULE.fullmatch(lines[number + 1].strip()):
            heads = cells
        else:
            told.append(line)
    return "\n".join(told)


def _cells(line: str) -> list[str] | None:
    bare = line.strip()
    if not (bare.startswith("|") and bare.endswith("|") and len(bare) > 1):
        return None
    return [cell.strip() for cell in bare[1:-1].split("|")]


def _row(heads: list[str], cells: list[str]) -> str:
    pairs = [
        f"{heads[place]}：{cell}" if place < len(heads) and heads[place] else cell
        for place, cell in enumerate(cells)
        if cell
    ]
    return "· " + "，".join(pairs)
