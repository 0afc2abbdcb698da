"""Who a customer is to us: the row that links conversations and orders to a BSS account."""

import sqlalchemy as sa

from desk.model.customers import Account, ChannelIdentity, Customer
from desk.store.tables import channel_identities, customers_table
from desk.store.unit_of_work import Work


def identity_on(work: Work, channel: str, external_id: str) -> ChannelIdentity:
    """The channel identity, made on the first word from it."""
    found = work.session.scalars(
        sa.select(ChannelIdentity).where(
            channel_identities.c.channel == channel,
            channel_identities.c.external_id == external_id,
        )
    ).one_or_none()
    if found is None:
        found = ChannelIdentity(channel, external_id, work.now)
        work.session.add(found)
        work.session.flush()
    return found


def customer_of(work: Work, account: Account) -> Customer:
    """The customer behind an account, made when identity is proved for the first time."""
    found = work.session.scalars(
        sa.select(Customer).where(customers_table.c.account == account.account)
    ).one_or_none()
    if found is None:
        found = Customer(account.account, account.name, account.phone, work.now, account.area)
        work.session.add(found)
        work.session.flush()
    found.area = account.area
    return found
