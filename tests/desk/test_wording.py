"""Every sentence that the product can say passes the rules it inspects people by."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from desk.model.conversations import HandoffTicket
from desk.model.speech import inspect_text
from desk.order_policies import load_order_policies
from desk.policies import load_policies
from desk.routing_policy import load_routing
from gateway import phrases

ROOT = Path(__file__).resolve().parents[2]
RULES = load_policies().speech.speech_rules
# Placeholders are filled before anybody reads them.
_FILLED = re.compile(r"\{[a-z_]+\}")


def texts(value: Any, place: str) -> Iterator[tuple[str, str]]:
    """All strings below a value, with the keys that lead to them."""
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from texts(inner, f"{place}.{key}")
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner, place)


def responses() -> Iterator[tuple[str, str]]:
    domain = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf8"))
    for name, variants in domain["responses"].items():
        for variant in variants:
            yield from texts(variant.get("text", ""), name)
            yield from texts(variant.get("buttons", []), name)


def diagnosis() -> Iterator[tuple[str, str]]:
    spoken = ("ask", "simpler", "remind", "say", "title")
    for file in sorted((ROOT / "data" / "diagnosis").glob("*.yml")):
        tree = yaml.safe_load(file.read_text(encoding="utf8"))
        yield from texts(tree.get("texts", {}), file.name)
        for name, node in tree.get("nodes", {}).items():
            for key in spoken:
                yield from texts(node.get(key, ""), f"{file.name}.{name}.{key}")


def policies() -> Iterator[tuple[str, str]]:
    loaded = load_policies()
    yield "handoff.agent_taken", loaded.handoff.agent_taken
    yield "handoff.requeued", loaded.handoff.requeued
    yield "handoff.closed", loaded.handoff.closed
    yield "handoff.ask_phone", loaded.handoff.callback.ask_phone
    yield "handoff.confirmed", loaded.handoff.callback.confirmed
    yield "routing.transferred", load_routing().transferred
    yield "manners.silence", loaded.manners.silence.text
    yield "identity.code_text", loaded.identity.code_text
    for name, notice in load_order_policies().notices.kinds.items():
        yield f"notices.{name}", notice.text


def gateway() -> Iterator[tuple[str, str]]:
    for name in ("SLOW", "WAITING_FOR_BOT", "FAILED", "LEFT_QUEUE"):
        yield name, getattr(phrases, name).text
    for expected, opens in ((3, None), (None, None), (None, datetime(2026, 11, 22, tzinfo=UTC))):
        ticket = HandoffTicket(2, 1, 15, expected, opens)
        yield "still_queued", phrases.still_queued(ticket, UTC).text
        yield "queued", phrases.queued(ticket, UTC).text


def knowledge() -> Iterator[tuple[str, str]]:
    for file in sorted((ROOT / "data" / "knowledge").rglob("*.md")):
        yield file.name, file.read_text(encoding="utf8").split("---", 2)[-1]


@pytest.mark.parametrize("source", [responses, diagnosis, policies, gateway, knowledge])
def test_our_own_wording_passes(source: Any) -> None:
    said = list(source())
    broken = [
        f"{place}: {problem}"
        for place, text in said
        for problem in inspect_text(_FILLED.sub("某某", text), RULES)
    ]
    assert not broken, "\n".join(broken)


def test_the_sources_are_read() -> None:
    assert len(list(responses())) > 100
    assert len(list(diagnosis())) > 50
