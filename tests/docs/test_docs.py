"""The documents are true: commands exist, links lead somewhere, names are in the code."""

import re
import subprocess
from dataclasses import astuple
from pathlib import Path

import pytest
import yaml

from desk.settings import ROOT, Settings
from gateway.channels.capabilities import CHANNELS, UNLIMITED

DOCUMENTS = sorted(
    path
    for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), ROOT / "web" / "README.md")
    if path.exists()
)
CODE = ("actions", "api", "bot", "console", "desk", "gateway", "meaning", "tools", "xiaotong")


def tracked() -> list[Path]:
    done = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    files = (ROOT / name for name in done.stdout.split("\0") if name)
    return [path for path in files if path.is_file()]


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf8")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_to_files(document: Path) -> None:
    links = re.findall(r"\]\((?!https?://|#)([^)#]+)", text_of(document))
    assert [link for link in links if not (document.parent / link).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_make_targets_exist(document: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", text_of(ROOT / "Makefile"), re.MULTILINE))
    named = set(re.findall(r"(?:`|^)make ([a-z][a-z-]+)", text_of(document), re.MULTILINE))
    assert named - targets == set()


def test_folders_and_files_named_in_documents_exist() -> None:
    folders = "|".join((*CODE, "data", "tests", "docs", "web"))
    pattern = re.compile(rf"`((?:{folders})/[\w./-]*\w)`")
    missing = [
        f"{document.name}: {name}"
        for document in DOCUMENTS
        if document.parent != ROOT / "web"
        for name in pattern.findall(text_of(document))
        if not (ROOT / name).exists()
    ]
    assert missing == []


def test_glossary_names_are_in_the_code() -> None:
    python = (p for p in tracked() if p.suffix == ".py" and p.relative_to(ROOT).parts[0] in CODE)
    code = "\n".join(map(text_of, python))
    rows = re.findall(r"^\| [^|]+ \| ([^|]+) \|", text_of(ROOT / "docs" / "glossary.md"), re.M)
    names = {name for cell in rows for name in re.findall(r"`(\w+)`", cell)}
    assert {name for name in names if not re.search(rf"\b{name}\b", code)} == set()


def test_every_secret_and_port_is_documented() -> None:
    operations, readme = text_of(ROOT / "docs/operations.md"), text_of(ROOT / "README.md")
    for secret in ("rasa", "actions", "rest", "sms"):
        assert f"XIAOTONG_{secret.upper()}_TOKEN" in operations
    for name in ("gateway_port", "console_port", "api_port"):
        assert str(Settings.model_fields[name].default) in readme


def test_every_channel_is_documented() -> None:
    documented = text_of(ROOT / "docs" / "channels.md").lower()
    folders = [p.name for p in (ROOT / "gateway" / "channels").iterdir() if p.is_dir()]
    titles = {"rest": "## rest", "webchat": "## web chat"}
    channels = [name for name in folders if not name.startswith("__")]
    assert channels
    assert [name for name in channels if titles.get(name, f"## {name}") not in documented] == []


def test_decisions_are_numbered_without_gaps() -> None:
    names = sorted(path.name for path in (ROOT / "docs" / "decisions").glob("*.md"))
    assert [int(name[:3]) for name in names] == list(range(1, len(names) + 1))


def test_every_intent_has_an_answer_or_is_used_in_a_flow() -> None:
    """An intent of the domain is trained, and something happens when it is meant."""
    domain = yaml.safe_load(text_of(ROOT / "domain.yml"))
    intents = {name if isinstance(name, str) else next(iter(name)) for name in domain["intents"]}
    trained = "\n".join(text_of(path) for path in (ROOT / "data" / "nlu").rglob("*.yml"))
    untrained = {name for name in intents if f"intent: {name}\n" not in trained}
    assert untrained <= {"nlu_fallback"}


def test_nothing_of_one_machine_is_committed() -> None:
    places = re.compile(r"(?<![\w.])/(?:root|work|home/\w+)/[\w.]")
    found = []
    for path in tracked():
        if path.suffix in {".png", ".ico", ".woff2"} or path.name == Path(__file__).name:
            continue
        if places.search(path.read_text(encoding="utf8", errors="replace")):
            found.append(str(path.relative_to(ROOT)))
    assert found == []


def test_locks_name_no_index_and_pin_hashes() -> None:
    for lock in (ROOT / "requirements").glob("*.lock"):
        text = text_of(lock)
        assert "--hash=sha256:" in text
        assert re.search(r"https?://|--(extra-)?index-url|--find-links", text) is None, lock.name
    assert '"resolved"' not in text_of(ROOT / "web" / "package-lock.json")


def test_the_table_of_channels_is_the_one_in_the_code() -> None:
    def shown(value: object) -> str:
        if isinstance(value, bool):
            return "yes" if value else "no"
        return "–" if value == UNLIMITED else str(value)

    rows = [
        "| " + " | ".join([name, *map(shown, astuple(can))]) + " |"
        for name, can in CHANNELS.items()
    ]
    documented = text_of(ROOT / "docs" / "channels.md")
    assert [row for row in rows if row not in documented] == []
    folders = {p.name for p in (ROOT / "gateway" / "channels").iterdir() if p.is_dir()}
    assert {name for name in folders if not name.startswith("__")} == set(CHANNELS)
