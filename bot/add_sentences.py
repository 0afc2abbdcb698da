"""`python -m bot.add_sentences < rows.json`: write reviewed sentences into data/nlu.

Reads `[{"text", "intent"}, …]` and answers one JSON line per row: `{"text", "result", "why"}` with
result `written`, `known` (training has it already) or `refused`. A sentence goes to the end of the
block of its intent, in the file with most of that intent; where a block is kept in order, into its
place. Nothing that nearly stands in the tests may be learnt: measuring would measure nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.evaluate import known_intents
from bot.near_duplicates import near_pairs
from bot.sentences import read_sentences
from bot.training_sentences import raw_sentences

ROOT = Path(__file__).resolve().parent.parent
WRITTEN, KNOWN, REFUSED = "written", "known", "refused"
_INTENT, _EXAMPLES, _LINE = "  - intent: ", "    examples: |", "      - "
_LONGEST = 300
# Fewer lines may stand in order by chance.
_KEPT_IN_ORDER = 5


@dataclass(frozen=True)
class Result:
    """What became of one sentence, and why not more."""

    text: str
    result: str
    why: str = ""


def add(rows: Sequence[tuple[str, str]], root: Path = ROOT) -> list[Result]:
    """Write each (sentence, intent) where it belongs; asking again changes nothing."""
    intents = known_intents(root)
    training = raw_sentences(root)
    tests = [s.text for s in read_sentences(sorted((root / "tests/nlu").glob("*.tsv")), None)]
    results = []
    for text, intent in rows:
        said = " ".join(text.split())
        result = _judged(said, intent, intents, training, tests)
        if result.result == WRITTEN:
            _insert(said, intent, root)
            training.append((said, intent))
        results.append(result)
    return results


def _judged(
    text: str,
    intent: str,
    intents: frozenset[str],
    training: list[tuple[str, str]],
    tests: list[str],
) -> Result:
    if intent not in intents or intent == "nlu_fallback":
        return Result(text, REFUSED, f"{intent} 不是 domain.yml 里的意图")
    if not text or len(text) > _LONGEST:
        return Result(text, REFUSED, f"句子要有 1 到 {_LONGEST} 个字")
    if near := near_pairs(tests, [text]):
        return Result(text, REFUSED, f"与测试句子几乎相同：{near[0][1]}")
    if near := near_pairs([said for said, _ in training], [text]):
        twin = near[0][1]
        label = next(name for said, name in training if said == twin)
        if label == intent:
            return Result(text, KNOWN, twin)
        return Result(text, REFUSED, f"训练数据里“{twin}”是 {label}；要改请直接改那一行")
    return Result(text, WRITTEN)


def _insert(text: str, intent: str, root: Path) -> None:
    file, lines, start, end = _block(intent, root)
    block = lines[start:end]
    new = _LINE + text
    place = end
    if len(block) >= _KEPT_IN_ORDER and block == sorted(block):
        place = start + sum(line < new for line in block)
    lines.insert(place, new)
    scratch = file.with_name(f".{file.name}.{os.getpid()}")
    scratch.write_text("\n".join(lines) + "\n", encoding="utf-8")
    os.replace(scratch, file)


def _block(intent: str, root: Path) -> tuple[Path, list[str], int, int]:
    """The largest block of an intent: file, its lines, first example line and the one after."""
    found: list[tuple[int, Path, list[str], int, int]] = []
    for file in sorted((root / "data" / "nlu").glob("*.yml")):
        lines = file.read_text(encoding="utf-8").splitlines()
        for number, line in enumerate(lines):
            if line.split("#")[0].rstrip() != _INTENT + intent:
                continue
            start = number + 1
            while start < len(lines) and not lines[start].startswith(_EXAMPLES):
                start += 1
            end = start = start + 1
            while end < len(lines) and lines[end].startswith(_LINE):
                end += 1
            found.append((end - start, file, lines, start, end))
    if not found:
        raise ValueError(f"data/nlu: no block of {intent}")
    _, file, lines, start, end = max(found, key=lambda block: block[0])
    return file, lines, start, end


def main() -> int:
    """Command line; exit 1 with one line when the rows cannot be read or written."""
    parser = argparse.ArgumentParser(prog="python -m bot.add_sentences")
    parser.add_argument("--root", type=Path, default=ROOT, help="the project to write into")
    root = parser.parse_args().root
    try:
        rows = [(str(row["text"]), str(row["intent"])) for row in json.load(sys.stdin)]
        results = add(rows, root)
    except (ValueError, KeyError, TypeError, OSError) as error:
        print(f"not written: {error}", file=sys.stderr)
        return 1
    for result in results:
        print(json.dumps(vars(result), ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
