"""The access token of the WeChat account: one row, one refresher over all processes."""

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from desk.model.wechat import AccessToken
from desk.store.unit_of_work import Store
from desk.store.wechat_tables import wechat_tokens

# Longer than fetching may take; also the shortest pause between two forced ones.
LEASE = timedelta(seconds=30)


class WeChatTokens:
    def __init__(self, store: Store) -> None:
        self._store = store

    def current(self, app_id: str) -> AccessToken | None:
        """The token as long as it is valid."""
        with self._store.reading() as session:
            row = session.execute(
                sa.select(wechat_tokens).where(wechat_tokens.c.app_id == app_id)
            ).first()
        if row is None or row.token is None or row.expires_at <= self._store.clock.now():
            return None
        return AccessToken(row.token, row.expires_at)

    def may_fetch(self, app_id: str) -> bool:
        """Whether the caller is the one to fetch a token now."""
        try:
            return self._lease(app_id)
        except IntegrityError:
            return False  # another process made the first row at this instant: it fetches

    def _lease(self, app_id: str) -> bool:
        with self._store.writing() as work:
            held_by = wechat_tokens.c.lease_until
            leased = work.session.execute(
                wechat_tokens.update()
                .where(
                    wechat_tokens.c.app_id == app_id,
                    sa.or_(held_by.is_(None), held_by <= work.now),
                )
                .values(lease_until=work.now + LEASE)
            )
            if leased.rowcount:  # type: ignore[attr-defined]
                return True
            known = sa.select(wechat_tokens.c.app_id).where(wechat_tokens.c.app_id == app_id)
            if work.session.scalar(known) is not None:
                return False
            work.session.execute(
                wechat_tokens.insert().values(app_id=app_id, lease_until=work.now + LEASE)
            )
            return True

    def store(self, app_id: str, token: str, valid_seconds: float) -> None:
        """The new token for everybody; the lease ends."""
        with self._store.writing() as work:
            work.session.execute(
                wechat_tokens.update()
                .where(wechat_tokens.c.app_id == app_id)
                .values(
                    token=token,
                    expires_at=work.now + timedelta(seconds=valid_seconds),
                    lease_until=None,
                )
            )

    def not_fetched(self, app_id: str) -> None:
        """Fetching failed: somebody else may try."""
        with self._store.writing() as work:
            work.session.execute(
                wechat_tokens.update()
                .where(wechat_tokens.c.app_id == app_id)
                .values(lease_until=None)
            )
