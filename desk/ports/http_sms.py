"""An SMS gateway over HTTP: one POST with `{"phone", "text"}` and a bearer token per message."""

import json
import urllib.request
from datetime import datetime

_TIMEOUT_SECONDS = 10


class HttpSms:
    """Implements `desk.ports.messaging.Messaging` for production."""

    def __init__(self, url: str, token: str) -> None:
        self._url, self._token = url, token

    def send_sms(self, phone: str, text: str, now: datetime) -> None:
        """Raises `OSError` on anything but a 2xx answer; the outbox tries again."""
        request = urllib.request.Request(
            self._url,
            json.dumps({"phone": phone, "text": text}).encode(),
            {"Content-Type": "application/json", "Authorization": f"Bearer {self._token}"},
        )
        with urllib.request.urlopen(request, timeout=_TIMEOUT_SECONDS):
            return
