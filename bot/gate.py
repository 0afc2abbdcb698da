"""`python -m bot.gate --candidate A --current B`: is a retrained model good enough to replace one?

Both answer the sentences of tests/nlu. A candidate that is more than one point worse on any tagged
group is refused, with the table, whatever it gained elsewhere: a new habit must not cost the
elderly, the dialect speakers or the hurried who type badly. `bot.train` asks here before it puts a
model in place. What a model answered is kept beside it, so that only the new one is measured.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
import tarfile
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from bot.sentences import Sentence, read_sentences
from bot.signing import BadSignature, verify

TESTS = Path(__file__).resolve().parent.parent / "tests" / "nlu"
WORSE_BY = 0.01
ANSWERS = ".answers.json"
OUTSIDE = "out_of_scope"
_MODEL_FILES = ("intent_weights.npz", "intent_names.json")

Row = dict[str, Any]
Answers = dict[str, str]


class CannotCompare(Exception):
    """The current model cannot be measured by this code; the message says why."""


@dataclass(frozen=True)
class Verdict:
    """The figures of both models on the same sentences, by group."""

    current: list[Row]
    candidate: list[Row]

    @property
    def worse(self) -> list[Row]:
        """The groups that forbid the candidate."""
        return worse_groups(self.current, self.candidate)

    def table(self) -> str:
        """For people; groups that lost too much are marked."""
        after = {row["name"]: row["top1"] for row in self.candidate}
        lost = {row["name"] for row in self.worse}
        lines = [f"{'group':<22}{'n':>6}{'current':>10}{'candidate':>11}"]
        for row in self.current:
            name, mark = row["name"], "  <- worse" if row["name"] in lost else ""
            lines.append(f"{name:<22}{row['n']:>6}{row['top1']:>10.1%}{after[name]:>11.1%}{mark}")
        return "\n".join(lines)


def worse_groups(current: list[Row], candidate: list[Row]) -> list[Row]:
    """The groups on which the candidate loses more than a point: name, before and after."""
    before = {row["name"]: row["top1"] for row in current}
    return [
        {"name": row["name"], "before": before[row["name"]], "after": row["top1"]}
        for row in candidate
        if row["name"] in before and before[row["name"]] - row["top1"] > WORSE_BY + 1e-9
    ]


def group_figures(sentences: Sequence[Sentence], answers: Mapping[str, str]) -> list[Row]:
    """Share of right answers per tag, of what was rightly declined, and not wrongly declined."""
    groups: dict[str, list[bool]] = defaultdict(list)
    for sentence in sentences:
        answer = answers[digest(sentence.text)]
        for tag in sentence.tags:
            groups[tag].append(answer in sentence.intents)
        outside = OUTSIDE in sentence.intents
        groups["declined rightly" if outside else "not declined"].append(
            (answer == OUTSIDE) == outside
        )
    return [
        {"name": name, "n": len(right), "top1": sum(right) / len(right)}
        for name, right in sorted(groups.items())
    ]


def digest(text: str) -> str:
    """What a sentence is called in the file of answers."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def compare(current: Path, candidate: Path, tests: Path = TESTS) -> tuple[Verdict, Answers]:
    """Judge the candidate on every test sentence whose intents it knows; also its answers."""
    sentences = read_sentences(sorted(tests.glob("*.tsv")), None)
    answers, known = answers_of(candidate, sentences)
    # Rows of an intent that was removed tell nothing about a model that has rightly lost it.
    sentences = [s for s in sentences if known.intersection(s.intents)]
    kept = kept_answers(current)
    missing = [s for s in sentences if digest(s.text) not in kept]
    if missing:
        try:
            kept |= _answers_of_current(current, missing)
        except CannotCompare:
            # An older form of model: what it answered when it was trained still counts.
            sentences = [s for s in sentences if digest(s.text) in kept]
            if not sentences:
                raise
    return Verdict(group_figures(sentences, kept), group_figures(sentences, answers)), answers


def _answers_of_current(archive: Path, sentences: list[Sentence]) -> Answers:
    from bot.nlu.intent_model import ClassifierNotLoadable  # noqa: PLC0415 - heavy

    try:
        return answers_of(archive, sentences)[0]
    except (ClassifierNotLoadable, BadSignature) as error:
        raise CannotCompare(str(error)) from error


def answers_of(archive: Path, sentences: Iterable[Sentence]) -> tuple[Answers, frozenset[str]]:
    """The likeliest intent of each sentence by the classifier in an archive; what it knows."""
    from bot.nlu.corrector import correct  # noqa: PLC0415 - reads dictionaries
    from bot.nlu.encoder import shared_encoder  # noqa: PLC0415
    from bot.nlu.intent_model import IntentModel  # noqa: PLC0415
    from bot.nlu.normalizer import normalize  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as scratch:
        model = IntentModel.read(_unpack(archive, Path(scratch)))
    texts = {s.text: correct(normalize(s.text)) for s in sentences}
    doubtful = sorted({text for text in texts.values() if model.quick(text) is None})
    vectors = dict(zip(doubtful, shared_encoder().encode_all(doubtful), strict=True))
    answers = {}
    for said, text in texts.items():
        found = model.probabilities(text, lambda t=text: vectors[t])
        answers[digest(said)] = model.intents[int(found.argmax())]
    return answers, frozenset(model.intents)


def _unpack(archive: Path, folder: Path) -> Path:
    """Only the two files of the intent model, and only from an archive that was signed here."""
    from bot.nlu.intent_model import ClassifierNotLoadable  # noqa: PLC0415

    verify(archive)
    with tarfile.open(archive) as content:
        for member in content:
            name = PurePosixPath(member.name).name
            if name in _MODEL_FILES and member.isfile():
                source = content.extractfile(member)
                assert source is not None
                (folder / name).write_bytes(source.read())
    if not all((folder / name).exists() for name in _MODEL_FILES):
        raise ClassifierNotLoadable(f"{archive.name}: no intent classifier inside")
    return folder


def kept_answers(archive: Path) -> Answers:
    """What is known of an archive's answers, if they were given by exactly this archive."""
    file = archive.with_name(archive.name + ANSWERS)
    try:
        kept = json.loads(file.read_text(encoding="utf-8"))
        return dict(kept["answers"]) if kept["archive"] == _checksum(archive) else {}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def keep_answers(archive: Path, answers: Answers) -> None:
    """Write them beside the archive they belong to."""
    file = archive.with_name(archive.name + ANSWERS)
    scratch = file.with_name(f".{os.getpid()}{ANSWERS}")
    content = {"archive": _checksum(archive), "answers": answers}
    scratch.write_text(json.dumps(content), encoding="utf-8")
    os.replace(scratch, file)


def _checksum(archive: Path) -> str:
    return hashlib.sha256(archive.read_bytes()).hexdigest()


def main() -> int:
    """Command line; exit 1 when the candidate is refused."""
    parser = argparse.ArgumentParser(prog="python -m bot.gate")
    parser.add_argument("--candidate", type=Path, required=True)
    parser.add_argument("--current", type=Path, required=True)
    options = parser.parse_args()
    try:
        verdict, _ = compare(options.current, options.candidate)
    except (CannotCompare, BadSignature) as error:
        print(f"not compared: {error}", file=sys.stderr)
        return 2
    print(verdict.table())
    if verdict.worse:
        names = ", ".join(row["name"] for row in verdict.worse)
        print(f"refused: more than a point worse on {names}", file=sys.stderr)
        return 1
    print("accepted")
    return 0


if __name__ == "__main__":
    sys.exit(main())
