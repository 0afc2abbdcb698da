"""Recharges on their way: a link is given, the cashier reports, the account is credited once."""

from datetime import date
from decimal import Decimal

import sqlalchemy as sa

from desk.clock import Chance
from desk.model.changes import BssOrder, Change
from desk.model.conversations import Author, Conversation, Reply
from desk.model.errors import UnknownPayment
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

    def paid(self, token_or_number: str) -> bool:
        """False: it was credited before. Raises `UnknownPayment`."""
        with self._store.writing() as work:
            row = work.session.execute(
                sa.select(payments)
                .where(
                    sa.or_(
                        payments.c.token == token_or_number,
                        payments.c.reference == token_or_number,
                    )
                )
                .with_for_update()
            ).one_or_none()
            if row is None:
                raise UnknownPayment(token_or_number)
            if row.paid_at is not None:
                return False
            work.session.execute(
                payments.update().where(payments.c.token == row.token).values(paid_at=work.now)
            )
            self._credit(work, row.reference, row.account, Decimal(row.amount))
            text = self._policy.credited.format(amount=f"{row.amount:.2f}", number=row.reference)
            conversation = work.session.get_one(Conversation, row.conversation_id)
            conversations.say(work, conversation, Reply(text), author=Author.SYSTEM)
            work.emit("RechargePaid", conversation_id=row.conversation_id, number=row.reference)
            return True

    def _credit(self, work: Work, reference: str, account: str, amount: Decimal) -> None:
        day: date = work.now.date()
        details = {"amount": str(amount), "at": work.now}
        self._bss.place(BssOrder(reference, "credit", account, details, day), work.session)
