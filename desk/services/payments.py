"""Recharges on their way: a link is given, the cashier reports, the account is credited once."""

from datetime import date
from decimal import Decimal

import sqlalchemy as sa

from desk.clock import Chance
from desk.model.changes import BssOrder, Change, Payment
from desk.model.conversations import Author, Conversation, Reply
from desk.model.errors import OtherAmount, UnknownPayment
from desk.policies import ChangePolicy
from desk.ports.bss import Bss
from desk.ports.payments import Payments as Cashier
from desk.services import conversations
from desk.store.change_tables import payments
from desk.store.unit_of_work import Store, Work


def expect_payment(work: Work, change: Change, chance: Chance, cashier: Cashier) -> str:
    """Remember what is to be paid; returns the link."""
    token, amount = chance.token(), Decimal(str(change.details["amount"]))
    work.session.execute(
        payments.insert().values(
            token=token,
            reference=change.number,
            account=change.account,
            amount=amount,
            conversation_id=change.conversation_id,
        )
    )
    return cashier.link(change.number or "", token, amount)


class PaymentReports:
    """For the cashier's callback: what was paid is credited and told, once however often said."""

    def __init__(self, store: Store, bss: Bss, policy: ChangePolicy) -> None:
        self._store, self._bss, self._policy = store, bss, policy

    def due(self, token: str) -> Payment:
        """What a link is for; raises `UnknownPayment`."""
        with self._store.reading() as session:
            row = session.execute(
                sa.select(payments).where(payments.c.token == token)
            ).one_or_none()
        if row is None:
            raise UnknownPayment(token)
        return Payment(row.reference, Decimal(row.amount), row.paid_at is not None)

    def paid(self, reference: str, amount: Decimal) -> bool:
        """False: it was credited before. Raises `UnknownPayment`, `OtherAmount`."""
        with self._store.writing() as work:
            row = work.session.execute(
                sa.select(payments).where(payments.c.reference == reference).with_for_update()
            ).one_or_none()
            if row is None:
                raise UnknownPayment(reference)
            if Decimal(row.amount) != amount:
                raise OtherAmount(f"{reference}: {row.amount} were due, {amount} reported")
            if row.paid_at is not None:
                return False
            work.session.execute(
                payments.update().where(payments.c.token == row.token).values(paid_at=work.now)
            )
            self._credit(work, reference, row.account, amount)
            text = self._policy.credited.format(amount=f"{amount:.2f}", number=reference)
            conversation = work.session.get_one(Conversation, row.conversation_id)
            conversations.say(work, conversation, Reply(text), author=Author.SYSTEM)
            work.emit("RechargePaid", conversation_id=row.conversation_id, number=reference)
            return True

    def _credit(self, work: Work, reference: str, account: str, amount: Decimal) -> None:
        day: date = work.now.date()
        details = {"amount": str(amount), "at": work.now}
        self._bss.place(BssOrder(reference, "credit", account, details, day), work.session)
