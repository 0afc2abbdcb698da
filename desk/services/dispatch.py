"""派单: what an order is, by rule; then who takes it. Runs when an order opens and in the upkeep.

Nobody free: the order waits and says why. Not acknowledged in time: somebody else is asked, then
the lead. All inside the caller's transaction, all journalled.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta, tzinfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from desk.dispatch_policy import DispatchPolicy
from desk.model.conversations import Author
from desk.model.customers import Customer
from desk.model.dispatch import (
    Chosen,
    Need,
    Nobody,
    Team,
    TeamMember,
    Why,
    choose,
    covering,
    next_shift,
    works_at,
)
from desk.model.incidents import HANGING
from desk.model.journal import Event
from desk.model.visits import Crew
from desk.model.work_orders import CustomerLevel, Kind, Priority, State, WorkOrder
from desk.policies import ElderlyPolicy
from desk.ports.bss import Bss
from desk.ports.working_days import WorkingDays
from desk.services.first_look import local_time
from desk.services.visits import Visits
from desk.services.work_orders import WorkOrders, find_by_number
from desk.store.tables import journal_table, messages, work_orders_table
from desk.store.team_tables import team_members_table, teams_table
from desk.store.unit_of_work import Work

CLOCK = "acknowledge"
_VIP_MARK = "VIP客户"
_BUSY_STATES = (State.DISPATCHED, State.ACKNOWLEDGED, State.IN_PROGRESS)


class Dispatch:
    def __init__(
        self,
        policy: DispatchPolicy,
        elderly: ElderlyPolicy,
        work_orders: WorkOrders,
        visits: Visits,
        bss: Bss,
        calendar: WorkingDays,
        zone: tzinfo,
    ) -> None:
        self._policy, self._elderly, self._work_orders = policy, elderly, work_orders
        self._visits, self._bss, self._calendar, self._zone = visits, bss, calendar, zone

    def classified(self, work: Work, event: Event) -> None:
        """Reaction to `WorkOrderOpened`, before those that look at the area."""
        order = find_by_number(work.session, event.work_order or "")
        if order is not None:
            self._classify(work.session, order)
            if order.priority is Priority.NORMAL:
                self._work_orders.prioritise(work, order, self._priority(order))

    def opened(self, work: Work, event: Event) -> None:
        """Reaction to `WorkOrderOpened`; of many together the upkeep takes one after the other."""
        order = find_by_number(work.session, event.work_order or "")
        if order is not None and not work.together:
            self.attempt(work, order)

    def booked(self, work: Work, event: Event) -> None:
        """Reaction to `VisitBooked`: who goes there takes the order."""
        order = find_by_number(work.session, event.work_order or "")
        if order is None or order.assignee == event.data["crew"]:
            return
        if order.state in (State.NEW, State.DISPATCHED):
            self.attempt(work, order)

    def attempt(self, work: Work, order: WorkOrder) -> None:
        """Ask somebody, or say why nobody can be asked now and look again later."""
        if order.waiting == HANGING:
            return
        found = self._find(work, order)
        if isinstance(found, Chosen):
            rule = self._rule(order)
            self._work_orders.ask(
                work, order, team=found.team, person=found.person, actor="system", why=rule
            )
        elif order.state is State.NEW:
            self._wait(work, order, found)

    def _wait(self, work: Work, order: WorkOrder, found: Nobody) -> None:
        order.look_at = work.now + timedelta(minutes=self._policy.retry_minutes)
        if order.waiting == found.why:
            return
        order.waiting = str(found.why)
        reason = self._policy.reasons[found.why]
        if found.opens is not None:
            opens = local_time(found.opens, self._zone)
            reason += self._policy.next_shift.format(opens=opens)
        work.emit(
            "WorkOrderWaiting",
            conversation_id=order.conversation_id,
            work_order=order.number,
            reason=reason,
        )

    def missed(self, work: Work, event: Event) -> None:
        """Reaction to `SlaBreached`: who was asked did not acknowledge in time."""
        if event.data["clock"] != CLOCK:
            return
        order = find_by_number(work.session, event.work_order or "")
        if order is not None and order.state is State.DISPATCHED and order.waiting != HANGING:
            self.again(work, order)

    def again(self, work: Work, order: WorkOrder) -> None:
        """Nobody acknowledged in time: somebody else, or the lead; nobody is woken at night."""
        asked = _asked_before(work.session, order)
        found: Chosen | Nobody = Nobody(Why.NOBODY)
        if len(asked) <= self._policy.again_at_most:
            found = self._find(work, order, exclude=asked)
        if isinstance(found, Chosen):
            self._work_orders.ask(
                work,
                order,
                team=found.team,
                person=found.person,
                actor="system",
                why=self._policy.again,
            )
        elif found.why in (Why.OFF_SHIFT, Why.FULL):
            order.look_at = work.now + timedelta(minutes=self._policy.retry_minutes)
        else:
            self._to_lead(work, order)

    def lead_of(self, session: Session, order: WorkOrder) -> str | None:
        """Who leads the team that an order is with."""
        return session.scalar(sa.select(teams_table.c.lead).where(teams_table.c.code == order.team))

    def _to_lead(self, work: Work, order: WorkOrder) -> None:
        lead = self.lead_of(work.session, order)
        if lead is None or lead == order.assignee:
            return
        why = self._policy.to_lead
        self._work_orders.ask(work, order, team=order.team, person=lead, actor="system", why=why)
        work.emit(
            "WorkOrderEscalated",
            conversation_id=order.conversation_id,
            work_order=order.number,
            reason=why,
        )

    def _classify(self, session: Session, order: WorkOrder) -> None:
        """Area, level, language and skill: each rule may look at those before it."""
        policy = self._policy
        customer = session.get(Customer, order.customer_id) if order.customer_id else None
        account = self._bss.by_account(customer.account) if customer else None
        order.area = order.area or (account.area if account else None) or _named(session, order)
        if order.level is CustomerLevel.NORMAL:
            if (account is not None and account.vip) or _VIP_MARK in order.marks:
                order.level = CustomerLevel.VIP
            elif self._is_elderly(session, order):
                order.level = CustomerLevel.ELDERLY
        language = next((r.language for r in policy.languages if r.when.holds(order)), None)
        order.language = language or order.language
        order.skill = order.skill or next(
            (r.skill for r in policy.skills if r.when.holds(order)), None
        )

    def _priority(self, order: WorkOrder) -> Priority:
        rules = self._policy.priorities
        return next((rule.priority for rule in rules if rule.when.holds(order)), Priority.NORMAL)

    def _is_elderly(self, session: Session, order: WorkOrder) -> bool:
        """What the customer last said about being spoken to plainly."""
        if order.conversation_id is None:
            return False
        said = session.scalars(
            sa.select(messages.c.text)
            .where(
                messages.c.conversation_id == order.conversation_id,
                messages.c.author == Author.CUSTOMER,
            )
            .order_by(messages.c.id.desc())
            .limit(100)
        )
        return next((heard for t in said if (heard := self._elderly.hears(t)) is not None), False)

    def _rule(self, order: WorkOrder) -> str:
        return next((r.name for r in self._policy.rules if r.when.holds(order)), "")

    def _find(self, work: Work, order: WorkOrder, exclude: Collection[str] = ()) -> Chosen | Nobody:
        rule = next((r for r in self._policy.rules if r.when.holds(order)), None)
        if rule is None:
            return Nobody(Why.NO_RULE)
        teams = covering(_teams(work.session), rule.group, order.area)
        members = _members(work.session, [team.code for team in teams])
        wanted = rule.person or self._crew(work.session, order)
        if wanted is not None and any(one.person == wanted for one in members):
            members = [one for one in members if one.person == wanted]
        need = Need(
            skill=order.skill,
            language=order.language if order.kind is not Kind.REPAIR else "zh",
            vip=order.level is CustomerLevel.VIP,
            exclude=frozenset(exclude),
        )
        load = _load(work.session, order, [one.person for one in members])

        def on_shift(member: TeamMember) -> bool:
            return works_at(member.hours, work.now, self._zone, self._calendar.is_working_day)

        def opens(member: TeamMember) -> datetime | None:
            return next_shift(member.hours, work.now, self._zone, self._calendar.is_working_day)

        return choose(members, need, on_shift, load, opens)

    def _crew(self, session: Session, order: WorkOrder) -> str | None:
        visit = self._visits.of(session, order.number) if order.kind is Kind.REPAIR else None
        return session.get_one(Crew, visit.crew_id).name if visit else None


def _teams(session: Session) -> Sequence[Team]:
    """All teams, read once in a transaction."""
    found: Sequence[Team] | None = session.info.get("teams")
    if found is None:
        found = session.info["teams"] = session.scalars(sa.select(Team)).all()
    return found


def _members(session: Session, codes: list[str]) -> list[TeamMember]:
    """Locked: two orders at the same instant must not both take somebody's last place."""
    return list(
        session.scalars(
            sa.select(TeamMember)
            .where(team_members_table.c.team.in_(codes))
            .order_by(team_members_table.c.id)
            .with_for_update()
        )
    )


def _load(session: Session, order: WorkOrder, people: list[str]) -> Counter[str]:
    """What each of them has to do already, this order left out."""
    table = work_orders_table
    rows = session.execute(
        sa.select(table.c.assignee, sa.func.count())
        .where(
            table.c.assignee.in_(people),
            table.c.state.in_(_BUSY_STATES),
            table.c.id != order.id,
        )
        .group_by(table.c.assignee)
    )
    return Counter({person: count for person, count in rows})


def _named(session: Session, order: WorkOrder) -> str | None:
    """An area that the customer's words name, of those the teams work in."""
    areas = {area for team in _teams(session) for area in team.areas}
    return next((area for area in sorted(areas) if area in order.description), None)


def _asked_before(session: Session, order: WorkOrder) -> set[str]:
    """Who was asked since the order last lay with somebody."""
    moves = session.scalars(
        sa.select(Event)
        .where(journal_table.c.work_order == order.number, journal_table.c.type == "WorkOrderMoved")
        .order_by(journal_table.c.id.desc())
    )
    asked: set[str] = set()
    for event in moves:
        if event.data["after"] != State.DISPATCHED:
            break
        asked.add(event.data.get("assignee", ""))
    return asked
