"""上门: free slots of an area's crews, booked and given back inside the caller's transaction.

Two customers never get the last place: crews of the area are locked while a place is looked for,
and the place itself is unique in the database.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from desk.model.visits import Crew, Slot, SlotWish, Visit, VisitState
from desk.policies import VisitPolicy
from desk.policy_parts import Hours
from desk.ports.working_days import WorkingDays
from desk.store.unit_of_work import Work
from desk.store.visit_tables import crews_table, visits_table


class Visits:
    def __init__(self, policy: VisitPolicy, calendar: WorkingDays, zone: tzinfo) -> None:
        self._policy, self._calendar, self._zone = policy, calendar, zone

    def free(
        self,
        session: Session,
        area: str | None,
        now: datetime,
        *,
        urgent: bool = False,
        wish: SlotWish | None = None,
    ) -> tuple[Slot, ...]:
        """The soonest free slots of an area, at most `offered`; with a wish only those that fit."""
        crews = self._crews(session, area) if area else []
        if not crews:
            return ()
        taken = self._taken(session, crews, now)
        found: list[Slot] = []
        for slot in self._slots(now, urgent=urgent):
            if wish is not None and not self._fits(slot, wish):
                continue
            if any(taken[crew.id, slot.starts_at] < self._room(crew, slot.day) for crew in crews):
                found.append(slot)
            if len(found) == self._policy.offered:
                break
        return tuple(found)

    def areas(self, session: Session, at_most: int | None = None) -> tuple[str, ...]:
        """Where crews come, by name; none when there are more than `at_most`."""
        area = crews_table.c.area
        found = tuple(session.scalars(sa.select(area).distinct().order_by(area)))
        return () if at_most is not None and len(found) > at_most else found

    def nearest(
        self, session: Session, area: str | None, now: datetime, *, urgent: bool, wish: SlotWish
    ) -> tuple[Slot, ...]:
        """When a wish cannot be met: from the wished day on, or else the soonest."""
        if wish.day is not None:
            near = self.free(session, area, now, urgent=urgent, wish=SlotWish(day=wish.day))
            if near:
                return near
        return self.free(session, area, now, urgent=urgent)

    def hold(self, work: Work, area: str | None, slot_id: str, *, urgent: bool) -> bool:
        """Lock the crews of an area; whether a place of the slot is free until this commits."""
        slot = self.slot(work.now, slot_id, urgent=urgent)
        crews = self._crews(work.session, area, lock=True)
        return slot is not None and any(
            len(self._places(work.session, crew, slot)) < self._room(crew, slot.day)
            for crew in crews
        )

    def book(
        self, work: Work, order_number: str, area: str, slot_id: str, *, urgent: bool
    ) -> Visit | None:
        """Take a place in a slot; None when it is gone. An earlier visit of the order is freed."""
        slot = self.slot(work.now, slot_id, urgent=urgent)
        if slot is None:
            return None
        crews = self._crews(work.session, area, lock=True)
        for crew in sorted(crews, key=lambda c: len(self._places(work.session, c, slot))):
            places = self._places(work.session, crew, slot)
            free = (p for p in range(1, self._room(crew, slot.day) + 1) if p not in places)
            place = next(free, None)
            if place is not None:
                self.cancel(work, order_number)
                visit = Visit(order_number, crew.id, slot.starts_at, slot.ends_at, work.now, place)
                work.session.add(visit)
                work.session.flush()
                work.emit(
                    "VisitBooked",
                    work_order=order_number,
                    starts_at=slot.starts_at.isoformat(),
                    ends_at=slot.ends_at.isoformat(),
                    time=self._absolute(slot),
                    crew=crew.name,
                )
                return visit
        return None

    def cancel(self, work: Work, order_number: str) -> bool:
        """Free the place of an order's visit, in the caller's transaction; False without one."""
        visit = self.of(work.session, order_number)
        if visit is None:
            return False
        visit.place, visit.state = None, VisitState.CANCELLED
        work.session.flush()
        work.emit("VisitCancelled", work_order=order_number, starts_at=visit.starts_at.isoformat())
        return True

    def of(self, session: Session, order_number: str) -> Visit | None:
        """The booked visit of an order."""
        return session.scalars(
            sa.select(Visit).where(
                visits_table.c.order_number == order_number,
                visits_table.c.state == VisitState.BOOKED,
            )
        ).one_or_none()

    def area_of(self, session: Session, visit: Visit) -> str:
        return session.get_one(Crew, visit.crew_id).area

    def movable(self, visit: Visit, now: datetime) -> bool:
        """Whether the crew is not yet on its way."""
        return visit.starts_at - timedelta(hours=self._policy.move_until_hours) > now

    def slot(self, now: datetime, slot_id: str, *, urgent: bool = False) -> Slot | None:
        """The slot of an id, while it may still be booked."""
        return next((s for s in self._slots(now, urgent=urgent) if s.id == slot_id), None)

    def label(self, starts_at: datetime, ends_at: datetime, now: datetime) -> str:
        """明天 8–10点; further away 11月25日周三 8–10点."""
        labels, start = self._policy.labels, starts_at.astimezone(self._zone)
        away = (start.date() - now.astimezone(self._zone).date()).days
        if 0 <= away < len(labels.days):
            day = labels.days[away]
        else:
            weekday = labels.weekdays[start.weekday()]
            day = labels.date.format(month=start.month, day=start.day, weekday=weekday)
        until = ends_at.astimezone(self._zone)
        return labels.slot.format(day=day, from_hour=start.hour, until_hour=until.hour)

    def _absolute(self, slot: Slot) -> str:
        """For the record, where 明天 would be wrong tomorrow."""
        start, end = (m.astimezone(self._zone) for m in (slot.starts_at, slot.ends_at))
        return f"{start:%-m月%-d日 %H:%M}–{end:%H:%M}"

    # -- small parts ---------------------------------------------------------------------------

    def _slots(self, now: datetime, *, urgent: bool) -> Iterator[Slot]:
        local = now.astimezone(self._zone)
        first = self._policy.first_day_urgent if urgent else self._policy.first_day
        # A report at night still belongs to the day before: its next day is the coming morning.
        if local.time() < self._policy.day_begins:
            first = max(first - 1, 0)
        earliest = now + timedelta(hours=self._policy.lead_hours)
        for away in range(first, first + self._policy.horizon_days):
            day = local.date() + timedelta(days=away)
            for window in self._policy.windows:
                starts, ends = self._at(day, window)
                if starts >= earliest:
                    slot_id = f"{day.isoformat()}/{window.from_:%H:%M}"
                    yield Slot(slot_id, day, starts, ends, self.label(starts, ends, now))

    def _at(self, day: date, window: Hours) -> tuple[datetime, datetime]:
        starts, ends = (
            datetime.combine(day, hour, tzinfo=self._zone).astimezone(UTC)
            for hour in (window.from_, window.until)
        )
        return starts, ends

    def _fits(self, slot: Slot, wish: SlotWish) -> bool:
        if wish.day is not None and slot.day != wish.day:
            return False
        if wish.time is None:
            return True
        from_, until = (
            moment.astimezone(self._zone).time() for moment in (slot.starts_at, slot.ends_at)
        )
        part = self._policy.parts.get(wish.time)
        if part is not None:
            return from_ >= part.from_ and until <= part.until
        return f"{from_:%H:%M}" <= wish.time < f"{until:%H:%M}"

    def _crews(self, session: Session, area: str | None, *, lock: bool = False) -> list[Crew]:
        query = sa.select(Crew).where(crews_table.c.area == area).order_by(crews_table.c.id)
        return list(session.scalars(query.with_for_update() if lock else query))

    def _taken(
        self, session: Session, crews: list[Crew], now: datetime
    ) -> Counter[tuple[int, datetime]]:
        rows = session.execute(
            sa.select(visits_table.c.crew_id, visits_table.c.starts_at, sa.func.count())
            .where(
                visits_table.c.crew_id.in_([crew.id for crew in crews]),
                visits_table.c.starts_at > now,
                visits_table.c.state == VisitState.BOOKED,
            )
            .group_by(visits_table.c.crew_id, visits_table.c.starts_at)
        )
        return Counter({(crew_id, starts_at): number for crew_id, starts_at, number in rows})

    def _places(self, session: Session, crew: Crew, slot: Slot) -> set[int]:
        return set(
            session.scalars(
                sa.select(visits_table.c.place).where(
                    visits_table.c.crew_id == crew.id,
                    visits_table.c.starts_at == slot.starts_at,
                    visits_table.c.place.is_not(None),
                )
            )
        )

    def _room(self, crew: Crew, day: date) -> int:
        return crew.per_slot if self._calendar.is_working_day(day) else crew.per_slot_off_days
