"""Reads the training data before Rasa does, to say in one line which file and key is wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from bot.training_sentences import SafeLoader

FEWEST_EXAMPLES = 20
SECTIONS = {"nlu": "nlu", "rules": "rules", "stories": "stories"}
BUILT_IN = {"nlu_fallback", "action_listen"}


class DataError(Exception):
    """Training data is wrong; the message names file and key."""


def check_data(root: Path) -> int:
    """Check domain, rules, stories and examples against each other; return how many examples."""
    domain = _read(root / "domain.yml", root)
    intents = {i if isinstance(i, str) else next(iter(i)) for i in domain.get("intents", [])}
    actions = set(domain.get("actions", [])) | set(domain.get("responses", {}))
    examples = _check_examples(root, intents)
    for section in ("rules", "stories"):
        for path in sorted((root / "data" / section).glob("*.yml")):
            name = str(path.relative_to(root))
            for flow in _read(path, root).get(section) or []:
                _check_flow(name, flow, intents | BUILT_IN, actions | BUILT_IN)
    _check_buttons(domain)
    return examples


def _read(path: Path, root: Path) -> dict[str, Any]:
    name = path.relative_to(root)
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), SafeLoader)
    except OSError as error:
        raise DataError(f"{name}: cannot be read ({error.strerror})") from error
    except yaml.YAMLError as error:
        where = getattr(error, "problem_mark", None)
        line = where.line + 1 if where else "?"
        raise DataError(f"{name}: line {line}: not valid YAML") from error
    if not isinstance(content, dict):
        raise DataError(f"{name}: a mapping was expected at the top")
    return content


def _check_examples(root: Path, intents: set[str]) -> int:
    counts: Counter[str] = Counter()
    seen: dict[str, str] = {}
    for path in sorted((root / "data" / "nlu").glob("*.yml")):
        name = str(path.relative_to(root))
        for block in _read(path, root).get("nlu") or []:
            intent = block.get("intent")
            if intent not in intents:
                raise DataError(f"{name}: nlu.intent: {intent} is not in domain.yml")
            for sentence in _sentences(name, intent, block.get("examples")):
                counts[intent] += 1
                other = seen.setdefault(sentence, intent)
                if other != intent:
                    raise DataError(f"{name}: {intent}: {sentence!r} is also under {other}")
    for intent in sorted(intents):
        if counts[intent] < FEWEST_EXAMPLES:
            raise DataError(
                f"data/nlu: {intent}: {counts[intent]} examples, {FEWEST_EXAMPLES} needed"
            )
    return sum(counts.values())


def _sentences(name: str, intent: str, examples: object) -> Iterator[str]:
    if not isinstance(examples, str):
        raise DataError(f"{name}: {intent}.examples: a block of '- …' lines was expected")
    for line in examples.splitlines():
        if not line.startswith("- ") or not line[2:].strip():
            raise DataError(f"{name}: {intent}.examples: {line!r} is not '- sentence'")
        yield line[2:].strip()


def _check_flow(name: str, flow: dict[str, Any], intents: set[str], actions: set[str]) -> None:
    title = flow.get("rule") or flow.get("story")
    for step in flow.get("steps") or []:
        if "intent" in step and step["intent"] not in intents:
            raise DataError(f"{name}: {title}: intent {step['intent']} is not in domain.yml")
        if "action" in step and step["action"] not in actions:
            raise DataError(f"{name}: {title}: action {step['action']} is not in domain.yml")


def _check_buttons(domain: dict[str, Any]) -> None:
    for response, variants in domain.get("responses", {}).items():
        for variant in variants:
            for button in variant.get("buttons", []):
                if str(button.get("payload", "/")).startswith("/"):
                    raise DataError(
                        f"domain.yml: responses.{response}.buttons: the payload must be plain text"
                    )
