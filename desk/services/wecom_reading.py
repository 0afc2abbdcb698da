"""WeCom only calls: "there is something". How far each account was read, and who reads it now.

A call is a row before it is acknowledged, and the cursor moves only after everything before it was
stored: a process that dies in between leaves both for the next one.
"""

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from desk.store.unit_of_work import Store
from desk.store.wecom_tables import wecom_reading

_LEASE = timedelta(seconds=60)
_TOKEN_VALID = timedelta(minutes=9)  # ten by WeCom's clock


@dataclass(frozen=True)
class Reading:
    """The right to read one account from `cursor` on. `calls` is given back when it is done."""

    open_kfid: str
    cursor: str
    token: str | None
    calls: int


class WeComReading:
    def __init__(self, store: Store) -> None:
        self._store = store

    def called(self, open_kfid: str, token: str) -> None:
        """There is something new; the account is read on with this token."""
        try:
            self._called(open_kfid, token)
        except IntegrityError:  # two first calls at one instant
            self._called(open_kfid, token)

    def _called(self, open_kfid: str, token: str) -> None:
        with self._store.writing() as work:
            known = work.session.execute(
                wecom_reading.update()
                .where(wecom_reading.c.open_kfid == open_kfid)
                .values(token=token, called_at=work.now, calls=wecom_reading.c.calls + 1)
            )
            if not known.rowcount:  # type: ignore[attr-defined]
                work.session.execute(
                    wecom_reading.insert().values(
                        open_kfid=open_kfid,
                        cursor="",
                        token=token,
                        called_at=work.now,
                        calls=1,
                        answered=0,
                        not_before=work.now,
                    )
                )

    def claim(self) -> Reading | None:
        """An account to read now; a crash after this gives it back in a minute."""
        due = sa.and_(
            wecom_reading.c.calls > wecom_reading.c.answered,
            wecom_reading.c.not_before <= self._store.clock.now(),
        )
        with self._store.reading() as session:
            if session.scalar(sa.select(wecom_reading.c.open_kfid).where(due).limit(1)) is None:
                return None
        with self._store.writing() as work:
            row = work.session.execute(
                sa.select(wecom_reading)
                .where(due)
                .order_by(wecom_reading.c.called_at)
                .limit(1)
                .with_for_update(skip_locked=True)
            ).first()
            if row is None:
                return None
            work.session.execute(_of(row.open_kfid).values(not_before=work.now + _LEASE))
            fresh = work.now - row.called_at < _TOKEN_VALID
            return Reading(row.open_kfid, row.cursor, row.token if fresh else None, row.calls)

    def keep(self, open_kfid: str, cursor: str) -> None:
        """Everything before `cursor` is stored; the reading goes on."""
        with self._store.writing() as work:
            values = {"cursor": cursor, "not_before": work.now + _LEASE}
            work.session.execute(_of(open_kfid).values(values))

    def done(self, reading: Reading) -> None:
        """Read to the end; a call that came meanwhile is answered by another reading."""
        with self._store.writing() as work:
            values = {"answered": reading.calls, "not_before": work.now}
            work.session.execute(_of(reading.open_kfid).values(values))

    def later(self, reading: Reading, seconds: float) -> None:
        """It could not be read: tried again."""
        with self._store.writing() as work:
            not_before = work.now + timedelta(seconds=seconds)
            work.session.execute(_of(reading.open_kfid).values(not_before=not_before))


def _of(open_kfid: str) -> sa.Update:
    return wecom_reading.update().where(wecom_reading.c.open_kfid == open_kfid)
