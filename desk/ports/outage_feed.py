"""The network management's news of outages, read once a minute; over HTTP or from a file.

Both have one shape: `{"outages": [{"id", "area", "services", "text", "expected_end",
"recovered"}]}`, times as ISO 8601 with a zone; see docs/operations.md.
"""

import json
import logging
import urllib.request
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from desk.model.incidents import OutageNews

log = logging.getLogger(__name__)

_TIMEOUT_SECONDS = 10


class OutageFeed(Protocol):
    def current(self) -> tuple[OutageNews, ...]:
        """All outages known now and those that ended lately; nothing when it cannot be read."""
        ...


class HttpOutageFeed:
    def __init__(self, url: str, token: str, timeout_seconds: float = _TIMEOUT_SECONDS) -> None:
        self._url, self._token, self._timeout = url, token, timeout_seconds

    def current(self) -> tuple[OutageNews, ...]:
        request = urllib.request.Request(
            self._url, headers={"Authorization": f"Bearer {self._token}"}
        )
        try:
            with urllib.request.urlopen(request, timeout=self._timeout) as response:
                return read_news(json.load(response))
        except (OSError, ValueError) as error:
            log.warning("outage feed failed: %s", error)
            return ()


class FileOutageFeed:
    """For installations without a feed: whoever knows writes the file."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def current(self) -> tuple[OutageNews, ...]:
        try:
            return read_news(json.loads(self._file.read_text(encoding="utf8")))
        except FileNotFoundError:
            return ()
        except (OSError, ValueError) as error:
            log.warning("%s: %s", self._file.name, error)
            return ()


def read_news(data: Any) -> tuple[OutageNews, ...]:
    """Raises `ValueError` naming entry and key; a feed half understood is not taken at all."""
    entries = data.get("outages") if isinstance(data, Mapping) else None
    if not isinstance(entries, list):
        raise ValueError("outages: expected a list")
    return tuple(_news(position, entry) for position, entry in enumerate(entries))


def _news(position: int, entry: Any) -> OutageNews:
    try:
        expected_end = datetime.fromisoformat(entry["expected_end"])
        if expected_end.tzinfo is None:
            raise ValueError("expected_end has no time zone")
        services = entry.get("services", [])
        texts = [entry[key] for key in ("id", "area", "text")] + list(services)
        if not all(isinstance(text, str) and text for text in texts):
            raise ValueError("id, area, text and services must be texts")
        return OutageNews(
            external_id=entry["id"],
            area=entry["area"],
            text=entry["text"],
            expected_end=expected_end.astimezone(UTC),
            services=tuple(services),
            recovered=bool(entry.get("recovered", False)),
        )
    except KeyError as error:
        raise ValueError(f"outages.{position}: {error.args[0]} is missing") from None
    except (TypeError, AttributeError, ValueError) as error:
        raise ValueError(f"outages.{position}: {error}") from None
