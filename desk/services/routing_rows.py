"""Routing as rows: who is there and how much they hold, where a conversation waits, open offers."""

from collections import Counter
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from desk.model.access import Right, roles_with
from desk.model.agents import Agent, AgentStatus
from desk.model.conversations import Handoff
from desk.model.routing import AgentProfile, Candidate, Offer, Outcome, Route
from desk.services import timers
from desk.services.staff import present
from desk.store.routing_tables import handoff_offers, handoff_routes, handoff_transfers
from desk.store.tables import agents_table, conversations_table, handoffs
from desk.store.unit_of_work import Work

TIMER = "handoff_offer"
_MISSED = (Outcome.DECLINED, Outcome.TIMED_OUT)


def load(session: Session) -> Counter[int]:
    """What each agent has: talks under way and offers not answered yet."""
    held = session.execute(
        sa.select(handoffs.c.agent_id, sa.func.count())
        .where(handoffs.c.agent_id.is_not(None), handoffs.c.closed_at.is_(None))
        .group_by(handoffs.c.agent_id)
    )
    offered = session.execute(
        sa.select(handoff_offers.c.agent_id, sa.func.count())
        .where(handoff_offers.c.ended_at.is_(None))
        .group_by(handoff_offers.c.agent_id)
    )
    found: Counter[int] = Counter()
    for rows in (held, offered):
        for agent_id, count in rows:
            found[agent_id] += count
    return found


def candidates(
    session: Session, now: datetime, capacity: int, *, lock: bool = False
) -> list[Candidate]:
    """Who is online with an open console. Whoever offers locks them: two offers must not both
    take a last place."""
    wanted = (
        sa.select(Agent)
        .where(
            agents_table.c.status == AgentStatus.ONLINE,
            agents_table.c.role.in_(roles_with(Right.WORK_TALKS)),
        )
        .order_by(agents_table.c.id)
    )
    online = session.scalars(wanted.with_for_update() if lock else wanted).all()
    there, busy = present(session, now), load(session)
    profiles = {one.agent_id: one for one in session.scalars(sa.select(AgentProfile))}
    last = _last_offers(session, [agent.id for agent in online])
    return [
        _candidate(agent, profiles.get(agent.id), capacity, busy[agent.id], last.get(agent.id))
        for agent in online
        if agent.id in there
    ]


def _candidate(
    agent: Agent, profile: AgentProfile | None, capacity: int, busy: int, last: datetime | None
) -> Candidate:
    known = profile or AgentProfile(agent.id)
    return Candidate(
        agent_id=agent.id,
        skills=frozenset(known.skills),
        areas=frozenset(known.areas),
        languages=frozenset(known.languages),
        capacity=known.capacity or capacity,
        load=busy,
        idle_since=last,
    )


def _last_offers(session: Session, agent_ids: list[int]) -> dict[int, datetime]:
    newest = (
        sa.select(sa.func.max(handoff_offers.c.id))
        .where(handoff_offers.c.agent_id.in_(agent_ids))
        .group_by(handoff_offers.c.agent_id)
    )
    rows = session.execute(
        sa.select(handoff_offers.c.agent_id, handoff_offers.c.offered_at).where(
            handoff_offers.c.id.in_(newest)
        )
    )
    return {agent_id: at for agent_id, at in rows}


def unoffered(session: Session, limit: int) -> list[tuple[Handoff, Route]]:
    """Hand-overs that wait and are held out to nobody, by need and then by time."""
    offered = sa.exists().where(
        handoff_offers.c.handoff_id == handoffs.c.id, handoff_offers.c.ended_at.is_(None)
    )
    rows = session.execute(
        sa.select(Handoff, Route)
        .join(Route, handoff_routes.c.handoff_id == handoffs.c.id)
        .where(handoffs.c.taken_at.is_(None), handoffs.c.closed_at.is_(None), ~offered)
        .order_by(handoffs.c.rank, handoffs.c.id)
        .limit(limit)
    )
    return [(handoff, route) for handoff, route in rows]


