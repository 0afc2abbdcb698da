"""The embedded SMS port: messages land in a tray that the console shows in development mode."""

import logging
from datetime import datetime

from desk.store.tables import sms_tray
from desk.store.unit_of_work import Store

log = logging.getLogger(__name__)


class SmsTray:
    """Implements `desk.ports.messaging.Messaging`. Never for production: codes lie open in it."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def send_sms(self, phone: str, text: str, now: datetime) -> None:
        with self._store.writing() as work:
            work.session.execute(sms_tray.insert().values(phone=phone, text=text, at=now))
            work.emit("SmsSent", to=phone[-4:])
        log.info("development SMS to %s: %s", phone, text)
