"""Line tests over HTTP: one POST with `{"service", "line"}` and a bearer token per test.

The answer is `{"measured": {…}}` with the fields of `data/diagnosis/readings.yml`; 404 means that
there is no such line. See docs/operations.md for the whole shape.
"""

import json
import logging
import urllib.error
import urllib.request
from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any

log = logging.getLogger(__name__)

# The customer waits for it: a test that takes longer is no test.
_TIMEOUT_SECONDS = 6


class HttpLineTest:
    """Implements `desk.ports.line_test.LineTest` for production."""

    def __init__(self, url: str, token: str, timeout_seconds: float = _TIMEOUT_SECONDS) -> None:
        self._url, self._token, self._timeout = url, token, timeout_seconds

    def measure(self, service: str, line: str, now: datetime) -> Mapping[str, Any] | None:
        """None for an unknown line and whenever the test fails: then the customer is asked."""
        request = urllib.request.Request(
            self._url,
            json.dumps({"service": service, "line": line}).encode(),
            {"Content-Type": "application/json", "Authorization": f"Bearer {self._token}"},
        )
        try:
            with urllib.request.urlopen(request, timeout=self._timeout) as response:
                measured = json.load(response)["measured"]
        except urllib.error.HTTPError as error:
            if error.code != HTTPStatus.NOT_FOUND:
                log.warning("line test of %s answered %s", service, error.code)
            return None
        except (OSError, ValueError, LookupError, TypeError) as error:
            log.warning("line test of %s failed: %r", service, error)
            return None
        return measured if isinstance(measured, dict) else None
