"""The training sentences as the classifier sees them: read, normalised and corrected."""

from __future__ import annotations

from pathlib import Path

import yaml

# The C reader is ten times faster; PyYAML has it wherever libyaml was there to build with.
SafeLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
ROOT = Path(__file__).resolve().parent.parent


def raw_sentences(root: Path = ROOT) -> list[tuple[str, str]]:
    """(sentence, intent) of every example under data/nlu, in file order."""
    found: list[tuple[str, str]] = []
    for path in sorted((root / "data" / "nlu").glob("*.yml")):
        content = yaml.load(path.read_text(encoding="utf-8"), SafeLoader)
        for block in content.get("nlu") or []:
            for line in block["examples"].splitlines():
                found.append((line.removeprefix("- ").strip(), block["intent"]))
    return found


def prepared_sentences(root: Path = ROOT) -> tuple[list[str], list[str]]:
    """Texts and intents after the first two steps of the pipeline."""
    from bot.nlu.corrector import correct  # noqa: PLC0415 - reads dictionaries
    from bot.nlu.normalizer import normalize  # noqa: PLC0415

    rows = raw_sentences(root)
    return [correct(normalize(text)) for text, _ in rows], [intent for _, intent in rows]
