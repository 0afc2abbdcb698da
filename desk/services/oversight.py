"""Looking closer: personal data unmasked, a talk listened to. Both leave who, what and why."""

from dataclasses import dataclass

from desk.model.access import Right, may
from desk.model.agents import Agent
from desk.model.customers import Customer
from desk.model.errors import NotYours, SupervisorsOnly, UnknownCustomer
from desk.services.handoff_rows import locked, open_handoff
from desk.store.unit_of_work import Store


@dataclass(frozen=True)
class Unmasked:
    name: str
    phone: str
    account: str


class Oversight:
    def __init__(self, store: Store) -> None:
        self._store = store

    def unmask(self, conversation_id: str, agent: Agent, why: str) -> Unmasked:
        """The customer of a conversation one has, or supervises; raises `NotYours`.

        Raises `UnknownCustomer` for somebody who never proved who they are.
        """
        with self._store.writing() as work:
            conversation = locked(work, conversation_id)
            handoff = open_handoff(work.session, conversation_id)
            has_it = handoff is not None and handoff.agent_id == agent.id
            if not has_it and not may(agent.role, Right.OVERSEE_TALKS):
                raise NotYours(conversation_id)
            if conversation.customer_id is None:
                raise UnknownCustomer(conversation_id)
            customer = work.session.get_one(Customer, conversation.customer_id)
            work.emit(
                "CustomerUnmasked",
                actor=agent.username,
                conversation_id=conversation_id,
                customer=customer.id,
                what=["name", "phone", "account"],
                why=why,
            )
            return Unmasked(customer.name, customer.phone, customer.account)

    def listen(self, conversation_id: str, supervisor: Agent) -> None:
        """A supervisor reads a talk along; raises `SupervisorsOnly`, `UnknownConversation`."""
        if not may(supervisor.role, Right.OVERSEE_TALKS):
            raise SupervisorsOnly(supervisor.username)
        with self._store.writing() as work:
            locked(work, conversation_id)
            actor = supervisor.username
            work.emit("ConversationListened", actor=actor, conversation_id=conversation_id)