def open_offer(session: Session, conversation_id: str) -> Offer | None:
    return session.scalars(
        sa.select(Offer).where(
            handoff_offers.c.conversation_id == conversation_id,
            handoff_offers.c.ended_at.is_(None),
        )
    ).one_or_none()


def end_offer(work: Work, conversation_id: str, taker: int | None = None) -> None:
    """Nothing is held out any more: taken by `taker`, or over. The timer first, then the offer:
    whoever fires the timer takes them in this order too."""
    timers.cancel(work, TIMER, conversation_id)
    offer = open_offer(work.session, conversation_id)
    if offer is not None:
        mine = taker is not None and offer.agent_id == taker
        offer.ended_at, offer.outcome = work.now, Outcome.ACCEPTED if mine else Outcome.OVER


def route_of(session: Session, handoff: Handoff) -> Route | None:
    return session.get(Route, handoff.id)


def refused(session: Session, handoff_id: int, since: datetime) -> frozenset[int]:
    """Who did not want it, or did not answer, since then."""
    return frozenset(
        session.scalars(
            sa.select(handoff_offers.c.agent_id).where(
                handoff_offers.c.handoff_id == handoff_id,
                handoff_offers.c.outcome.in_(_MISSED),
                handoff_offers.c.ended_at > since,
            )
        )
    )


def passed_on(session: Session, route: Route) -> tuple[int | None, bool]:
    """Who passed it on when it began to wait, and whether to a queue; (None, False): nobody did."""
    found = session.execute(
        sa.select(agents_table.c.id, handoff_transfers.c.to_queue)
        .join(agents_table, agents_table.c.username == handoff_transfers.c.by)
        .where(
            handoff_transfers.c.handoff_id == route.handoff_id,
            handoff_transfers.c.at >= route.since,
        )
        .order_by(handoff_transfers.c.id.desc())
        .limit(1)
    ).one_or_none()
    return (None, False) if found is None else (found[0], found[1] is not None)


def missed_in_a_row(session: Session, agent: Agent, at_most: int) -> int:
    """How many of the newest offers to an agent went without an answer, since they came back."""
    ended = sa.select(handoff_offers.c.outcome).where(
        handoff_offers.c.agent_id == agent.id, handoff_offers.c.ended_at.is_not(None)
    )
    if agent.status_since is not None:
        ended = ended.where(handoff_offers.c.offered_at >= agent.status_since)
    newest = session.scalars(ended.order_by(handoff_offers.c.id.desc()).limit(at_most)).all()
    return next(
        (i for i, outcome in enumerate(newest) if outcome is not Outcome.TIMED_OUT), len(newest)
    )


def last_agent(session: Session, handoff: Handoff, since: datetime) -> int | None:
    """Who talked with this customer last, here or on another channel."""
    whose = handoffs.c.conversation_id == handoff.conversation_id
    customer = session.scalar(
        sa.select(conversations_table.c.customer_id).where(
            conversations_table.c.id == handoff.conversation_id
        )
    )
    if customer is not None:
        theirs = sa.select(conversations_table.c.id).where(
            conversations_table.c.customer_id == customer
        )
        whose |= handoffs.c.conversation_id.in_(theirs)
    return session.scalar(
        sa.select(handoffs.c.agent_id)
        .where(
            whose,
            handoffs.c.agent_id.is_not(None),
            handoffs.c.id != handoff.id,
            handoffs.c.taken_at > since,
        )
        .order_by(handoffs.c.id.desc())
        .limit(1)
    )


def start_offer(work: Work, handoff: Handoff, agent_id: int, seconds: int) -> Offer:
    lasts = timedelta(seconds=seconds)
    offer = Offer(handoff.id, handoff.conversation_id, agent_id, work.now, work.now + lasts)
    work.session.add(offer)
    work.session.flush()
    timers.start(work, TIMER, handoff.conversation_id, str(offer.id), lasts)
    return offer
