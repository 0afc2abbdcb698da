"""转接: one person passes a conversation on to another, or to a queue, with a note for staff."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from desk.model.access import Right, may
from desk.model.agents import Agent
from desk.model.errors import UnknownAgent, UnknownQueue
from desk.model.routing import Transfer
from desk.routing_policy import RoutingPolicy
from desk.services.handoff import Handoffs
from desk.services.handoff_rows import held_by
from desk.store.routing_tables import handoff_transfers
from desk.store.tables import agents_table
from desk.store.unit_of_work import Store, Work


class Transfers:
    def __init__(self, store: Store, policy: RoutingPolicy, handoffs: Handoffs) -> None:
        self._store, self._policy, self._handoffs = store, policy, handoffs

    def queues(self) -> dict[str, str]:
        """The queues a conversation may be passed on to, with their labels."""
        return dict(self._policy.queues)

    def to_agent(self, conversation_id: str, by: Agent, username: str, note: str) -> None:
        """Held out to this person first; raises `NotYours`, `UnknownAgent`.

        Until somebody accepts, `by` answers for the case.
        """
        with self._store.writing() as work:
            wanted = work.session.scalars(
                sa.select(Agent).where(agents_table.c.username == username)
            ).one_or_none()
            if wanted is None or wanted.id == by.id or not may(wanted.role, Right.WORK_TALKS):
                raise UnknownAgent(username)
            self._pass_on(work, conversation_id, by, note, agent=wanted)

    def to_queue(self, conversation_id: str, by: Agent, queue: str, note: str) -> None:
        """To whoever of a queue is free; raises `NotYours`, `UnknownQueue`."""
        if queue not in self._policy.queues:
            raise UnknownQueue(queue)
        with self._store.writing() as work:
            self._pass_on(work, conversation_id, by, note, queue=queue)

    def _pass_on(
        self,
        work: Work,
        conversation_id: str,
        by: Agent,
        note: str,
        *,
        agent: Agent | None = None,
        queue: str | None = None,
    ) -> None:
        conversation, handoff = held_by(work, conversation_id, by)
        work.session.add(
            Transfer(
                handoff_id=handoff.id,
                conversation_id=conversation_id,
                by=by.username,
                note=note,
                at=work.now,
                to_agent=agent.username if agent else None,
                to_queue=queue,
            )
        )
        only = agent.id if agent else None
        text = self._policy.transferred
        self._handoffs.put_back(work, conversation, handoff, text, queue=queue, only_agent=only)
        work.emit(
            "ConversationTransferred",
            actor=by.username,
            conversation_id=conversation_id,
            to=agent.username if agent else queue,
        )


def transfers_of(session: Session, handoff_id: int) -> list[Transfer]:
    """How a conversation was passed on, oldest first."""
    return list(
        session.scalars(
            sa.select(Transfer)
            .where(handoff_transfers.c.handoff_id == handoff_id)
            .order_by(handoff_transfers.c.id)
        )
    )
