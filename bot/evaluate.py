"""`python -m bot.evaluate --model M [--data FILE]`: how well a trained model understands.

Sentences go through the whole pipeline as the gateway's messages do. Tables for people come first,
an HTML report goes to var/nlu/, and the last line is one JSON object for programs.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import sys
import time
import warnings
from pathlib import Path
from typing import Any

import yaml

from bot.comparison import keep_figures, side_by_side
from bot.evaluation import FALLBACK, Outcome, entity_score, figures, per_intent, per_tag
from bot.evaluation_report import write_report
from bot.sentences import BadRow, Sentence, read_sentences

ROOT = Path(__file__).resolve().parent.parent
TESTS = ROOT / "tests" / "nlu"
REPORTS = ROOT / "var" / "nlu"


def known_intents(root: Path = ROOT) -> frozenset[str]:
    """The intents of domain.yml."""
    domain = yaml.safe_load((root / "domain.yml").read_text(encoding="utf-8"))
    return frozenset(i if isinstance(i, str) else next(iter(i)) for i in domain["intents"])


def load_agent(model: Path, stock: bool) -> Any:
    """The model as a Rasa agent; our own pipeline is loaded the way it is served."""
    warnings.filterwarnings("ignore")
    for name, value in (("OMP_NUM_THREADS", "1"), ("TF_CPP_MIN_LOG_LEVEL", "3")):
        os.environ.setdefault(name, value)
    import structlog  # noqa: PLC0415 - Rasa's debug lines are silenced before it is imported

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    if not stock:
        from bot.without_tensorflow import serve_without_tensorflow  # noqa: PLC0415

        serve_without_tensorflow()
    from rasa.core.agent import Agent  # noqa: PLC0415

    return Agent.load(str(model))


def parse_all(agent: Any, sentences: list[Sentence]) -> tuple[list[Outcome], dict[str, float]]:
    """Parse every sentence twice: outcomes, and milliseconds when new and when repeated."""

    async def one(text: str) -> tuple[dict[str, Any], float]:
        started = time.perf_counter()
        parsed = await agent.parse_message(text)
        return parsed, (time.perf_counter() - started) * 1000

    async def run() -> tuple[list[Outcome], list[float], list[float]]:
        await one("你好")
        outcomes, new, repeated = [], [], []
        for sentence in sentences:
            parsed, spent = await one(sentence.text)
            new.append(spent)
            repeated.append((await one(sentence.text))[1])
            outcomes.append(_outcome(sentence, parsed))
        return outcomes, new, repeated

    outcomes, new, repeated = asyncio.run(run())
    ordered = sorted(new)
    return outcomes, {
        "p50_ms": round(statistics.median(new), 1),
        "p95_ms": round(ordered[int(len(ordered) * 0.95)], 1),
        "repeated_p50_ms": round(statistics.median(repeated), 1),
    }


def _outcome(sentence: Sentence, parsed: dict[str, Any]) -> Outcome:
    ranking = [r for r in parsed["intent_ranking"] if r["name"] != FALLBACK]
    return Outcome(
        sentence,
        tuple(str(r["name"]) for r in ranking),
        float(ranking[0]["confidence"]) if ranking else 0.0,
        parsed["intent"]["name"] not in (FALLBACK, None),
        str(parsed.get("text") or sentence.text),
    )


def print_table(title: str, rows: list[dict[str, Any]]) -> None:
    """One aligned table on standard output."""
    print(f"\n{title:<24}{'n':>6}{'top-1':>8}{'top-3':>8}{'acted':>8}{'wrong/acted':>13}")
    for row in rows:
        print(
            f"{row['name']:<24}{row['n']:>6}{row['top1']:>8.1%}{row['top3']:>8.1%}"
            f"{row['acted']:>8.1%}{row['wrong_when_acted']:>13.1%}"
        )


def evaluate(model: Path, data: Path | None, stock: bool) -> dict[str, Any]:
    """Run the whole evaluation and return the figures of the last line."""
    paths = [data] if data else sorted(TESTS.glob("*.tsv"))
    sentences = read_sentences(paths, known_intents())
    outcomes, spent = parse_all(load_agent(model, stock), sentences)
    total = figures(outcomes)
    print_table("intent", per_intent(outcomes))
    print_table("tag", per_tag(outcomes))
    exact = entity_score(outcomes)
    if exact["n"]:
        print(f"\nentity values exact: {exact['exact']} of {exact['n']} ({exact['rate']:.1%})")
        for line in exact["wrong"]:
            print(f"  {line}")
    result = {**total, **spent}
    name = "stock" if stock else "own"
    keep_figures(REPORTS, name, sentences, result)
    both = side_by_side(REPORTS, sentences)
    report = write_report(REPORTS / f"report-{name}.html", outcomes, result, exact, both)
    if both:
        print("\n" + "\n".join(both))
    print(f"\nreport: {report.relative_to(ROOT)}")
    return result


def main() -> int:
    """Command line; exit 2 with one line when rows or model cannot be used."""
    parser = argparse.ArgumentParser(prog="python -m bot.evaluate")
    parser.add_argument("--model", type=Path, default=Path("var/models/current.tar.gz"))
    parser.add_argument("--data", type=Path)
    parser.add_argument("--pipeline", choices=("own", "stock"), default="own")
    options = parser.parse_args()
    stock = options.pipeline == "stock"
    from bot.nlu.intent_model import ClassifierNotLoadable  # noqa: PLC0415 - brings Rasa

    try:
        if options.data:
            read_sentences([options.data], known_intents())
        if stock:
            from bot.stock import stock_model  # noqa: PLC0415 - brings TensorFlow

            options.model = stock_model()
        result = evaluate(options.model, options.data, stock)
    except (BadRow, ClassifierNotLoadable) as error:
        print(f"not evaluated: {error}", file=sys.stderr)
        return 2
    print(json.dumps(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
