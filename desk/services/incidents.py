"""片区故障: many reports become one incident; its orders hang under it, its customers are told.

Opened by rule, by hand or by the feed (`outage_news`); assessed and informed against clocks. After
recovery the upkeep resolves the orders one by one, and everybody is asked whether it works.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo

from desk.clock import Chance
from desk.model.incidents import HANGING, PREFIX, ParentIncident, Source, grade_of
from desk.model.journal import Event
from desk.model.numbers import make_number
from desk.model.order_links import LinkKind
from desk.model.work_orders import OPEN_STATES, Kind, Severity, State, WorkOrder
from desk.order_policies import IncidentPolicy
from desk.services.incident_rows import (
    find,
    locked,
    open_at,
    open_orders,
    told_without_order,
)
from desk.services.notices import Notices
from desk.services.order_links import hanging_under, link, linked
from desk.services.order_upkeep import Keep
from desk.services.visits import Visits
from desk.services.work_orders import WorkOrders, find_by_number
from desk.store.tables import work_orders_table
from desk.store.unit_of_work import Store, Work

# A crew that is at work finishes; everybody else need not come any more.
_RESOLVED_BY_RECOVERY = OPEN_STATES - {State.IN_PROGRESS}


class Incidents:
    def __init__(
        self,
        store: Store,
        policy: IncidentPolicy,
        work_orders: WorkOrders,
        visits: Visits,
        notices: Notices,
        chance: Chance,
        zone: tzinfo,
    ) -> None:
        self._store, self._policy = store, policy
        self._work_orders, self._visits, self._notices = work_orders, visits, notices
        self._chance, self._zone = chance, zone

    def reported(self, work: Work, event: Event) -> None:
        """Reaction to a repair order opened: under the incident of its area, or maybe its first.

        The journal is locked while reactions run, so that two reports open one incident.
        """
        order = find_by_number(work.session, event.work_order or "")
        if order is not None and not work.together:
            self.look_at(work, [order])

    def look_at(self, work: Work, orders: Sequence[WorkOrder]) -> None:
        """The same of orders that were opened together, once for each area and service."""
        groups: dict[tuple[str, str | None], list[WorkOrder]] = {}
        for order in orders:
            if order.kind is Kind.REPAIR and order.area is not None:
                groups.setdefault((order.area, order.service), []).append(order)
        for (area, service), together in groups.items():
            known = open_at(work.session, area)
            incident = next((one for one in known if one.touches(service)), None)
            if incident is None:
                self._maybe_first(work, together[-1])
            else:
                self._hang(work, incident, together)

    def _maybe_first(self, work: Work, order: WorkOrder) -> None:
        reports = self._reports(work, order)
        if reports:
            self.begin(
                work,
                order.area or "",
                [order.service] if order.service else [],
                self._policy.text.format(count=len(reports)),
                Source.RULE,
                actor="system",
                orders=reports,
            )

    def open(
        self,
        area: str,
        services: Sequence[str],
        text: str,
        *,
        expected_end: datetime | None,
        actor: str,
    ) -> str:
        """Open an incident by hand over the open repair orders of an area; returns its number."""
        with self._store.writing() as work:
            return self.begin(
                work,
                area,
                list(services),
                text,
                Source.HAND,
                actor=actor,
                expected_end=expected_end,
                orders=open_orders(work.session, area, services),
            ).number

    def assess(
        self, number: str, *, grade: Severity, expected_end: datetime | None, actor: str
    ) -> None:
        """The first assessment, and any later one. Raises `UnknownIncident`."""
        with self._store.writing() as work:
            incident = locked(work, number)
            incident.grade = grade
            incident.assessed_at = incident.assessed_at or work.now
            if expected_end is not None:
                incident.expected_end = expected_end
            work.emit(
                "IncidentAssessed",
                actor=actor,
                work_order=number,
                grade=str(grade),
                expected_end=incident.expected_end.isoformat(),
            )

    def recover(self, number: str, *, actor: str) -> int:
        """It is over: all are told. Returns how many orders hung under it.

        Raises `UnknownIncident`; a second time it changes nothing.
        """
        with self._store.writing() as work:
            return self.end(work, locked(work, number), actor)

    def after(self, keep: Keep | None = None) -> Keep:
        """For the upkeep: an order whose incident is over is resolved, any other kept as usual."""

        def look(work: Work, order: WorkOrder) -> None:
            numbers = linked(work.session, order.number, LinkKind.PARENT_INCIDENT)
            over = [one for n in numbers if (one := find(work.session, n)) and one.recovered_at]
            if over and order.waiting == HANGING:
                self._resolve(work, order, over[-1])
            elif keep is not None and order.waiting != HANGING:
                keep(work, order)

        return look

    def begin(
        self,
        work: Work,
        area: str,
        services: list[str],
        text: str,
        source: Source,
        *,
        actor: str,
        orders: list[WorkOrder],
        expected_end: datetime | None = None,
        external_id: str | None = None,
    ) -> ParentIncident:
        """Open an incident over `orders` in the caller's transaction, and tell their customers."""
        policy = self._policy
        incident = ParentIncident(
            number=self._free_number(work),
            area=area,
            services=services,
            text=text,
            source=source,
            opened_at=work.now,
            expected_end=expected_end or work.now + timedelta(hours=policy.expected_hours),
            grade=grade_of(len(orders), policy.grades),
            external_id=external_id,
        )
        work.session.add(incident)
        work.session.flush()
        work.emit(
            "IncidentOpened",
            actor=actor,
            work_order=incident.number,
            area=area,
            services=services,
            source=str(source),
            text=text,
        )
        self._hang(work, incident, orders)
        # From here on the bot tells everybody who asks; who had reported was told just now.
        incident.informed_at = work.now
        work.emit("IncidentInformed", actor=actor, work_order=incident.number)
        return incident

    def _hang(self, work: Work, incident: ParentIncident, orders: list[WorkOrder]) -> None:
        end = incident.expected(work.now, timedelta(minutes=self._policy.overdue_minutes))
        for order in orders:
            link(work, order.number, LinkKind.PARENT_INCIDENT, incident.number)
            if order.state is not State.IN_PROGRESS:
                # Nobody is sent into an outage; who was asked already keeps the order.
                order.waiting, order.look_at = HANGING, None
                work.emit(
                    "WorkOrderJoinedIncident",
                    conversation_id=order.conversation_id,
                    work_order=order.number,
                    incident=incident.number,
                )
            self._notices.tell(
                work,
                order,
                "incident_open",
                area=incident.area,
                services=self._named(incident),
                expected_end=f"{end.astimezone(self._zone):%-m月%-d日 %H:%M}",
            )
        count = len(hanging_under(work.session, incident.number, LinkKind.PARENT_INCIDENT))
        if incident.assessed_at is None:
            incident.grade = grade_of(count, self._policy.grades)

    def end(self, work: Work, incident: ParentIncident, actor: str) -> int:
        """The same inside the caller's transaction."""
        numbers = hanging_under(work.session, incident.number, LinkKind.PARENT_INCIDENT)
        if incident.recovered_at is not None:
            return len(numbers)
        incident.recovered_at = work.now
        work.session.execute(
            work_orders_table.update()
            .where(
                work_orders_table.c.number.in_(numbers),
                work_orders_table.c.waiting == HANGING,
                work_orders_table.c.state.in_(_RESOLVED_BY_RECOVERY),
            )
            .values(look_at=work.now)
        )
        work.emit("IncidentRecovered", actor=actor, work_order=incident.number, orders=len(numbers))
        for conversation_id in told_without_order(work.session, incident):
            self._notices.tell_conversation(
                work,
                conversation_id,
                "incident_over_told",
                incident.number,
                area=incident.area,
                services=self._named(incident),
            )
        return len(numbers)

    def _resolve(self, work: Work, order: WorkOrder, incident: ParentIncident) -> None:
        order.waiting = None
        self._visits.cancel(work, order.number)
        note = f"{self._policy.recovered}（{incident.number}）"
        self._work_orders.step(work, order, State.RESOLVED, actor="system", note=note)
        area, services = incident.area, self._named(incident)
        self._notices.tell(work, order, "incident_over", area=area, services=services)

    def _reports(self, work: Work, order: WorkOrder) -> list[WorkOrder]:
        """The reports that make an incident together with this one; empty below the rule."""
        rules = self._policy.rules
        rule = next((r for r in rules if not r.services or order.service in r.services), None)
        if rule is None:
            return []
        since = work.now - timedelta(minutes=rule.within_minutes)
        found = [
            one
            for one in open_orders(
                work.session, order.area or "", [order.service] if order.service else []
            )
            if one.opened_at > since
        ]
        # One household that reports twice is one report.
        who = {one.customer_id or one.contact_phone or one.conversation_id for one in found}
        return found if len(who) >= rule.reports else []

    def _named(self, incident: ParentIncident) -> str:
        names = [self._policy.services.get(one, one) for one in incident.services]
        return "、".join(names) or self._policy.all_services

    def _free_number(self, work: Work) -> str:
        day = work.now.astimezone(self._zone).date()
        while True:
            number = make_number(PREFIX, day, self._chance.below)
            if find(work.session, number) is None:
                return number
