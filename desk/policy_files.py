"""Reading data files that people write: YAML, validated, refused by file, key and expectation."""

from pathlib import Path
from string import Formatter
from typing import Any

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from desk.model.errors import BadData

# The same safe loader in C, where PyYAML was built with it: ten times faster.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Policy(BaseModel):
    """A part of a policy file: what it does not know it refuses."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def load_yaml(path: Path) -> Any:
    """One YAML file; raises `BadData` with file, line and what is wrong."""
    try:
        text = path.read_text(encoding="utf8")
    except FileNotFoundError:
        raise BadData(str(path.name), "file", "is missing") from None
    except UnicodeDecodeError as error:
        raise BadData(path.name, "file", str(error)) from None
    return parse_yaml(text, path.name)


def parse_yaml(text: str, file: str) -> Any:
    """YAML that is not in a file (yet); raises `BadData` with line and what is wrong."""
    try:
        return yaml.load(text, Loader=_LOADER)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}" if mark else "file"
        raise BadData(file, where, str(getattr(error, "problem", error))) from None


def validate[M: BaseModel](model: type[M], data: Any, file: str) -> M:
    """`data` as `model`; raises `BadData` naming the first wrong key and what was expected."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"]) or "file"
        raise BadData(file, key, f"{first['msg']}, got {first.get('input')!r:.80}") from None


def template_problem(text: str, known: frozenset[str]) -> str | None:
    """Why a text with {placeholders} cannot be filled in; None when it can.

    Asked when files are read, so that a slip is not found out while a customer waits.
    """
    try:
        used = {name for _, name, _, _ in Formatter().parse(text) if name is not None}
    except ValueError as error:
        return str(error)
    unknown = sorted(used - known)
    if not unknown:
        return None
    return f"unknown placeholder {{{unknown[0]}}}, expected only {sorted(known)}"


def template(*known: str) -> AfterValidator:
    def check(text: str) -> str:
        problem = template_problem(text, frozenset(known))
        if problem is not None:
            raise ValueError(problem)
        return text

    return AfterValidator(check)


def fillable(text: str, *known: str) -> str:
    """`text` when its {placeholders} are all known; raises `ValueError` for a validator."""
    problem = template_problem(text, frozenset(known))
    if problem is not None:
        raise ValueError(problem)
    return text
