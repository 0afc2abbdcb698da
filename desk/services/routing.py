"""Waiting conversations are held out to the agents they suit; each answers in time or loses it.

The sweeper offers, one conversation in one transaction, by need and then by time. An offer ends by
accepting (`Handoffs.take`), declining, or the durable timer that was started with it. Anybody may
take from the queue all the same: an offer is a request, the queue is open to whoever has time.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from desk.model.agents import Agent, AgentStatus
from desk.model.conversations import Handoff
from desk.model.errors import NotYours
from desk.model.routing import Candidate, Need, Offer, Outcome, Route, choose
from desk.model.sla import Timer
from desk.routing_policy import RoutingPolicy
from desk.services.routing_rows import (
    candidates,
    end_offer,
    last_agent,
    missed_in_a_row,
    open_offer,
    passed_on,
    refused,
    route_of,
    start_offer,
    unoffered,
)
from desk.store.tables import handoffs
from desk.store.unit_of_work import Store, Work

_BATCH = 50


class Routing:
    def __init__(self, store: Store, policy: RoutingPolicy, capacity: int) -> None:
        self._store, self._policy, self._capacity = store, policy, capacity

    def sweep(self) -> int:
        """Offer what waits and suits somebody; returns how many. Several processes may sweep."""
        with self._store.reading() as session:
            suited = self._suited(session, self._store.clock.now())
        return sum(self._offer(handoff_id) for handoff_id in suited)

    def _suited(self, session: Session, now: datetime) -> list[int]:
        """What somebody would be asked for now. Read only: who waits while all are full costs the
        agents no lock. Whoever offers looks again."""
        waiting = unoffered(session, _BATCH)
        people = {one.agent_id: one for one in candidates(session, now, self._capacity)}
        suited = []
        for handoff, route in waiting:
            if not any(one.free for one in people.values()):
                break
            chosen = self._choose(session, now, handoff, route, people.values())
            if chosen is not None:
                people[chosen] = replace(people[chosen], load=people[chosen].load + 1)
                suited.append(handoff.id)
        return suited

    def _offer(self, handoff_id: int) -> bool:
        with self._store.writing() as work:
            handoff = work.session.scalars(
                sa.select(Handoff)
                .where(
                    handoffs.c.id == handoff_id,
                    handoffs.c.taken_at.is_(None),
                    handoffs.c.closed_at.is_(None),
                )
                .with_for_update(skip_locked=True)
            ).one_or_none()
            route = route_of(work.session, handoff) if handoff is not None else None
            if handoff is None or route is None:
                return False
            if open_offer(work.session, handoff.conversation_id) is not None:
                return False
            people = candidates(work.session, work.now, self._capacity, lock=True)
            agent_id = self._choose(work.session, work.now, handoff, route, people)
            if agent_id is None:
                return False
            start_offer(work, handoff, agent_id, self._policy.offer_seconds)
            agent = work.session.get_one(Agent, agent_id)
            work.emit("OfferMade", conversation_id=handoff.conversation_id, agent=agent.username)
            return True

    def _choose(
        self,
        session: Session,
        now: datetime,
        handoff: Handoff,
        route: Route,
        people: Iterable[Candidate],
    ) -> int | None:
        anybody = (now - route.since).total_seconds() >= self._policy.widen_after_seconds
        need = self._need(session, now, handoff, route, anybody=anybody)
        return choose(need, people, anybody=anybody)

    def _need(
        self, session: Session, now: datetime, handoff: Handoff, route: Route, *, anybody: bool
    ) -> Need:
        days = timedelta(days=self._policy.last_agent_days)
        again = timedelta(seconds=self._policy.again_after_seconds)
        exclude = refused(session, handoff.id, now - again)
        passed_by, to_queue = passed_on(session, route)
        # Who was named and refused is another matter: it goes back to who answers for it.
        if passed_by is not None and not anybody and (to_queue or route.only_agent is not None):
            exclude |= {passed_by}
        return Need(
            skill=route.skill,
            area=route.area,
            language=None if route.language == "zh" else route.language,
            last_agent=last_agent(session, handoff, now - days),
            only=route.only_agent,
            passed_by=passed_by,
            exclude=exclude,
        )

    def decline(self, conversation_id: str, agent: Agent) -> None:
        """The agent cannot take it now: somebody else is asked. Raises `NotYours`."""
        with self._store.writing() as work:
            offer = open_offer(work.session, conversation_id)
            if offer is None or offer.agent_id != agent.id:
                raise NotYours(conversation_id)
            end_offer(work, conversation_id)
            self._refused(work, offer, Outcome.DECLINED)
            work.emit("OfferDeclined", actor=agent.username, conversation_id=conversation_id)

    def due(self, work: Work, timer: Timer) -> None:
        """Timer: nobody answered. Who lets several pass in a row is away, whatever they said."""
        offer = work.session.get(Offer, int(timer.reference))
        if offer is None or offer.ended_at is not None:
            return
        self._refused(work, offer, Outcome.TIMED_OUT)
        agent = work.session.get_one(Agent, offer.agent_id)
        limit = self._policy.missed_before_away
        work.session.flush()
        missed = missed_in_a_row(work.session, agent, limit) >= limit
        work.emit("OfferTimedOut", actor=agent.username, conversation_id=offer.conversation_id)
        if missed and agent.status is AgentStatus.ONLINE:
            agent.become(AgentStatus.AWAY, work.now)
            work.emit("AgentStatusChanged", actor=agent.username, status=str(agent.status))

    def _refused(self, work: Work, offer: Offer, outcome: Outcome) -> None:
        """Passed on to one person who cannot: everybody may be asked from now on."""
        offer.ended_at, offer.outcome = work.now, outcome
        route = work.session.get(Route, offer.handoff_id)
        if route is not None and route.only_agent == offer.agent_id:
            route.only_agent = None
