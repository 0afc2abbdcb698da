"""Customers whom the operator's own site vouches for: as if they had entered an SMS code."""

from datetime import timedelta

import sqlalchemy as sa

from desk.ports.bss import Bss
from desk.services import customers
from desk.services.conversations import Conversations
from desk.store.tables import conversations_table, customers_table
from desk.store.unit_of_work import Store

# A proof is renewed while the token holds, but not with every word.
_RENEWED_AFTER = timedelta(minutes=5)


class SiteCustomers:
    def __init__(self, store: Store, bss: Bss, opened: Conversations) -> None:
        self._store, self._bss, self._conversations = store, bss, opened

    def prove(self, channel: str, external_id: str, number: str) -> bool:
        """The customer of an account talks here; False when there is no such account."""
        account = self._bss.by_account(number)
        if account is None:
            return False
        with self._store.writing() as work:
            conversation = self._conversations.find_or_open(work, channel, external_id)
            customer = customers.customer_of(work, account)
            known, since = conversation.customer_id, conversation.verified_at
            if known == customer.id and since and work.now - since < _RENEWED_AFTER:
                return True
            conversation.customer_id, conversation.verified_at = customer.id, work.now
            work.emit(
                "IdentityVerified",
                conversation_id=conversation.id,
                customer=customer.id,
                by="site",
            )
            return True

    def somebody_else(self, channel: str, external_id: str, number: str) -> bool:
        """Whether what was said here belongs to the customer of another account."""
        with self._store.reading() as session:
            known = session.scalar(
                sa.select(customers_table.c.account)
                .join(
                    conversations_table, conversations_table.c.customer_id == customers_table.c.id
                )
                .where(
                    conversations_table.c.channel == channel,
                    conversations_table.c.external_id == external_id,
                )
                .order_by(conversations_table.c.opened_at.desc())
                .limit(1)
            )
            return known is not None and known != number
