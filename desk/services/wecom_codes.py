"""One-time codes with which WeCom lets us say one thing where nothing else may be said."""

from datetime import timedelta

import sqlalchemy as sa

from desk.store.unit_of_work import Store
from desk.store.wecom_tables import wecom_codes


class WeComCodes:
    def __init__(self, store: Store) -> None:
        self._store = store

    def keep(self, recipient: str, code: str, seconds: float) -> None:
        """The newest code of somebody; an older one is forgotten."""
        with self._store.writing() as work:
            work.session.execute(_of(recipient))
            expires = work.now + timedelta(seconds=seconds)
            row = {"recipient": recipient, "code": code, "expires_at": expires}
            work.session.execute(wecom_codes.insert().values(row))

    def take(self, recipient: str) -> str | None:
        """The code, to be used now or never; None when there is none or it is too late."""
        with self._store.writing() as work:
            row = work.session.execute(
                sa.select(wecom_codes).where(wecom_codes.c.recipient == recipient).with_for_update()
            ).first()
            if row is None:
                return None
            work.session.execute(_of(recipient))
            return str(row.code) if row.expires_at > work.now else None

    def is_there(self, recipient: str) -> bool:
        """Whether there is a code to be taken."""
        with self._store.reading() as session:
            expires = session.scalar(
                sa.select(wecom_codes.c.expires_at).where(wecom_codes.c.recipient == recipient)
            )
        return expires is not None and expires > self._store.clock.now()

    def forget(self) -> None:
        """Codes that nobody used in time."""
        with self._store.writing() as work:
            work.session.execute(wecom_codes.delete().where(wecom_codes.c.expires_at <= work.now))


def _of(recipient: str) -> sa.Delete:
    return wecom_codes.delete().where(wecom_codes.c.recipient == recipient)
