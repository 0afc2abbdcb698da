"""Policy files for an administrator: read, a draft checked, a version of service levels activated.

The files of the repository are never written. A new version goes into the data directory, is read
with the others when a process opens the desk, and rules what is taken in from its day on.
"""

from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any

from desk.model.errors import BadData, UnknownPolicy
from desk.policies import FOLDER, Policies
from desk.policy_files import parse_yaml, validate
from desk.service_levels import LEVELS, check_level
from desk.store.unit_of_work import Store

_LONGEST = 200_000


class PolicyShelf:
    def __init__(self, store: Store, own: Path, zone: tzinfo, folder: Path = FOLDER) -> None:
        """`own`: where versions made here are kept, outside of the repository."""
        self._store, self._own, self._zone, self._folder = store, own, zone, folder

    def listed(self) -> list[dict[str, Any]]:
        """Every file, and whether a draft of it can be checked here."""
        return [
            {
                "name": name,
                "checked": _checks(name),
                "own": path.is_relative_to(self._own),
                "changed_at": datetime.fromtimestamp(path.stat().st_mtime, self._zone),
            }
            for name, path in sorted(self._files().items())
        ]

    def _files(self) -> dict[str, Path]:
        return {
            path.relative_to(folder).as_posix(): path
            for folder in (self._folder, self._own)
            for path in folder.rglob("*.yml")
        }

    def text(self, name: str) -> str:
        """Raises `UnknownPolicy`."""
        path = self._files().get(name)
        if path is None:
            raise UnknownPolicy(name)
        return path.read_text(encoding="utf8")

    def check(self, name: str, text: str) -> None:
        """Raises `BadData` with file, key and what was expected; `UnknownPolicy`."""
        if len(text) > _LONGEST:
            raise BadData(name, "file", f"is longer than {_LONGEST} characters")
        if not _checks(name):
            raise UnknownPolicy(name)
        file = name.rpartition("/")[2]
        data = parse_yaml(text, file)
        if name.startswith(f"{LEVELS}/"):
            check_level(data, file)
            return
        model = Policies.model_fields[name.removesuffix(".yml")].annotation
        assert isinstance(model, type)
        validate(model, data, file)

    def activate(self, text: str, *, actor: str) -> str:
        """Keep a checked version of the service levels for its day; its name.

        Raises `BadData`: wrong, or for a day that has begun or has a version.
        """
        level = check_level(parse_yaml(text, LEVELS), LEVELS)
        day = level.effective_from
        name = f"{LEVELS}/{day}.yml"
        if day <= self._store.clock.now().astimezone(self._zone).date():
            raise BadData(LEVELS, "effective_from", f"{day} has begun, expected a day to come")
        if name in self._files():
            raise BadData(LEVELS, "effective_from", f"{day} has a version, expected another day")
        path = self._own / name
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self._store.writing() as work:
            work.emit("PolicyActivated", actor=actor, name=name, effective_from=str(day))
            # Last, so that a file without its fact is left only where the commit itself fails.
            draft = path.with_suffix(".part")
            draft.write_text(text, encoding="utf8")
            draft.rename(path)
        return name


def _checks(name: str) -> bool:
    return name.startswith(f"{LEVELS}/") or (
        name.endswith(".yml") and name.removesuffix(".yml") in Policies.model_fields
    )
