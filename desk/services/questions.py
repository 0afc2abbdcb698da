"""留言: a question the bot cannot answer, or what a customer wants us to know; a person replies."""

from desk.model.phones import parse_phone
from desk.model.work_orders import Kind, OrderReceipt
from desk.order_policies import FollowUpPolicy
from desk.services import conversations
from desk.services.work_orders import WorkOrders
from desk.store.unit_of_work import Store, Work


class Questions:
    def __init__(self, store: Store, work_orders: WorkOrders, policy: FollowUpPolicy) -> None:
        self._store, self._work_orders, self._policy = store, work_orders, policy

    def ask(
        self, conversation_id: str, question: str, contact_phone: str | None, *, key: str
    ) -> OrderReceipt:
        """A callback order: first answer and full answer each by its clock.

        Raises `InvalidPhone`, `UnknownConversation`.
        """
        return self._left(
            conversation_id, question, contact_phone, "callback", self._policy.question, key
        )

    def feedback(
        self, conversation_id: str, words: str, contact_phone: str | None, *, key: str
    ) -> OrderReceipt:
        """Praise, a wish, an opinion: answered by its clock. The same errors as `ask`."""
        return self._left(
            conversation_id, words, contact_phone, "feedback", self._policy.feedback, key
        )

    def _left(
        self,
        conversation_id: str,
        words: str,
        contact_phone: str | None,
        matter: str,
        mark: str,
        key: str,
    ) -> OrderReceipt:
        phone = parse_phone(contact_phone) if contact_phone else None

        def do(work: Work) -> OrderReceipt:
            order = self._work_orders.open(
                work,
                Kind.CALLBACK,
                conversation=conversations.get(work, conversation_id),
                description=words,
                contact_phone=phone,
                matter=matter,
                marks=[mark],
            )
            return OrderReceipt(order.number, order.promised_at, phone)

        return self._store.once(key, OrderReceipt, do)
