"""What a waiting customer may expect: opening hours, place in the queue, a measured wait."""

import math
from datetime import datetime, timedelta, tzinfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from desk.handoff_policy import HandoffPolicy
from desk.model.conversations import HandoffTicket
from desk.model.handoff import Pace, expected_wait
from desk.ports.working_days import WorkingDays
from desk.services.handoff_rows import agents_online, open_handoff, position
from desk.store.tables import handoffs

_MINUTE = timedelta(minutes=1)
_MOST_MEASURED = 200
_DAYS_AHEAD = 8


class Waits:
    def __init__(self, policy: HandoffPolicy, calendar: WorkingDays, zone: tzinfo) -> None:
        self._policy, self._calendar, self._zone = policy, calendar, zone

    def opens_at(self, now: datetime) -> datetime | None:
        """When people answer again; None while they do."""
        local = now.astimezone(self._zone)
        for ahead in range(_DAYS_AHEAD):
            day = local.date() + timedelta(days=ahead)
            hours = self._policy.hours
            window = hours.working_day if self._calendar.is_working_day(day) else hours.day_off
            begins = datetime.combine(day, window.from_, self._zone)
            if begins <= local < datetime.combine(day, window.until, self._zone):
                return None
            if local < begins:
                return begins
        return None

    def ticket(self, session: Session, now: datetime, conversation_id: str) -> HandoffTicket:
        """Where somebody stands; for who does not wait the place is 0."""
        waiting = open_handoff(session, conversation_id)
        place = position(session, conversation_id)
        online = agents_online(session, now)
        due = waiting.due_at - now if waiting is not None else timedelta()
        wait = expected_wait(place, self._pace(session, now, online), self._policy.wait.least)
        return HandoffTicket(
            position=place,
            agents_online=online,
            promised_minutes=max(round(due / _MINUTE), 0),
            expected_minutes=None if wait is None else max(math.ceil(wait / 60), 1),
            opens_at=None if online else self.opens_at(now),
        )

    def _pace(self, session: Session, now: datetime, online: int) -> Pace:
        since = now - timedelta(hours=self._policy.wait.hours_back)
        rows = session.execute(
            sa.select(handoffs.c.requested_at, handoffs.c.taken_at, handoffs.c.closed_at)
            .where(handoffs.c.taken_at > since)
            .order_by(handoffs.c.id.desc())
            .limit(_MOST_MEASURED)
        ).all()
        held = session.scalar(
            sa.select(sa.func.count())
            .select_from(handoffs)
            .where(handoffs.c.taken_at.is_not(None), handoffs.c.closed_at.is_(None))
        )
        return Pace(
            waits=tuple((taken - asked).total_seconds() for asked, taken, _ in rows),
            handlings=tuple((end - taken).total_seconds() for _, taken, end in rows if end),
            places=online * self._policy.capacity,
            held=held or 0,
        )
