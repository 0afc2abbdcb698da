"""`python -m bot.train --out var/models/current.tar.gz`: check the data, train, replace the model.

Trains only when something that shapes the model changed (the fingerprint lies beside the archive).
The archive is written under a temporary name and renamed; the one before stays as
`previous.tar.gz`, so that a bad day's model can be put back with one `mv`.
"""

from __future__ import annotations

import argparse
import hashlib
import logging
import os
import shutil
import sys
import time
import warnings
from pathlib import Path

from bot.data_check import DataError, check_data
from bot.near_duplicates import near_pairs
from bot.signing import SUFFIX, BadSignature, sign, verify
from bot.training_sentences import raw_sentences
from bot.without_tensorflow import serve_without_tensorflow

ROOT = Path(__file__).resolve().parent.parent
INPUTS = ("config.yml", "domain.yml", "data/nlu", "data/rules", "data/stories", "bot/nlu")
SUFFIXES = {".yml", ".py", ".txt"}


def fingerprint(root: Path = ROOT) -> str:
    """A digest of everything the trained model depends on."""
    digest = hashlib.sha256()
    for name in (*INPUTS, "bot/policy.py"):
        path = root / name
        files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
        for file in files:
            if file.suffix in SUFFIXES:
                digest.update(str(file.relative_to(root)).encode() + b"\0")
                digest.update(file.read_bytes() + b"\0")
    return digest.hexdigest()


def train_model(target: Path, root: Path = ROOT) -> None:
    """Train from the files under `root` and put the archive at `target`."""
    os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    serve_without_tensorflow()
    import structlog  # noqa: PLC0415
    from rasa.model_training import train  # noqa: PLC0415 - after the environment is settled

    # Without a level Rasa's rule policy prints every state it looks at.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))

    target.parent.mkdir(parents=True, exist_ok=True)
    scratch = target.parent / f".training-{os.getpid()}"
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
        put_in_place(Path(result.model), target)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def check_repeats(root: Path = ROOT) -> None:
    """Refuse training sentences that nearly repeat each other: they teach nothing."""
    pairs = near_pairs([text for text, _ in raw_sentences(root)])
    if pairs:
        one, other = pairs[0]
        raise DataError(f"data/nlu: {one!r} nearly repeats {other!r} ({len(pairs)} in all)")


def _is_current(archive: Path, mark: Path, wanted: str) -> bool:
    if not (archive.exists() and mark.exists() and mark.read_text() == wanted):
        return False
    try:
        verify(archive)
    except BadSignature:
        return False
    return True


def put_in_place(candidate: Path, target: Path) -> None:
    """Sign the candidate and make it the current model; the one before stays as previous."""
    signature = sign(candidate)
    if target.exists():
        previous = target.with_name("previous.tar.gz")
        os.replace(target, previous)
        if (old := target.with_name(target.name + SUFFIX)).exists():
            os.replace(old, previous.with_name(previous.name + SUFFIX))
    os.replace(signature, target.with_name(target.name + SUFFIX))
    os.replace(candidate, target)


def main() -> int:
    """Command line; exit 0 with a model in place, 1 with one clear line."""
    parser = argparse.ArgumentParser(prog="python -m bot.train")
    parser.add_argument("--out", type=Path, default=Path("var/models/current.tar.gz"))
    parser.add_argument("--force", action="store_true", help="train although nothing changed")
    options = parser.parse_args()
    mark = options.out.with_name(options.out.name + ".fingerprint")
    wanted = fingerprint()
    if not options.force and _is_current(options.out, mark, wanted):
        print(f"{options.out}: up to date")
        return 0
    started = time.monotonic()
    warnings.filterwarnings("ignore")
    try:
        examples = check_data(ROOT)
        check_repeats()
        train_model(options.out)
    except (DataError, BadSignature) as error:
        print(f"not trained: {error}", file=sys.stderr)
        return 1
    mark.write_text(wanted)
    seconds = time.monotonic() - started
    print(f"{options.out}: trained from {examples} examples in {seconds:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
