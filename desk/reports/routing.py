"""What goes with a conversation to people: packet, offer, owner, notes. Read only."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from desk.model.handoff import HandoffPacket
from desk.store.routing_tables import handoff_offers, handoff_routes, handoff_transfers
from desk.store.tables import agents_table


@dataclass(frozen=True)
class Standing:
    """Of one hand-over; `owner` answers for the case until another accepts (首问负责)."""

    queue: str
    owner: str | None
    offered_to: str | None
    offer_expires_at: datetime | None

    @property
    def offer(self) -> dict[str, Any] | None:
        """To whom it is held out just now, and until when."""
        if self.offered_to is None:
            return None
        return {"agent": self.offered_to, "expires_at": self.offer_expires_at}


def standings(session: Session, handoff_ids: Collection[int]) -> dict[int, Standing]:
    """By hand-over, in one question for a whole page."""
    owner, asked = agents_table.alias("owner"), agents_table.alias("asked")
    offers, routes = handoff_offers.c, handoff_routes.c
    rows = session.execute(
        sa.select(routes.handoff_id, routes.queue, owner.c.name, asked.c.name, offers.expires_at)
        .outerjoin(owner, owner.c.id == routes.owner)
        .outerjoin(
            handoff_offers,
            sa.and_(offers.handoff_id == routes.handoff_id, offers.ended_at.is_(None)),
        )
        .outerjoin(asked, asked.c.id == offers.agent_id)
        .where(routes.handoff_id.in_(handoff_ids))
    )
    return {row[0]: Standing(*row[1:]) for row in rows}


def packet_of(session: Session, handoff_id: int) -> dict[str, Any] | None:
    """What the bot knew when the conversation was queued; unchanged since."""
    kept = session.get(HandoffPacket, handoff_id)
    return kept.content if kept is not None else None


def passed_on(
    session: Session, conversation_id: str, queues: Mapping[str, str]
) -> list[dict[str, Any]]:
    """How a conversation was passed on from person to person, oldest first; notes for staff.

    `queues`: what each queue is called.
    """
    table = handoff_transfers.c
    by, to = agents_table.alias("by_agent"), agents_table.alias("to_agent")
    rows = session.execute(
        sa.select(by.c.name, table.by, to.c.name, table.to_queue, table.note, table.at)
        .outerjoin(by, by.c.username == table.by)
        .outerjoin(to, to.c.username == table.to_agent)
        .where(table.conversation_id == conversation_id)
        .order_by(table.id)
    )
    return [
        {
            "by": name or username,
            "to_agent": agent,
            "to_queue": queues.get(queue, queue),
            "note": note,
            "at": at,
        }
        for name, username, agent, queue, note, at in rows
    ]
