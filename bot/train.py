"""`python -m bot.train --out var/models/current.tar.gz`: check the data, train, replace the model.

Trains only when something that shapes the model changed (the fingerprint lies beside the archive).
The archive is written under a temporary name and renamed; the one before stays as
`previous.tar.gz`, so that a bad day's model can be put back with one `mv`. Where a model is in
place already, the gate (`bot/gate.py`) compares first; what it refuses lies aside as
`refused.tar.gz`.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import logging
import os
import shutil
import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path

from bot.data_check import DataError, check_data
from bot.gate import ANSWERS, CannotCompare, Verdict, compare, keep_answers
from bot.near_duplicates import near_pairs
from bot.sentences import BadRow
from bot.signing import SUFFIX, BadSignature, sign, verify
from bot.training_sentences import raw_sentences
from bot.without_tensorflow import serve_without_tensorflow

ROOT = Path(__file__).resolve().parent.parent
INPUTS = (
    "config.yml",
    "domain.yml",
    "data/nlu",
    "data/rules",
    "data/stories",
    "bot/nlu",
    "meaning",
)
SUFFIXES = {".yml", ".py", ".txt"}
# What lies beside an archive and moves with it.
RELEASE = ".release"
COMPANIONS = (SUFFIX, ANSWERS, RELEASE)
REFUSED = 3


def fingerprint(root: Path = ROOT, without: str = "") -> str:
    """A digest of everything the trained model depends on."""
    digest = hashlib.sha256()
    for name in (*INPUTS, "bot/policy.py"):
        if name == without:
            continue
        path = root / name
        files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
        for file in files:
            if file.suffix in SUFFIXES:
                digest.update(str(file.relative_to(root)).encode() + b"\0")
                digest.update(file.read_bytes() + b"\0")
    return digest.hexdigest()


def release(root: Path = ROOT) -> str:
    """A digest of what belongs together with the actions: all inputs but the sentences."""
    return fingerprint(root, without="data/nlu")


@contextmanager
def candidate(folder: Path, root: Path = ROOT) -> Iterator[Path]:
    """A model trained from the files under `root`, gone at the end unless it was moved away."""
    os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    serve_without_tensorflow()
    import structlog  # noqa: PLC0415
    from rasa.model_training import train  # noqa: PLC0415 - after the environment is settled

    # Without a level Rasa's rule policy prints every state it looks at.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))

    folder.mkdir(parents=True, exist_ok=True)
    scratch = folder / f".training-{os.getpid()}"
    try:
        result = train(
            domain=str(root / "domain.yml"),
            config=str(root / "config.yml"),
            training_files=[str(root / name) for name in INPUTS if name.startswith("data/")],
            output=str(scratch),
            fixed_model_name="candidate",
            force_training=True,
        )
        if not result.model:
            raise DataError("config.yml, domain.yml, data/: Rasa trained no model")
        sign(Path(result.model))
        yield Path(result.model)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def train_model(target: Path, root: Path = ROOT) -> None:
    """Train and put the archive at `target`, without asking the gate (tests, first training)."""
    with candidate(target.parent, root) as model:
        put_in_place(model, target)


def check_repeats(root: Path = ROOT) -> None:
    """Refuse training sentences that nearly repeat each other: they teach nothing."""
    pairs = near_pairs([text for text, _ in raw_sentences(root)])
    if pairs:
        one, other = pairs[0]
        raise DataError(f"data/nlu: {one!r} nearly repeats {other!r} ({len(pairs)} in all)")


def _beside(archive: Path, suffix: str) -> Path:
    return archive.with_name(archive.name + suffix)


def _verified(archive: Path) -> bool:
    try:
        verify(archive)
    except BadSignature:
        return False
    return True


def _is_current(archive: Path, wanted: str) -> bool:
    mark = _beside(archive, ".fingerprint")
    trained = archive.exists() and mark.exists() and mark.read_text() == wanted
    return trained and _verified(archive)


def put_in_place(model: Path, target: Path) -> None:
    """Make a signed model the current one; the one before stays as previous."""
    previous = target.with_name("previous.tar.gz")
    for suffix in ("", *COMPANIONS):
        if (old := _beside(target, suffix)).exists():
            os.replace(old, _beside(previous, suffix))
        if (new := _beside(model, suffix)).exists():
            os.replace(new, _beside(target, suffix))


def judge(model: Path, current: Path) -> Verdict | None:
    """Compare with the model in place; None when there is none that could be compared."""
    if not current.exists() or not _verified(current):
        return None
    try:
        verdict, answers = compare(current, model)
    except CannotCompare as error:
        print(f"the model in place cannot be compared ({error}); it is replaced")
        return None
    keep_answers(model, answers)
    return verdict


def train_through_gate(out: Path, wanted: str, accept_worse: str | None) -> bool:
    """Train, compare, and put in place or keep aside as refused; True when it is in place."""
    refused = out.with_name("refused.tar.gz")
    with candidate(out.parent) as model:
        verdict = judge(model, out)
        _beside(model, RELEASE).write_text(release())
        if accept_worse is None and verdict is not None and not _same_release(out):
            # The model in place has the domain and the rules of another release: its actions and
            # replies are not there any more, so it cannot serve on however well it understands.
            accept_worse = "another release: the model in place does not fit it any more"
        if verdict is not None and verdict.worse and accept_worse is None:
            put_aside(model, refused, verdict.table(), wanted)
            print(told_refusal(verdict.table()))
            return False
        if verdict is not None:
            print(verdict.table())
            if verdict.worse:
                _record(out, str(accept_worse), verdict.table())
        put_in_place(model, out)
    _beside(out, ".fingerprint").write_text(wanted)
    _forget(refused)
    return True


def _same_release(out: Path) -> bool:
    mark = _beside(out, RELEASE)
    return mark.exists() and mark.read_text() == release()


def put_aside(model: Path, refused: Path, table: str, wanted: str) -> None:
    """Keep what the gate refused, so that nobody trains it again to accept it after all."""
    for suffix in ("", *COMPANIONS):
        if (file := _beside(model, suffix)).exists():
            os.replace(file, _beside(refused, suffix))
    note = {"fingerprint": wanted, "table": table}
    _beside(refused, ".json").write_text(json.dumps(note), encoding="utf-8")


def refused_before(out: Path, wanted: str) -> str | None:
    """The table of a model refused for exactly these inputs, while it still lies there."""
    refused = out.with_name("refused.tar.gz")
    try:
        note = json.loads(_beside(refused, ".json").read_text(encoding="utf-8"))
        same = note["fingerprint"] == wanted
    except (OSError, ValueError, KeyError):
        return None
    whole = refused.exists() and _verified(refused) and out.exists() and _verified(out)
    return str(note["table"]) if same and whole else None


def accept_refused(out: Path, wanted: str, table: str, reason: str) -> None:
    """Put a model the gate refused in place after all, and say who answers for it."""
    refused = out.with_name("refused.tar.gz")
    _record(out, reason, table)
    put_in_place(refused, out)
    _beside(out, ".fingerprint").write_text(wanted)
    _forget(refused)


def told_refusal(table: str) -> str:
    """What the trainer says; the line `xiaotong up` repeats is the last."""
    return (
        f"{table}\n新模型至少在一组句子上变差超过一个百分点，没有换上；继续使用原来的模型。"
        '确认要换：xiaotong train --accept-worse "原因"'
    )


def _record(out: Path, reason: str, table: str) -> None:
    line = {"at": datetime.now(timezone.utc).isoformat(), "reason": reason, "table": table}
    with out.with_name("accepted-worse.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(line, ensure_ascii=False) + "\n")


def _forget(archive: Path) -> None:
    for suffix in ("", *COMPANIONS, ".json"):
        _beside(archive, suffix).unlink(missing_ok=True)


def main() -> int:
    """Command line; 0 with the wanted model in place, 1 with one clear line, 3 when refused."""
    parser = argparse.ArgumentParser(prog="python -m bot.train")
    parser.add_argument("--out", type=Path, default=Path("var/models/current.tar.gz"))
    parser.add_argument("--force", action="store_true", help="train although nothing changed")
    parser.add_argument("--accept-worse", metavar="REASON", help="replace in spite of the gate")
    options = parser.parse_args()
    out, reason, wanted = options.out, options.accept_worse, fingerprint()
    if reason is not None and not reason.strip():
        parser.error("--accept-worse needs a reason")
    if not options.force and _is_current(out, wanted):
        print(f"{out}: up to date")
        return 0
    table = None if options.force else refused_before(out, wanted)
    if table is not None and reason is None:
        print(told_refusal(table))
        return REFUSED
    started = time.monotonic()
    warnings.filterwarnings("ignore")
    try:
        examples = check_data(ROOT)
        if table is not None and reason is not None:
            accept_refused(out, wanted, table, reason)
        else:
            check_repeats()
            if not train_through_gate(out, wanted, reason):
                return REFUSED
    except (DataError, BadSignature, BadRow) as error:
        print(f"not trained: {error}", file=sys.stderr)
        return 1
    seconds = time.monotonic() - started
    print(f"{out}: trained from {examples} examples in {seconds:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
