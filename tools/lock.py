"""Pins all dependencies with hashes: `make lock`. No index address may end up in a lock file."""

import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import bootstrap

# (input, lock, lowest Python it must serve, further options); order matters: dev builds on app.
LOCKS = (
    ("uv.in", "uv.lock", "3.10", []),
    ("node.in", "node.lock", "3.10", []),
    ("app.in", "app.lock", "3.12", []),
    ("dev.in", "dev.lock", "3.12", []),
    ("rasa.in", "rasa.lock", "3.10", ["--override", "rasa-overrides.txt"]),
)


def main() -> int:
    bootstrap.prepare("run")
    for source, lock, version, options in LOCKS:
        command = [str(bootstrap.uv()), "pip", "compile", "--quiet", "--universal", "--upgrade"]
        command += ["--generate-hashes", "--no-emit-index-url", "--no-emit-find-links"]
        command += ["--python-version", version, *options, source, "--output-file", lock]
        bootstrap.say(f"· {lock}")
        environment = {**os.environ, "UV_CUSTOM_COMPILE_COMMAND": "make lock"}
        done = subprocess.run(command, cwd=bootstrap.REQUIREMENTS, env=environment, check=False)
        if done.returncode:
            return done.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
