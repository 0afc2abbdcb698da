"""`python -m bot.gate --candidate A --current B`: is a retrained model good enough to replace one?

Both are measured on tests/nlu. A candidate that is more than one point worse on any tagged group
is refused, with the table, whatever it gained elsewhere: a new habit must not cost the elderly, the
dialect speakers or the hurried who type badly.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from bot.evaluate import TESTS, known_intents, load_agent, parse_all
from bot.evaluation import per_tag
from bot.sentences import read_sentences

WORSE_BY = 0.01


def worse_groups(
    current: list[dict[str, Any]], candidate: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """The groups on which the candidate loses more than a point: name, before and after."""
    before = {row["name"]: row["top1"] for row in current}
    return [
        {"name": row["name"], "before": before[row["name"]], "after": row["top1"]}
        for row in candidate
        if row["name"] in before and before[row["name"]] - row["top1"] > WORSE_BY + 1e-9
    ]


def measure(model: Path) -> list[dict[str, Any]]:
    """The figures per tag of one model; false alarms are counted as what stays right."""
    sentences = read_sentences(sorted(TESTS.glob("*.tsv")), known_intents())
    outcomes, _ = parse_all(load_agent(model, stock=False), sentences)
    return [row for row in per_tag(outcomes) if row["name"] != "false alarms"]


def main() -> int:
    """Command line; exit 1 when the candidate is refused."""
    parser = argparse.ArgumentParser(prog="python -m bot.gate")
    parser.add_argument("--candidate", type=Path, required=True)
    parser.add_argument("--current", type=Path, required=True)
    options = parser.parse_args()
    current, candidate = measure(options.current), measure(options.candidate)
    after = {row["name"]: row["top1"] for row in candidate}
    print(f"{'tag':<24}{'n':>6}{'current':>10}{'candidate':>11}")
    for row in current:
        print(f"{row['name']:<24}{row['n']:>6}{row['top1']:>10.1%}{after[row['name']]:>11.1%}")
    worse = worse_groups(current, candidate)
    if worse:
        names = ", ".join(row["name"] for row in worse)
        print(f"refused: more than a point worse on {names}", file=sys.stderr)
        return 1
    print("accepted")
    return 0


if __name__ == "__main__":
    sys.exit(main())
